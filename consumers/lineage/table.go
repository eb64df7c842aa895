package lineage

// A table maps event hashes to content hashes. The keys are random already, so
// their first bytes are the place to look; a zero key is an empty slot.
type table struct {
	slots []slot
	n     int
	last  int64 // the greatest time put
}

type slot struct{ event, content [16]byte }

const smallTable = 1024

func (t *table) place(event [16]byte) int {
	h := uint64(event[0]) | uint64(event[1])<<8 | uint64(event[2])<<16 | uint64(event[3])<<24 |
		uint64(event[4])<<32 | uint64(event[5])<<40 | uint64(event[6])<<48 | uint64(event[7])<<56
	mask := len(t.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		if t.slots[i].event == event || t.slots[i].event == [16]byte{} {
			return i
		}
	}
}

// get finds what was put.
func (t *table) get(event [16]byte) (content [16]byte, ok bool) {
	if t.n == 0 {
		return content, false
	}
	s := &t.slots[t.place(event)]
	return s.content, s.event == event
}

// put keeps the first content put under an event.
func (t *table) put(event, content [16]byte, time int64) {
	if 4*(t.n+1) > 3*len(t.slots) {
		t.grow()
	}
	if t.n == 0 || time > t.last {
		t.last = time
	}
	s := &t.slots[t.place(event)]
	if s.event != event {
		*s = slot{event, content}
		t.n++
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(smallTable, 2*len(old)))
	for _, s := range old {
		if s.event != [16]byte{} {
			t.slots[t.place(s.event)] = s
		}
	}
}

// clear empties the table, and gives memory back that it hardly used.
func (t *table) clear() {
	if len(t.slots) > smallTable && t.n < len(t.slots)/16 {
		t.slots = nil
	}
	clear(t.slots)
	t.n, t.last = 0, 0
}
