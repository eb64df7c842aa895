package simulate

import "github.com/datacustody/custody/schemas/event"

// person is what is remembered of one: to whom the data went, and what is past.
type person struct {
	received set
	busy     bool  // sits in a seat
	known    bool  // has registered here, or done so before the stream began
	consents bool  // has given the consent that comes with registering
	gone     bool  // was erased
	until    int64 // when the last story ended
}

// seat is a place at which one person at a time lives a story. Few seats keep
// stories dense in the stream, so that they end within it.
type seat struct {
	story *story
	step  int
	left  []uint8 // recipients that an erasure has still to reach
	act   act
}

// Subject is the person's pseudonym at the shop: an UUIDv8 as a producer's HMAC gives.
func (s *Simulation) Subject(person int) event.Subject {
	id := s.pseudonym(uint32(person), thePerson)
	return event.Subject(appendUUID([]byte(s.shopOf(uint32(person)).name+":"), id))
}

// Alias is the person's pseudonym at Alipay, to which the shop's may be linked.
func (s *Simulation) Alias(person int) event.Subject {
	return event.Subject(appendUUID([]byte("alipay:"), s.pseudonym(uint32(person), theAlias)))
}

// Recipients are those that got data of the person's Subject in the messages so
// far, sorted by name: what a look-up of the pseudonym must find.
func (s *Simulation) Recipients(person int) []string { return s.people[person].received.names() }

func (s *Simulation) pseudonym(person uint32, as who) [16]byte {
	seed := mix(s.opts.Seed ^ 0x5b1ec7 + uint64(person)<<3 + uint64(as))
	return uuid(seed, mix(seed+1), 8)
}

func (s *Simulation) shopOf(person uint32) *shop {
	draw := mix(uint64(person)+77) % 100
	for i := range s.shops {
		if draw < s.shops[i].share {
			return &s.shops[i]
		}
		draw -= s.shops[i].share
	}
	return &s.shops[0]
}

// sit seats a person who is free and begins a story.
func (s *Simulation) sit(at *seat) {
	who := s.find()
	p := &s.people[who]
	shop := s.shopOf(who)
	at.story, at.step, at.left = shop.choose(p, &s.random), 0, at.left[:0]
	p.busy, p.known = true, true
	s.serial++
	at.act = act{person: who, serial: mix(s.opts.Seed + s.serial), time: max(at.act.time, p.until)}
	for i, choices := range choicesOf {
		at.act.choices[i] = choices[s.random.below(len(choices))]
	}
	if at.story.loop {
		at.left = p.received.appendTo(at.left)
	}
}

// find prefers one who is neither busy nor erased, and takes one who is free.
func (s *Simulation) find() uint32 {
	for range 8 {
		at := s.random.below(len(s.people))
		if p := &s.people[at]; !p.busy && !p.gone {
			return uint32(at)
		}
	}
	at := s.random.below(len(s.people))
	for i := 0; s.people[at].busy && i < len(s.people); i++ {
		at = (at + 1) % len(s.people)
	}
	return uint32(at)
}
