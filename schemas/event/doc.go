// Package event is the contract: what an event is, how it is written and read,
// and what makes it invalid. Its law: a verdict depends on the message, the
// vocabulary and the moment given, on nothing else; no error it returns holds a
// value of the message; it imports the standard library only.
package event
