package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A Fate is what would become of a letter's record if it were sent now.
type Fate uint8

// The fates.
const (
	Accepted   Fate = iota + 1
	Duplicate       // the log has this event
	Conflict        // the log has another event with its source and id
	Rejected        // it still breaks a rule
	Unreadable      // there is no copy of it any more
)

// String is the fate as commands print it.
func (f Fate) String() string {
	return [...]string{"", "accepted", "duplicate", "conflict", "rejected", "unreadable"}[f]
}

// A Case is a dead letter looked at again.
type Case struct {
	ID      ledger.Identity
	Letter  *stream.Letter // as the topic has it; nil: it expired
	Message event.Message  // as it would be sent; nothing if it is unreadable or looks personal
	Rekeyed bool           // it gets another key than it had
	Fate    Fate
	Why     *event.Rejection // of Rejected, and what a new key mends
	Lacking string           // of Unreadable: what is not there

	found         bool // Message is the record
	event, agrees [16]byte
	name          string // the event's id
}

// Personal says that nobody may send the record again.
func (c *Case) Personal() bool { return c.Why != nil && c.Why.Reason == event.ReasonPersonalValue }

// open takes the record out of its letter, where the letter is a copy.
func (c *Case) open(cluster string) {
	switch {
	case !c.Letter.Pointer():
		c.Message, c.found = c.Letter.Original(), true
	case c.Letter.Header(stream.HeaderSHA256) == "":
		c.Lacking = "the record had expired when its dead letter was written"
	case c.ID.Cluster != cluster:
		c.Lacking = "the record is in another cluster than " + cluster
	default:
		c.Lacking = "the record expired; its dead letter has no copy, for it may hold a personal value"
	}
}

// take opens the record that a pointer points at, if it is that.
func (c *Case) take(r *stream.Record) {
	sum := sha256.Sum256(r.Value)
	if hex.EncodeToString(sum[:]) != c.Letter.Header(stream.HeaderSHA256) {
		return
	}
	c.found = true
	c.Message = event.Message{Key: slices.Clone(r.Key), Value: slices.Clone(r.Value)}
	for _, h := range stream.Carried(&r.Message) {
		c.Message.Headers = append(c.Message.Headers, event.Header{Name: h.Name, Value: slices.Clone(h.Value)})
	}
}

// decode judges the record by the contract. Where no more than the key is wrong,
// it gets the right one.
func (c *Case) decode(d *event.Decoder, now time.Time) {
	if !c.found {
		c.Fate = Unreadable
		return
	}
	c.Lacking = ""
	record, why := d.Decode(&c.Message, now)
	if why != nil && why.Reason == event.ReasonKeyMismatch {
		c.Why, c.Rekeyed = why, true
		c.Message.Key = rightKey(record)
		record, why = d.Decode(&c.Message, now)
	}
	if why == nil {
		c.event, c.agrees, c.name = record.EventHash(), record.ContentHash(), string(record.ID)
		return
	}
	c.Fate, c.Why = Rejected, why
	if c.Personal() {
		c.Message = event.Message{}
	}
}

// rightKey is the event's subject, or its source where it has none.
func rightKey(r *event.Record) []byte {
	if len(r.Namespace) == 0 {
		return slices.Clone(r.Source)
	}
	u := r.Subject
	return fmt.Appendf(nil, "%s:%x-%x-%x-%x-%x", r.Namespace, u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// weigh tells an event that is new from one that is known, of the log or of a
// letter before it.
func (c *Case) weigh(known map[[16]byte][16]byte) {
	if c.Fate != 0 {
		return
	}
	content, ok := known[c.event]
	switch {
	case !ok:
		c.Fate, known[c.event] = Accepted, c.agrees
	case content == c.agrees:
		c.Fate = Duplicate
	default:
		c.Fate = Conflict
	}
}
