package lineage_test

// takeOver is takeover.go.
func (ss *steps) takeOver() {
	m, s, w := ss.m, ss.from, ss.me()
	switch w.step {
	case committed:
		ss.may("read the commit", func(to *state, me *writing) {
			me.read = s.commit
			me.step = m.outwait(s, me)
			if !m.keeps(waitsThenEnd) {
				me.readEnd(s)
			}
		})
	case has:
		ss.may("look for the intent's last row", func(_ *state, me *writing) {
			me.step = readEnd
			if !s.has(me.read.end) {
				me.until = me.read.lease
				me.step = m.waits()
			}
		})
	case outlive:
		if s.clock > w.until {
			ss.may("the lease is over", func(_ *state, me *writing) {
				me.until, me.step = 0, quiesce
				if !m.keeps(waitForInserts) || !m.keeps(leaseThenInserts) {
					me.step = readEnd
				}
			})
		}
	case quiesce:
		if !s.inserts[0].running && !s.inserts[1].running {
			ss.may("no insert runs", func(_ *state, me *writing) {
				me.step = readEnd
				if !m.keeps(leaseThenInserts) {
					me.step = outlive
				}
			})
		}
	case readEnd:
		ss.may("read the log's end", func(_ *state, me *writing) {
			if m.keeps(waitsThenEnd) {
				me.readEnd(s)
			}
			if !m.keeps(logFollowed) && me.read.usable {
				me.end = me.read.offset
				if me.read.end > 0 && s.has(me.read.end) {
					me.end = me.read.end
				}
				me.seq = me.end
			}
			me.recorded, me.step = me.read.at, republish
		})
	case republish:
		ss.may("publish the newest batch's dead letters again", func(to *state, me *writing) {
			if me.rows > 0 && m.keeps(republished) {
				to.letters |= s.refused(s.newest())
			}
			me.idle = me.read.usable && me.read.end == 0 && me.read.offset == me.end
			me.read, me.step = commit{}, heal
		})
	case heal:
		ss.heal()
	case remember:
		ss.may("read the known events", func(_ *state, me *writing) {
			if me.step = run; m.keeps(windowRebuilt) {
				me.known = s.events()
			}
		})
	}
}

// outwait says where a takeover goes on from the commit that it read.
func (m model) outwait(s *state, me *writing) step {
	switch {
	case me.read.usable && (me.read.end == 0 || me.read == me.void):
		return readEnd
	case me.read.usable:
		return has
	case !m.keeps(wholeLease):
		return readEnd
	}
	me.until = s.clock + leaseTicks
	return m.waits()
}

// waits is the first of the waits.
func (m model) waits() step {
	if !m.keeps(waitForLease) || !m.keeps(leaseThenInserts) {
		return quiesce
	}
	return outlive
}

func (w *writing) readEnd(s *state) {
	w.extent = s.extent()
	w.end, w.seq = 0, 0
	if w.rows > 0 {
		w.end, w.seq = w.next, w.maxSeq+1
	}
}

// heal is heal.go: an ordinary batch over the rows that are missing.
func (ss *steps) heal() {
	s, w := ss.from, ss.me()
	start, end := s.gap()
	if !w.hole() || start == end {
		ss.may("no hole", func(_ *state, me *writing) {
			if me.step = remember; me.hole() { // there was one: the log differs from what was read
				me.again(commit{})
			}
		})
		return
	}
	ss.may("fill the hole", func(_ *state, me *writing) {
		me.idle, me.healing, me.step = false, true, ss.m.first()
		me.recorded = later(s.clock, me.recorded)
		me.batch = ss.m.batch(s, me, start, end, start, s.events())
	})
}

// gap is the first run of offsets that have no row before one that has.
func (s *state) gap() (start, end uint8) {
	next := s.extent().next
	for start < next && s.log[start].seq1 > 0 {
		start++
	}
	for end = start; end < next && s.log[end].seq1 == 0; {
		end++
	}
	return start, end
}
