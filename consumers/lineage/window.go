package lineage

import "math"

// A window remembers the accepted events of a partition, the latest ones: two
// generations of so many, the elder forgotten as a whole when the younger is
// full. Of what it forgot it knows the greatest time.
type window struct {
	size       int
	young, old table
	forgotten  int64 // greatest time forgotten; events no later than that must be looked up
}

func newWindow(size int) window { return window{size: size, forgotten: math.MinInt64} }

// find gives the content of an event that the window remembers.
func (w *window) find(event [16]byte) (content [16]byte, ok bool) {
	if content, ok = w.young.get(event); ok {
		return content, true
	}
	return w.old.get(event)
}

// suspect says whether an event that the window does not know may still be in the log.
func (w *window) suspect(time int64) bool { return time <= w.forgotten }

// learn takes in the events of a batch that is in the log.
func (w *window) learn(t *table) {
	for i := range t.entries {
		if len(w.young.entries) >= w.size {
			w.forget()
		}
		w.young.put(t.entries[i].event, t.entries[i].content, t.last)
	}
}

func (w *window) forget() {
	if len(w.old.entries) > 0 {
		w.forgotten = max(w.forgotten, w.old.last)
	}
	w.young, w.old = w.old, w.young
	w.young.clear()
}

// len is how many events are remembered.
func (w *window) len() int { return len(w.young.entries) + len(w.old.entries) }
