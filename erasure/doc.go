// Package erasure is for the jobs that delete data, and for those that ask for it:
// an Inbox takes the notices that Custody posts, a Party answers them, a Client
// opens cases and looks at them.
//
// Its law: a notice is handed on only if Custody signed it, and as often as it
// comes; the same answer has the same id, so that it is taken once however often it
// is sent. It needs nothing but the standard library.
package erasure
