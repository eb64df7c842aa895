package simulate

import (
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// A tale is one thing that happens in a person's life with a shop, as its
// author writes it: the tables in tales_*.go. A story is the same, compiled for
// one shop.
type tale struct {
	name   string
	weight int    // how often it is chosen; 0 = only on an occasion of its own
	once   bool   // in a shop, however long the stream is
	shops  string // where it happens; "" = everywhere
	steps  []step
	each   []step // repeated for every recipient that the person's data went to
	last   []step
}

// A step is one event. Its data is a JSON object in which a name in braces
// stands for something that differs from time to time; controller comes by itself.
type step struct {
	row    int // of the seed flows, 1..50
	kind   event.Kind
	by     string // the service that emits it; with a slash in front, of another company
	who    who
	is     string // the name by which later steps of the tale call it
	of     string // the step that it derives from
	chance int    // percent; 0 = always
	shops  string // where it is taken; "" = wherever the tale happens
	breaks string // the rules that it breaks on purpose, in the order of the rules
	data   string
}

// who says whom an event is about.
type who uint8

const (
	thePerson who = iota
	theAlias      // the person's account at Alipay
	nobody
)

type story struct {
	tale        *tale
	told        bool
	steps, each []form // steps holds the tale's last ones too
	loopAt      int    // each goes before steps[loopAt]
	loop        bool
	rests       bool // on the consent given at registering
}

type shop struct {
	name   string
	policy string // in force in the days that are simulated; "" = nobody registered one
	share  uint64 // percent of the people

	usual, drifts stories
	// the stories for an occasion
	registers, erases *story
}

// in says whether the shop is among those named; none is all.
func (s *shop) in(shops string) bool {
	return shops == "" || strings.Contains(" "+shops+" ", " "+s.name+" ")
}

// stories are chosen by the weights of their tales.
type stories struct {
	all []story
	sum int
}

func (s *stories) choose(r *random) *story {
	draw := r.below(s.sum)
	for i := range s.all {
		if one := &s.all[i]; draw < one.tale.weight {
			if one.told && one.tale.once {
				return s.choose(r)
			}
			one.told = true
			return one
		}
		draw -= s.all[i].tale.weight
	}
	return nil
}

// choose picks the story that a person lives next. Who has not consented in this
// stream does so before a story that rests on consent.
func (s *shop) choose(p *person, r *random) *story {
	next := s.pick(p, r)
	if !p.consents && next.rests {
		next = s.registers
	}
	p.consents = p.consents || next == s.registers
	return next
}

func (s *shop) pick(p *person, r *random) *story {
	if !p.known && r.percent(35) {
		return s.registers
	}
	if p.received != (set{}) && r.percent(4) {
		p.gone = true
		return s.erases
	}
	if s.drifts.sum > 0 && r.percent(5) {
		return s.drifts.choose(r)
	}
	return s.usual.choose(r)
}

// advance makes the next act of the seat's story, and empties the seat after the last.
func (s *Simulation) advance(at *seat) act {
	form := at.next(&s.random)
	a := &at.act
	a.form = form
	// A little out of order in the stream, never within one person's story.
	a.time = max(a.time+1_000_000, s.clock.now()-int64(s.random.below(2_000_000_000)))
	a.time -= a.time % 1_000_000
	draw := s.random.next()
	a.id = uuid(uint64(a.time/1_000_000)<<16|draw>>52, mix(draw), 7)
	a.trace = draw
	if form.is >= 0 {
		a.ids[form.is] = a.id
	}
	made := *a
	if at.done() {
		s.people[a.person].busy, s.people[a.person].until = false, a.time
		at.story = nil
	}
	return made
}

// next is the form of the next step that is taken. The first and the last step
// of a story are always taken.
func (at *seat) next(r *random) *form {
	for {
		form := at.peek()
		if form.chance == 0 || r.percent(form.chance) {
			return form
		}
	}
}

// peek steps on by one. While the story is at its loop, one round is one recipient.
func (at *seat) peek() *form {
	story := at.story
	if at.step < story.loopAt || !story.loop {
		at.step++
		return &story.steps[at.step-1]
	}
	inLoop := at.step - story.loopAt
	if len(at.left) > 0 {
		at.act.party = at.left[0]
		at.step++
		if inLoop+1 == len(story.each) {
			at.left, at.step = at.left[1:], story.loopAt
		}
		return &story.each[inLoop]
	}
	at.step++
	return &story.steps[at.step-1]
}

func (at *seat) done() bool { return len(at.left) == 0 && at.step >= len(at.story.steps) }
