package lineage_test

// run is loop.go, send.go, settle.go and rest.go.
func (ss *steps) run() {
	m, s, w := ss.m, ss.from, ss.me()
	switch w.step {
	case run:
		for n := uint8(batchRows); n > 0; n-- {
			if w.end+n <= records {
				ss.may("begin a batch", func(_ *state, me *writing) {
					me.idle, me.step = false, m.first()
					me.recorded = later(s.clock, me.recorded)
					me.batch = m.batch(s, me, me.end, me.end+n, me.seq, me.known)
				})
			}
		}
		ss.compare()
	case intend:
		ss.commit("commit the intent", w.batch.intent(), func(me *writing) { me.step = insert })
	case insert:
		for i := range s.inserts {
			if !s.inserts[i].sent {
				ss.may("insert", func(to *state, me *writing) {
					to.inserts[i] = insertion{sent: true, awaited: uint8(ss.w) + 1, parcel: me.batch}
					me.step = inserting
				})
				break
			}
		}
	case inserting:
		ss.trouble("the insert's answer is lost", func(to *state, me *writing) {
			to.orphan(ss.w)
			if me.step = insert; m.keeps(sentOnce) {
				me.again(commit{})
			}
		})
	case publish:
		ss.may("publish dead letters", func(to *state, me *writing) {
			to.letters |= me.batch.refused()
			me.count()
		})
		ss.trouble("publishing fails", func(_ *state, me *writing) { me.again(commit{}) })
	case healed:
		ss.may("hold the heal against the log", func(_ *state, me *writing) {
			want := me.rows + me.batch.end - me.batch.start
			if me.readEnd(s); me.rows != want && m.keeps(healConfirmed) {
				me.again(commit{})
				return
			}
			me.batch, me.healing, me.step = parcel{}, false, remember
		})
	case rest:
		ss.commit("commit that nothing is under way", commit{usable: true, offset: w.end, at: w.recorded},
			func(me *writing) { me.idle, me.step = true, run })
	}
}

// compare holds the log against memory; if they agree, the writer may rest.
func (ss *steps) compare() {
	s, w := ss.from, ss.me()
	switch {
	case ss.m.differs(s, w):
		ss.may("the log differs", func(_ *state, me *writing) { me.again(commit{}) })
	case !w.idle:
		ss.may("the log is as it was left", func(_ *state, me *writing) { me.step = rest })
	}
}

func (m model) differs(s *state, w *writing) bool {
	return w.extent != s.extent() && m.keeps(memoryCompared)
}

// commit is made, or fenced, or has no answer, made or not or late.
func (ss *steps) commit(what string, c commit, then func(*writing)) {
	m, w := ss.m, ss.me()
	if !w.current && m.keeps(fence) {
		ss.may("is fenced", func(_ *state, me *writing) { *me = writing{} })
		return
	}
	ss.may(what, func(to *state, me *writing) { to.settleCommit(c); then(me) })
	unanswered := func(me *writing) {
		if *me = (writing{}); !m.keeps(membershipEnds) {
			*me = writing{step: committed, current: w.current, void: w.void}
		}
	}
	ss.trouble(what+", without an answer", func(to *state, me *writing) { to.settleCommit(c); unanswered(me) })
	if !ss.from.late.sent {
		ss.trouble(what+", without an answer, perhaps late", func(to *state, me *writing) {
			to.late = lateCommit{true, c}
			unanswered(me)
		})
	}
}

// batch is begun at a later moment than the last, under a lease from now.
func (m model) batch(s *state, me *writing, start, end, seq, known uint8) parcel {
	return parcel{start: start, end: end, seq: seq, at: me.recorded, lease: s.clock + leaseTicks, accepted: judge(start, end, known)}
}

// first is where settle begins.
func (m model) first() step {
	if m.keeps(intentFirst) {
		return intend
	}
	return insert
}

func later(clock, last uint8) uint8 { return max(clock*momentInTick, last+1) }
