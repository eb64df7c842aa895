// Package simulate plays the life of a few shops as a stream of events: people
// register, order, pay, are delivered to, write reviews, ask to be forgotten,
// and services repeat themselves, contradict themselves, make mistakes and do
// what their policy does not declare. Its law: the same options give the same
// bytes on every machine; with every message comes what the log must say of it;
// it reads no clock and no network.
package simulate

import (
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// Options of a simulation. Day gives sensible ones; zero shares mean none.
type Options struct {
	Seed     uint64
	Subjects int           // persons; 0 = 10,000
	Events   int           // messages in one span, however long the stream is; 0 = 100,000
	Start    time.Time     // when the first span begins
	Span     time.Duration // what Events messages stretch over; 0 = 24 hours

	Duplicates float64 // share of messages that repeat an earlier event
	Conflicts  float64 // share that repeat an earlier event's id with other content
	Bad        float64 // share that must be rejected
	Binary     float64 // share in binary content mode
}

// Day is a shop's ordinary day, 2 % of it repeats, 0.5 % mistakes.
func Day(seed uint64, start time.Time) Options {
	return Options{Seed: seed, Start: start, Duplicates: 0.02, Conflicts: 0.0005, Bad: 0.005, Binary: 0.2}
}

// The outcomes as the log stores them.
const (
	Accepted  = "accepted"
	Duplicate = "duplicate"
	Conflict  = "conflict"
	Rejected  = "rejected"
)

// Expect says what the log must hold of a message.
type Expect struct {
	Outcome   string
	Reason    event.Reason // of a rejected one
	Kind      event.Kind   // of the event that a rejected one was made from
	Person    int          // whom it is about, see Subject; -1 = nobody
	Alias     bool         // it is about the person's other pseudonym, see Alias
	Recipient string       // of an accepted flow
	Row       int          // of the seed flows, 1..50
	// Findings are the rules that an accepted event breaks, in their order, judged by
	// the catalogue that the program is built with. They hold for days on which the
	// shops' policies are in force: from 25 September 2023 on. Not to be changed.
	Findings []string
}

// A Simulation is one stream. It is not safe for concurrent use; several
// streams with seeds of their own are.
type Simulation struct {
	opts    Options
	chances [3]uint64 // bad, duplicate, conflict: running sums, of 2^53
	binary  uint64
	random  random
	clock   clock
	serial  uint64
	shops   []shop
	people  []person
	seats   []seat
	past    past
	memory  memory
}

// New returns a simulation at its beginning.
func New(o Options) *Simulation {
	if o.Subjects <= 0 {
		o.Subjects = 10_000
	}
	if o.Events <= 0 {
		o.Events = 100_000
	}
	if o.Span <= 0 {
		o.Span = 24 * time.Hour
	}
	s := &Simulation{
		opts:   o,
		random: random{state: o.Seed},
		clock:  newClock(o.Start, o.Span, o.Events),
		shops:  openShops(),
		people: make([]person, o.Subjects),
		seats:  make([]seat, max(1, min(256, o.Subjects/2))),
	}
	sum := 0.0
	for i, share := range [...]float64{o.Bad, o.Duplicates, o.Conflicts} {
		sum += max(0, share)
		s.chances[i] = threshold(sum)
	}
	s.binary = threshold(o.Binary)
	return s
}

// Next makes the next message. Its bytes are the caller's to keep, not to
// change: messages share memory with their neighbours.
func (s *Simulation) Next() (event.Message, Expect) {
	s.clock.tick()
	draw := s.random.bits53()
	switch {
	case s.past.empty() || draw >= s.chances[2]:
		return s.original()
	case draw < s.chances[0]:
		return s.mistake()
	case draw < s.chances[1]:
		return s.repeat()
	default:
		return s.contradiction()
	}
}

// original goes one step on with somebody's life.
func (s *Simulation) original() (event.Message, Expect) {
	seat := &s.seats[s.random.below(len(s.seats))]
	if seat.story == nil {
		s.sit(seat)
	}
	act := s.advance(seat)
	s.past.keep(&act, &s.random)
	expect := s.expect(&act, Accepted)
	expect.Findings = act.findings()
	if recipient := act.recipient(); recipient != noParty {
		if act.form.who == thePerson {
			s.people[act.person].received.add(recipient)
		}
		expect.Recipient = parties[recipient]
	}
	return s.render(&act, s.style()), expect
}

// style draws how a message is written.
func (s *Simulation) style() style {
	if s.random.bits53() < s.binary {
		return binaryMode
	}
	return 0
}

func (s *Simulation) expect(a *act, outcome string) Expect {
	e := Expect{Outcome: outcome, Kind: a.form.kind, Person: int(a.person), Row: a.form.row}
	switch a.form.who {
	case nobody:
		e.Person = -1
	case theAlias:
		e.Alias = true
	}
	return e
}
