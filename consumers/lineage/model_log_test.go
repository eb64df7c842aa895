package lineage_test

import "math/bits"

// extent reads the log.
func (s *state) extent() (e extent) {
	for o, r := range s.log {
		if r.seq1 == 0 {
			continue
		}
		if e.rows == 0 {
			e.minSeq = r.seq1 - 1
		}
		e.rows++
		e.next, e.maxSeq = uint8(o)+1, max(e.maxSeq, r.seq1-1)
	}
	return e
}

func (e extent) hole() bool { return e.rows > 0 && (e.maxSeq-e.minSeq+1 != e.rows || e.minSeq > 0) }

// has says whether the row before end is there.
func (s *state) has(end uint8) bool { return s.log[end-1].seq1 > 0 }

// newest is the greatest recorded_at.
func (s *state) newest() (at uint8) {
	for _, r := range s.log {
		at = max(at, r.at)
	}
	return at
}

// refused gives the refused rows of the log of one moment, or of any for 0.
func (s *state) refused(at uint8) (offsets uint8) {
	for o, r := range s.log {
		if r.seq1 > 0 && (at == 0 || r.at == at) {
			offsets |= 1 << o & refusedMask
		}
	}
	return offsets
}

// events gives the accepted ones.
func (s *state) events() (known uint8) {
	for o, r := range s.log {
		if r.accepted {
			known |= eventOf(uint8(o))
		}
	}
	return known
}

// eventOf is the bit of a record's event: that of the record it repeats.
func eventOf(offset uint8) uint8 {
	if repeatMask>>offset&1 == 1 {
		return 1
	}
	return 1 << offset &^ refusedMask
}

// judge gives the offsets of [start, end) that are accepted by one who knows events.
func judge(start, end, known uint8) (accepted uint8) {
	for o := start; o < end; o++ {
		if e := eventOf(o); e&^known != 0 {
			accepted |= 1 << o
			known |= e
		}
	}
	return accepted
}

// land stores a block.
func (s *state) land(p parcel) {
	for o := p.start; o < p.end; o++ {
		r := &s.log[o]
		if r.seq1 > 0 {
			s.violated = storedTwice
		}
		*r = logged{seq1: p.seq + o - p.start + 1, at: p.at, accepted: p.accepted>>o&1 == 1}
	}
	if s.log[0].accepted && s.log[2].accepted {
		s.violated = acceptedTwice
	}
}

// settleCommit makes a commit. No refused row may be without its dead letter then.
func (s *state) settleCommit(c commit) {
	if s.refused(0)&^s.letters != 0 {
		s.violated = letterMissing
	}
	s.commit = c
}

// lose takes the newest part from the log, as a restore does.
func (s *state) lose() {
	newest := s.newest()
	for o := range s.log {
		if s.log[o].at == newest {
			s.log[o] = logged{}
		}
	}
}

// complete says whether the log is as it must be in the end.
func (s *state) complete() bool {
	for o, r := range s.log {
		if int(r.seq1) != o+1 {
			return false
		}
	}
	return s.letters == refusedMask && bits.OnesCount8(s.events()) == 1 && s.log[0].accepted != s.log[2].accepted
}
