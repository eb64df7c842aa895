package lineage_test

// A change is a step of a writer: what it does to the world and to its own memory.
type change func(to *state, me *writing)

// steps is a writer at work: it is asked for what may happen to it next.
type steps struct {
	m     model
	from  *state
	w     int
	yield func(move) bool
	ended bool
}

// may adds a step; trouble is what takes one of the faults that are left.
func (ss *steps) may(what string, f change) { ss.add(what, !ss.me().current, f) }
func (ss *steps) trouble(what string, f change) {
	if ss.from.left.faults > 0 {
		ss.add(what, true, func(to *state, me *writing) { to.left.faults--; f(to, me) })
	}
}

func (ss *steps) add(what string, trouble bool, f change) {
	if ss.ended {
		return
	}
	to := *ss.from
	f(&to, &to.writers[ss.w])
	ss.ended = !ss.yield(move{name(ss.w), what, trouble, to})
}

func (ss *steps) me() *writing { return &ss.from.writers[ss.w] }

// writes gives a writer's next steps. It may be killed before any of them.
func (m model) writes(s *state, w int, yield func(move) bool) bool {
	ss := &steps{m: m, from: s, w: w, yield: yield}
	if ss.me().step < run {
		ss.takeOver()
	} else {
		ss.run()
	}
	if ss.me().owed > 0 {
		ss.may("publish late", func(to *state, me *writing) { to.letters |= me.owed; me.owed = 0 })
	}
	ss.add("is killed", true, func(to *state, me *writing) {
		to.orphan(ss.w)
		*me = writing{}
	})
	return !ss.ended
}

// orphan lets a writer's insert go on without it.
func (s *state) orphan(w int) {
	for i := range s.inserts {
		if s.inserts[i].awaited == uint8(w)+1 {
			s.inserts[i].awaited = 0
		}
	}
}

func (p parcel) intent() commit { return commit{true, p.start, p.end, p.at, p.lease} }

// again begins the next takeover: nothing is remembered but what came to nothing.
func (w *writing) again(void commit) {
	if void == (commit{}) {
		void = w.void
	}
	*w = writing{step: committed, current: w.current, void: void}
}

// stored goes on after an insert that succeeded.
func (m model) stored(w *writing) {
	w.step = publish
	if !m.keeps(lettersFirst) {
		w.owed |= w.batch.refused()
		w.count()
	}
}

func (p parcel) refused() uint8 { return (1<<p.end - 1<<p.start) & refusedMask }

// count takes a stored batch into memory. What a heal stored, readEnd will see.
func (w *writing) count() {
	if w.healing {
		w.step = healed
		return
	}
	b := w.batch
	if w.rows == 0 {
		w.minSeq = b.seq
	}
	w.rows += b.end - b.start
	w.next, w.maxSeq = b.end, b.seq+b.end-b.start-1
	w.end, w.seq = b.end, w.maxSeq+1
	w.known |= judgedEvents(b.accepted)
	w.batch, w.step = parcel{}, run
}

func judgedEvents(accepted uint8) (known uint8) {
	for o := range uint8(records) {
		if accepted>>o&1 == 1 {
			known |= eventOf(o)
		}
	}
	return known
}
