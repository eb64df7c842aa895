// Package erasure is a case of erasure: what has become of a request at every
// party that has the data. Its law: a case is a fold over its events and the
// plan, whatever their order and however often they are told; it keeps nothing
// of its own; the time is an argument; "sent" is never "done".
package erasure
