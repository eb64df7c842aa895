// Package api is Custody over HTTP: the gateway that takes events from services
// in any language, and the look-ups of persons.
//
// Its law: 202 is answered only after the broker has acknowledged every event of
// the request; whatever was not is named, and may be sent again with the same
// ids. No answer and no log line repeats a value of an event that is not clean.
// A look-up is answered only after it has itself been recorded.
package api
