package api

import "sync/atomic"

// A flight counts the bytes of requests under way, so that memory stays bounded
// however many clients send however fast.
type flight struct {
	limit int64
	bytes atomic.Int64
}

// board takes n bytes on, or says that there is no room.
func (f *flight) board(n int64) bool {
	if f.bytes.Add(n) > f.limit {
		f.bytes.Add(-n)
		return false
	}
	return true
}

func (f *flight) leave(n int64) { f.bytes.Add(-n) }
