package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// Sender is *producer.Producer: nil means that all is on all in-sync replicas.
type Sender interface {
	Emit(ctx context.Context, es ...event.Event) error
	EmitMessages(ctx context.Context, ms ...event.Message) error
}

// An Order is who has dead letters sent again or settled, and on what terms.
type Order struct {
	Actor      string
	Controller event.Party
	Note       string
	Force      bool             // send what would be refused again, too
	Now        func() time.Time // of the operations
}

// source is the service that emits the operations.
const source = "/custody/dead-letters"

// atOnce is how many letters one operation may announce: events have as many parents.
const atOnce = 64

// Sends says whether the order has a case's record sent.
func (o *Order) Sends(c *Case) bool {
	if c.Fate == Unreadable || c.Personal() {
		return false
	}
	return o.Force || c.Fate == Accepted
}

// settles says whether nothing is left to do about the letter afterwards.
func (o *Order) settles(c *Case) bool { return o.Sends(c) || c.Fate == Duplicate }

// Send sends what the order allows, and records it. Done, which may be nil, is
// told how many letters are settled.
//
// For each batch the announcement comes first: one operation with the actor, and
// the letters as its parents. Then the records; only then, a letter each, the
// operations that settle them. A crash before the records leaves letters that
// nobody takes for settled; one behind them leaves events that the announcement
// tells who sent, and letters that are looked at again: the same source and id is
// a duplicate then, in the same partition, for the key is the same. The other
// order would lose either who did it or, silently, the letter itself.
//
// The operations have no ids made from the letters' keys: of two such, by another
// actor or at another moment, the second would be a conflict and a dead letter.
func (o *Order) Send(ctx context.Context, to Sender, cases []Case, done func(n int)) (sent int, err error) {
	cases = slices.DeleteFunc(slices.Clone(cases), func(c Case) bool { return !o.settles(&c) })
	if err := o.check(event.OperationActionReplay, cases); err != nil {
		return 0, err
	}
	settled := 0
	for batch := range slices.Chunk(cases, atOnce) {
		n, err := o.send(ctx, to, batch)
		if sent += n; err != nil {
			return sent, err
		}
		if settled += len(batch); done != nil {
			done(settled)
		}
	}
	return sent, nil
}

func (o *Order) send(ctx context.Context, to Sender, batch []Case) (sent int, err error) {
	sending := slices.DeleteFunc(slices.Clone(batch), func(c Case) bool { return !o.Sends(&c) })
	failed, err := o.transmit(ctx, to, sending)
	if err != nil && failed == nil {
		return 0, err
	}
	var operations []event.Event
	for i := range sending {
		if failed[i] == nil {
			operations = append(operations, o.operation(event.OperationActionReplay, sending[i].ID.String(), detail(&sending[i])))
			sent++
		}
	}
	for i := range batch {
		if err == nil && !o.Sends(&batch[i]) { // else the log may lack it: it may be a duplicate of what was not sent
			operations = append(operations, o.operation(event.OperationActionReplay, batch[i].ID.String(), "not sent: the log has this event"))
		}
	}
	if e := to.Emit(context.WithoutCancel(ctx), operations...); e != nil {
		err = errors.Join(err, fmt.Errorf("record the replay: %w", e))
	}
	return sent, err
}

// transmit announces the records of cases and sends them. With an error, failed
// says which were not sent; where it is nil, none was.
func (o *Order) transmit(ctx context.Context, to Sender, cases []Case) (failed map[int]error, err error) {
	if len(cases) == 0 {
		return nil, nil
	}
	announced := o.operation(event.OperationActionReplay, "", fmt.Sprintf("about to send %d dead letters again: the parents", len(cases)))
	records := make([]event.Message, len(cases))
	for i := range cases {
		records[i] = cases[i].Message
		announced.Parents = append(announced.Parents, event.Ref{Source: source, ID: cases[i].ID.String()})
	}
	if err := to.Emit(ctx, announced); err != nil {
		return nil, fmt.Errorf("announce the replay, of which nothing was sent: %w", err)
	}
	err = to.EmitMessages(ctx, records...)
	var failures *producer.BatchError
	if errors.As(err, &failures) {
		failed = failures.Failed
	}
	if err != nil {
		err = fmt.Errorf("send dead letters again: %w", err)
	}
	return failed, err
}

// detail says in what form a record was sent.
func detail(c *Case) string {
	switch {
	case c.Rekeyed:
		return "sent with the right key"
	case c.Letter.Pointer():
		return "sent from the source topic"
	}
	return "sent as it was"
}

// Resolve records that a person dealt with these letters in another way.
func (o *Order) Resolve(ctx context.Context, to Sender, ids []ledger.Identity) error {
	cases := make([]Case, len(ids))
	for i, id := range ids {
		cases[i].ID = id
	}
	if err := o.check(event.OperationActionHeal, cases); err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, 1000) {
		var operations []event.Event
		for _, id := range batch {
			operations = append(operations, o.operation(event.OperationActionHeal, id.String(), "dead letter settled by a person"))
		}
		if err := to.Emit(ctx, operations...); err != nil {
			return fmt.Errorf("record what was settled: %w", err)
		}
	}
	return nil
}

// check finds out before anything is sent whether it can be recorded: a letter's
// key must fit record_ref, and no note may look personal.
func (o *Order) check(action event.OperationAction, cases []Case) error {
	for i := range cases {
		if err := o.operation(action, cases[i].ID.String(), "").Validate(); err != nil {
			return fmt.Errorf("nothing was sent: what is done to %s could not be recorded: %w", cases[i].ID, err)
		}
	}
	return nil
}

func (o *Order) operation(action event.OperationAction, letter, detail string) *event.OperationLogged {
	return &event.OperationLogged{
		Meta:       event.Meta{ID: event.NewID(), Source: source, Time: o.Now()},
		Controller: o.Controller, Actor: o.Actor, Action: action, RecordRef: letter, Detail: detail, Note: o.Note,
	}
}
