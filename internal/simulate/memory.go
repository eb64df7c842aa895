package simulate

import "github.com/datacustody/custody/schemas/event"

// memory hands out bytes from big pieces: one allocation for about a hundred
// messages, and what was handed out is never taken back.
type memory struct {
	bytes []byte
	heads []event.Header
}

const (
	pieceSize = 64 << 10
	roomFor   = 4 << 10 // no ordinary message is longer; a longer one moves out by itself
)

// open gives a place to append to; close says how far it got.
func (m *memory) open() []byte {
	if cap(m.bytes) < roomFor {
		m.bytes = make([]byte, pieceSize)[:0]
	}
	return m.bytes
}

func (m *memory) close(b []byte) []byte {
	if cap(b) == cap(m.bytes) {
		m.bytes = b[len(b):]
	}
	return b[:len(b):len(b)]
}

func (m *memory) headers(n int) []event.Header {
	if cap(m.heads) < n {
		m.heads = make([]event.Header, 1024)
	}
	h := m.heads[:0:n]
	m.heads = m.heads[n:cap(m.heads)]
	return h
}
