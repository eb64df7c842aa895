package stream

import (
	"encoding/binary"
	"fmt"
)

// A FormatError says that a broker's answer is not what the protocol says. It
// does not heal by itself where the records are stored so.
type FormatError struct {
	Offset int64
	What   string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("records at offset %d: %s", e.Offset, e.What)
}

// A wire reads Kafka's encoding. After the first byte that is not there, bad
// holds and every value is zero.
type wire struct {
	b   []byte
	bad bool
}

func (w *wire) take(n int) []byte {
	if n < 0 || n > len(w.b) {
		w.b, w.bad = nil, true
		return nil
	}
	b := w.b[:n:n]
	w.b = w.b[n:]
	return b
}

func (w *wire) int8() int8 {
	if b := w.take(1); b != nil {
		return int8(b[0])
	}
	return 0
}

func (w *wire) int16() int16 {
	if b := w.take(2); b != nil {
		return int16(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (w *wire) int32() int32 {
	if b := w.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (w *wire) int64() int64 {
	if b := w.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

func (w *wire) varint() int64 {
	var u uint64
	for i, c := range w.b {
		u |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			w.b = w.b[i+1:]
			return int64(u>>1) ^ -int64(u&1)
		}
		if i == 9 {
			break
		}
	}
	w.b, w.bad = nil, true
	return 0
}

// bytes is a byte string with its length before it; nil where the length is negative.
func (w *wire) bytes() []byte {
	n := w.varint()
	if n < 0 {
		return nil
	}
	if n > int64(len(w.b)) {
		w.b, w.bad = nil, true
		return nil
	}
	b := w.take(int(n))
	if b == nil && !w.bad {
		return []byte{}
	}
	return b
}
