package lineage_test

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
)

// A path is how a violation came about, in the fewest steps.
type path []string

func (p path) String() string { return strings.Join(p, "\n") }

// A visit is a state and where it was reached from first.
type visit struct {
	state
	from uint32
}

// explore visits every state, breadth first, until one violates what must hold.
// States are told apart by 64 bits of hash: that one of a few million is taken for
// another, and passed over, has a chance of less than one in a million.
func (m model) explore(left trouble) (states int, p path) {
	start := state{left: left, commit: commit{usable: true}}
	seed := maphash.MakeSeed()
	seen := map[uint64]struct{}{maphash.Comparable(seed, start): {}}
	visits := []visit{{start, 0}}
	for i := 0; i < len(visits); i++ {
		s := visits[i].state
		if v := m.peace(s, func(move) {}); v != nothing {
			p = m.path(visits, i)
			m.peace(s, func(calm move) { p = append(p, calm.String()) })
			return len(visits), append(p, "violation: "+v.String())
		}
		m.moves(&s, func(v move) bool {
			if v.to.clock > s.clock && s.left.ticks == 0 {
				return true
			}
			h := maphash.Comparable(seed, v.to)
			if _, ok := seen[h]; !ok {
				seen[h] = struct{}{}
				visits = append(visits, visit{v.to, uint32(i)})
			}
			return true
		})
	}
	return len(visits), nil
}

// path names the moves that led to a visit.
func (m model) path(visits []visit, i int) (p path) {
	for ; i > 0; i = int(visits[i].from) {
		from := visits[visits[i].from].state
		m.moves(&from, func(v move) bool {
			if v.to == visits[i].state {
				p = append(p, v.String())
			}
			return v.to != visits[i].state
		})
	}
	slices.Reverse(p)
	return p
}

func (v move) String() string { return fmt.Sprintf("%c: %s", v.who, v.what) }

// peace lets a world without further trouble come to rest: one writer goes on
// until the log is as it knows it and there is nothing more to do. What it does
// until the last tick is explored anyway, so only what comes later and how it ends count.
func (m model) peace(s state, note func(move)) violation {
	explored := s.violated == nothing
	for range 100 {
		if s.violated != nothing {
			if explored {
				return nothing
			}
			return s.violated
		}
		if m.atRest(&s) {
			if !s.complete() {
				return notWhole
			}
			return nothing
		}
		var next move
		m.moves(&s, func(v move) bool { next = v; return v.trouble })
		note(next)
		explored = explored && (next.to.clock == s.clock || s.left.ticks > 0)
		s = next.to
	}
	return neverRests
}

// atRest says whether a writer has nothing left to do.
func (m model) atRest(s *state) bool {
	for i := range s.writers {
		w := &s.writers[i]
		if w.current && w.step == run && w.idle && w.end == records && w.owed == 0 && !m.differs(s, w) {
			return !s.inserts[0].sent && !s.inserts[1].sent
		}
	}
	return false
}
