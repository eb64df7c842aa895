// Package envelope writes what callers give as messages, and holds messages to
// the contract. Its law: a message is checked exactly as the consumer checks it.
package envelope

import (
	"bytes"
	"errors"
	"sync"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"github.com/datacustody/custody/schemas/event"
)

// FromCloudEvent writes e in structured mode, keyed by its subject, or by its
// source where it has none. An event without an id gets one.
func FromCloudEvent(e cloudevents.Event) (event.Message, error) {
	if e.Context == nil {
		return event.Message{}, event.Invalid{{Field: "specversion", Rule: "must be 1.0", Remedy: "make the event with cloudevents.NewEvent()"}}
	}
	if e.ID() == "" {
		e = e.Clone()
		e.SetID(event.NewID())
	}
	key := e.Subject()
	if key == "" {
		key = e.Source()
	}
	var value bytes.Buffer
	if err := cloudevents.WriteJson(&e, &value); err != nil {
		return event.Message{}, errors.New("the CloudEvents SDK cannot write the event as JSON") // its error may quote the event
	}
	return event.Message{
		Key:     []byte(key),
		Value:   value.Bytes(),
		Headers: []event.Header{{Name: "content-type", Value: []byte(cloudevents.ApplicationCloudEventsJSON)}},
	}, nil
}

// A Checker says what the consumer would say. It is safe for concurrent use.
type Checker struct {
	options  event.Options
	decoders sync.Pool
}

// NewChecker returns a checker that judges as a decoder with o does.
func NewChecker(o event.Options) *Checker { return &Checker{options: o} }

// Check returns nil or an *event.Rejection.
func (c *Checker) Check(m *event.Message) error {
	d, ok := c.decoders.Get().(*event.Decoder)
	if !ok {
		d = event.NewDecoder(c.options)
	}
	defer c.decoders.Put(d)
	if _, rejection := d.Decode(m, time.Now()); rejection != nil {
		return rejection
	}
	return nil
}
