// Package notice takes notices of erasure to the parties: one file a channel. Its
// law: a channel that returned nil has given the notice away or stored it for
// good; the same notice may be sent again, and always bears the same id; no error
// holds anything of the person.
package notice
