package event

import (
	"encoding/base64"
	"sync"
)

// Sensitive says whether the message, scanned whole (key, carried headers, value
// as text, every JSON string unescaped, data_base64 decoded; cards by the wide
// rule), looks as if it held a personal value. Every dead letter is scanned so
// before it is written; a hit makes it a pointer.
func Sensitive(m *Message) bool {
	s := searches.Get().(*search)
	found := s.message(m)
	if len(m.Value) <= maxKept {
		searches.Put(s)
	}
	return found
}

// maxParsed is the size above which a value is scanned as text alone: it is too
// large for any event, so it is a pointer whatever it holds, and its tokens
// would take many times its own memory.
const maxParsed = 1 << 20

// maxKept bounds the memory that a search may keep for the next.
const maxKept = 256 << 10

var searches = sync.Pool{New: func() any { return new(search) }}

// A search looks for a personal value anywhere in a message.
type search struct {
	scanner
	outer, inner tape
	decoded      []byte
}

func (s *search) message(m *Message) bool {
	if s.personal(m.Key, true) || s.personal(m.Value, true) {
		return true
	}
	for _, h := range m.Headers {
		if isCarried(h.Name) && (s.personal([]byte(h.Name), true) || s.personal(h.Value, true)) {
			return true
		}
	}
	if len(m.Value) > maxParsed {
		return false
	}
	return s.outer.read(m.Value) && (s.strings(&s.outer) || s.base64())
}

// strings scans every string of a tape, names too.
func (s *search) strings(t *tape) bool {
	for i := range uint32(t.used) {
		switch t.tokens[i].kind {
		case tokenString, tokenName:
			if s.personal(t.bytes(i), true) {
				return true
			}
		}
	}
	return false
}

// base64 scans what the message's data_base64 holds, as text and as JSON.
func (s *search) base64() bool {
	t := &s.outer
	if t.tokens[0].kind != tokenObject {
		return false
	}
	for i := uint32(1); i < t.tokens[0].next; i = t.tokens[i+1].next {
		if t.tokens[i].name != nameDataBase64 || t.tokens[i+1].kind != tokenString {
			continue
		}
		var err error
		s.decoded, err = base64.StdEncoding.AppendDecode(s.decoded[:0], t.bytes(i+1))
		return err == nil && (s.personal(s.decoded, true) || s.inner.read(s.decoded) && s.strings(&s.inner))
	}
	return false
}
