package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// A Tally is what the simulation says must be in the log.
type tally struct {
	simulation *simulate.Simulation
	outcomes   map[string]uint64
	people     map[int]bool
	found      map[string]uint64 // how many accepted events break each rule

	decoder *event.Decoder
	court   *rules.Court
	verdict rules.Verdict
}

// take makes the next n messages and notes what must become of them.
func (t *tally) take(n int) []event.Message {
	messages := make([]event.Message, n)
	for i := range messages {
		var expect simulate.Expect
		messages[i], expect = t.simulation.Next()
		t.outcomes[expect.Outcome]++
		if expect.Outcome == simulate.Accepted {
			t.judge(&messages[i])
		}
		if expect.Recipient != "" && !expect.Alias && expect.Person >= 0 {
			t.people[expect.Person] = true
		}
	}
	return messages
}

// judge notes what must be found of an event that is accepted.
func (t *tally) judge(m *event.Message) {
	r, rejection := t.decoder.Decode(m, time.Now())
	if rejection != nil {
		return // the outcomes will tell
	}
	t.court.Judge(r, &t.verdict)
	for _, rule := range t.verdict.Findings {
		t.found[rule]++
	}
}

// check holds the log's counts against the simulation's.
func (t *tally) check(counts map[ledger.Outcome]uint64, found map[string]uint64) (err error) {
	for _, r := range rules.All() {
		if got, want := found[r.ID], t.found[r.ID]; got != want {
			err = errors.Join(err, fmt.Errorf("the log has %d findings of %s, the events give %d", got, r.ID, want))
		}
	}
	for o := ledger.Accepted; o <= ledger.Lost; o++ {
		if got, want := counts[o], t.outcomes[o.String()]; got != want {
			err = errors.Join(err, fmt.Errorf("the log has %d %s records, the simulation made %d", got, o, want))
		}
	}
	return err
}

// person is one whose data went to several parties, but to no more than a
// screen can show.
func (t *tally) person() (person int) {
	const enough = 9
	most := -1
	for p := range t.people {
		if n := len(t.simulation.Recipients(p)); n <= enough && (n > most || n == most && p < person) {
			person, most = p, n
		}
	}
	return person
}

// send sends the day and returns when all of it is logged.
func (d *demo) send(ctx context.Context, db *store.DB) (*tally, error) {
	o := simulate.Day(d.seed, time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1))
	o.Events = d.events
	contract := &d.house.servers.contract
	t := &tally{simulation: simulate.New(o), outcomes: make(map[string]uint64), people: make(map[int]bool), found: make(map[string]uint64),
		decoder: event.NewDecoder(contract.options), court: contract.court}
	p, err := d.house.servers.producer("demo", true, teller(d.progress)) // a mistake is part of the story
	if err != nil {
		return nil, err
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for left := d.events; left > 0; left -= demoChunk {
			if err := p.EmitMessages(ctx, t.take(min(left, demoChunk))...); err != nil {
				fail(err)
				return
			}
		}
	}()
	bar := newBar(d.progress, d.events, "logged")
	err = d.follow(ctx, db, bar)
	bar.done()
	fail(err)
	<-sent
	return t, errors.Join(err, p.Close(context.WithoutCancel(ctx)))
}

// demoChunk is how many events the demo sends at once.
const demoChunk = 5000

// follow waits until as many records are logged as are to be sent.
func (d *demo) follow(ctx context.Context, db *store.DB, bar *bar) error {
	for {
		rows, err := logged(ctx, db)
		if err != nil {
			return err
		}
		if bar.set(rows); rows >= d.events {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
