package event

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// NewID makes an event's id: a UUIDv7, whose first 48 bits are the time in
// milliseconds. Make it once, before the first attempt to send the event.
func NewID() string {
	var b [16]byte
	rand.Read(b[6:])
	for ms, i := time.Now().UnixMilli(), 5; i >= 0; ms, i = ms>>8, i-1 {
		b[i] = byte(ms)
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return string(appendUUID(nil, b))
}

// appendUUID appends the canonical form of a UUID.
func appendUUID(dst []byte, id [16]byte) []byte {
	dst = append(hex.AppendEncode(dst, id[:4]), '-')
	dst = append(hex.AppendEncode(dst, id[4:6]), '-')
	dst = append(hex.AppendEncode(dst, id[6:8]), '-')
	dst = append(hex.AppendEncode(dst, id[8:10]), '-')
	return hex.AppendEncode(dst, id[10:])
}
