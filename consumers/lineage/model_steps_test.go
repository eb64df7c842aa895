package lineage_test

// A model is the protocol, or what is left of it without a safeguard.
type model struct{ without safeguard }

func (m model) keeps(g safeguard) bool { return m.without != g }

// A move is one step of somebody. Trouble is what no one can count on, and what
// the world is at peace without.
type move struct {
	who     byte // 'A' or 'B', 'K'afka, 'C'lickHouse
	what    string
	trouble bool
	to      state
}

// moves gives all that may happen next, the helpful first; it ends when yield says so.
func (m model) moves(s *state, yield func(move) bool) bool {
	for i := range s.inserts {
		if s.inserts[i].sent && !m.arrived(s, i, yield) {
			return false
		}
	}
	for w := range s.writers {
		if s.writers[w].step == away {
			if !m.join(s, w, yield) {
				return false
			}
		} else if !m.writes(s, w, yield) {
			return false
		}
	}
	return m.befalls(s, yield)
}

// befalls is time, and what happens to Kafka and ClickHouse by themselves.
func (m model) befalls(s *state, yield func(move) bool) bool {
	to := *s
	to.clock++
	to.left.ticks = max(to.left.ticks, 1) - 1
	if !yield(move{'C', "the clock ticks", false, to}) {
		return false
	}
	if s.late.sent {
		to := *s
		to.late = lateCommit{}
		to.settleCommit(s.late.commit)
		if !yield(move{'K', "a late commit is made", true, to}) {
			return false
		}
	}
	if s.left.losses > 0 && s.newest() > 0 {
		to := *s
		to.left.losses--
		to.lose()
		if !yield(move{'C', "the newest part is lost", true, to}) {
			return false
		}
	}
	if s.left.faults > 0 && s.commit.usable {
		to := *s
		to.left.faults--
		to.commit = commit{}
		if !yield(move{'K', "the commit expires", true, to}) {
			return false
		}
	}
	return true
}

// join gives the partition to a writer that is not there, in a generation of its own.
func (m model) join(s *state, w int, yield func(move) bool) bool {
	to := *s
	other := &to.writers[1-w]
	trouble := other.current
	other.current = false
	if m.keeps(fence) {
		to.late = lateCommit{} // of a former generation
	}
	to.writers[w] = writing{step: committed, current: true}
	return yield(move{name(w), "join", trouble, to})
}

func name(w int) byte { return 'A' + byte(w) }

// arrived is the server's part of an insert.
func (m model) arrived(s *state, i int, yield func(move) bool) bool {
	in := s.inserts[i]
	to := *s
	if in.running {
		to.inserts[i] = insertion{}
		to.land(in.parcel)
		if in.awaited > 0 {
			m.stored(&to.writers[in.awaited-1])
		}
		if !yield(move{'C', "an insert lands", false, to}) {
			return false
		}
		if s.left.faults == 0 {
			return true
		}
		to = *s
		to.left.faults--
		to.inserts[i] = insertion{}
		if in.awaited > 0 {
			to.writers[in.awaited-1].again(commit{})
		}
		return yield(move{'C', "a running insert fails", true, to})
	}
	if in.lease > s.clock || !m.keeps(leaseAtServer) {
		to.inserts[i].running = true
		return yield(move{'C', "an insert is let in", false, to})
	}
	to.inserts[i] = insertion{}
	if in.awaited > 0 {
		to.writers[in.awaited-1].again(in.intent())
	}
	return yield(move{'C', "an insert is refused", false, to})
}
