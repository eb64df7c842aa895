package lineage

import "encoding/binary"

// A table maps event hashes to content hashes. Entries lie in the order in which
// they were put; the index, which is small enough to stay near the processor,
// says where. Most events are new, and for these it is all that is looked at.
type table struct {
	entries []entry
	index   []spot // a power of two of them
	last    int64  // the greatest time put
}

type entry struct{ event, content [16]byte }

// A spot is an entry's number, from 1, and in the lower half a tag, four bytes
// of its hash. 0 is free.
type spot uint64

const smallTable = 1024

// seek is where in the index an event is, or would be; the number of its entry
// from 1, or 0. Hashes are random already: their bytes say where to look.
func (t *table) seek(event *[16]byte) (at, number int) {
	h := binary.LittleEndian.Uint64(event[:8])
	tag, mask := uint32(h>>32), len(t.index)-1
	for at = int(uint32(h)) & mask; ; at = (at + 1) & mask {
		p := t.index[at]
		if p == 0 {
			return at, 0
		}
		if uint32(p) == tag {
			if number = int(p >> 32); t.entries[number-1].event == *event {
				return at, number
			}
		}
	}
}

// get finds what was put.
func (t *table) get(event [16]byte) (content [16]byte, ok bool) {
	if len(t.entries) == 0 {
		return content, false
	}
	_, number := t.seek(&event)
	if number == 0 {
		return content, false
	}
	return t.entries[number-1].content, true
}

// put keeps the first content put under an event.
func (t *table) put(event, content [16]byte, time int64) {
	if len(t.entries) == 0 || time > t.last {
		t.last = time
	}
	if len(t.entries) >= room(t.index) {
		t.grow()
	}
	if at, number := t.seek(&event); number == 0 {
		if len(t.entries) == cap(t.entries) {
			t.lengthen()
		}
		t.entries = append(t.entries, entry{event, content})
		t.index[at] = t.spot(len(t.entries))
	}
}

// room is how many entries an index has spots for: beyond three quarters, looks grow long.
func room(index []spot) int { return len(index) / 4 * 3 }

func (t *table) spot(number int) spot {
	tag := binary.LittleEndian.Uint32(t.entries[number-1].event[4:8])
	return spot(number)<<32 | spot(tag)
}

func (t *table) grow() {
	t.index = make([]spot, max(smallTable, 2*len(t.index)))
	for i := range t.entries {
		at, _ := t.seek(&t.entries[i].event)
		t.index[at] = t.spot(i + 1)
	}
}

// lengthen makes room for a quarter more entries, but no more than the index takes.
func (t *table) lengthen() {
	n := len(t.entries)
	longer := make([]entry, n, min(n+n/4+smallTable, room(t.index)))
	copy(longer, t.entries)
	t.entries = longer
}

// clear empties the table, and gives memory back that it hardly used.
func (t *table) clear() {
	if len(t.index) > smallTable && len(t.entries) < len(t.index)/16 {
		t.entries, t.index = nil, nil
	}
	clear(t.index)
	t.entries, t.last = t.entries[:0], 0
}
