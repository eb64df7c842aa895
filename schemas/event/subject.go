package event

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// A Subject is the pseudonym of a person, never an identity: <namespace>:<uuid>.
// It is a type of its own so that a raw account cannot be passed where one is due.
type Subject string

var errSubject = errors.New("subject: want <namespace>:<uuid>, the namespace of a-z 0-9 -, the UUID in lower case")

// ParseSubject checks that s has the form of a subject.
func ParseSubject(s string) (Subject, error) {
	if _, _, ok := splitSubject([]byte(s)); !ok {
		return "", errSubject
	}
	return Subject(s), nil
}

// Split is the subject's namespace and UUID; both are zero where it is malformed.
func (s Subject) Split() (namespace string, id [16]byte) {
	ns, id, ok := splitSubject([]byte(s))
	if !ok {
		return "", [16]byte{}
	}
	return string(ns), id
}

const uuidLen = 36

// splitSubject reads <namespace>:<uuid>.
func splitSubject(b []byte) (namespace []byte, id [16]byte, ok bool) {
	n := len(b) - uuidLen - 1
	if n < 1 || n > 31 || b[n] != ':' || !isName(b[:n]) {
		return nil, id, false
	}
	id, ok = parseUUID(b[n+1:])
	return b[:n], id, ok
}

// isName: [a-z0-9][a-z0-9-]*
func isName(b []byte) bool {
	if len(b) == 0 || b[0] == '-' {
		return false
	}
	for _, c := range b {
		if classes[c]&className == 0 {
			return false
		}
	}
	return true
}

// parseUUID reads the canonical form in lower case.
func parseUUID(b []byte) (id [16]byte, ok bool) {
	if len(b) != uuidLen || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return id, false
	}
	le := binary.LittleEndian
	a, okA := hex8(le.Uint64(b))
	m, okB := hex8(uint64(le.Uint32(b[9:])) | uint64(le.Uint32(b[14:]))<<32)
	n, okC := hex8(uint64(le.Uint32(b[19:])) | uint64(le.Uint32(b[24:]))<<32)
	z, okD := hex8(le.Uint64(b[28:]))
	binary.BigEndian.PutUint32(id[0:], a)
	binary.BigEndian.PutUint32(id[4:], m)
	binary.BigEndian.PutUint32(id[8:], n)
	binary.BigEndian.PutUint32(id[12:], z)
	return id, okA && okB && okC && okD
}

// hex8 reads eight lower-case hexadecimal digits, the first in the lowest byte,
// all at once: each byte of w is one digit.
func hex8(w uint64) (v uint32, ok bool) {
	const each, high = 0x0101010101010101, 0x8080808080808080
	digit := (w + (0x80-'0')*each) &^ (w + (0x7f-'9')*each) // high bit: between '0' and '9'
	letter := (w + (0x80-'a')*each) &^ (w + (0x7f-'f')*each)
	if (digit|letter)&^w&high != high {
		return 0, false
	}
	w = w&(0x0f*each) + 9*(w>>6&each)      // a nibble in each byte
	w = (w<<4 | w>>8) & 0x00ff00ff00ff00ff // a byte in each second one
	w = (w | w>>8) & 0x0000ffff0000ffff
	return bits.ReverseBytes32(uint32(w | w>>16)), true
}
