package simulate

import "github.com/datacustody/custody/schemas/event"

// past remembers some of what was sent: repeats and contradictions are made of
// it. Most places hold the latest events, some hold their event for long.
type past struct {
	lately [1024]act
	long   [128]act
	sent   int
}

func (p *past) empty() bool { return p.sent == 0 }

func (p *past) keep(a *act, r *random) {
	draw := r.below(4 * len(p.lately))
	if p.sent == 0 || draw < len(p.lately) {
		p.lately[p.sent%len(p.lately)] = *a
		p.sent++
	}
	if p.sent <= 1 || draw == 0 {
		p.long[(p.sent/7)%len(p.long)] = *a
	}
}

func (p *past) pick(r *random) *act {
	if r.percent(15) {
		if a := &p.long[r.below(len(p.long))]; a.form != nil {
			return a
		}
	}
	return &p.lately[r.below(min(p.sent, len(p.lately)))]
}

// repeat sends an earlier event again: the same bytes, or as a retry or another
// library would write them.
func (s *Simulation) repeat() (event.Message, Expect) {
	a := s.past.pick(&s.random)
	how := s.style()
	if s.random.percent(50) {
		how |= style(s.random.next()) & (turned | retraced | rezoned | wrapped)
	}
	return s.render(a, how), s.expect(a, Duplicate)
}

// contradiction sends an earlier event's id with another content: a note more, or
// another time. The time is an earlier one of the same hour, since of old events
// the log promises to find no other contradictions (docs/guarantees.md, G3).
func (s *Simulation) contradiction() (event.Message, Expect) {
	a := *s.past.pick(&s.random)
	how := s.style()
	if s.random.percent(50) && !a.form.note {
		how |= noted
	} else {
		const second, hour = 1_000_000_000, 3600 * 1_000_000_000
		if into := a.time % hour; into > 0 {
			a.time -= min(second, into)
		} else {
			a.time += second
		}
	}
	return s.render(&a, how), s.expect(&a, Conflict)
}
