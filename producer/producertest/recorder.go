// Package producertest lets teams test what they emit, without Kafka. Its law:
// what the Recorder takes, a Producer with the same options would take, and the
// consumer would accept; what it refuses, they refuse.
package producertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/internal/envelope"
	"github.com/datacustody/custody/schemas/event"
)

// A Recorder has the methods of a producer.Producer and keeps what is emitted.
// The zero value is ready; it is safe for concurrent use.
type Recorder struct {
	// Check is what events are held to, as in producer.Options.
	Check event.Options
	// Fail, if there, is asked of every valid event: with an error the event
	// counts as not acknowledged, as if Kafka were away.
	Fail func(event.Message) error

	once    sync.Once
	checker *envelope.Checker

	mu       sync.Mutex
	messages []event.Message
	closed   bool
}

// Emit is producer.Producer.Emit.
func (r *Recorder) Emit(ctx context.Context, es ...event.Event) error {
	return r.emit(ctx, len(es), func(i int) (event.Message, error) { return event.Marshal(es[i]) })
}

// EmitCloudEvent is producer.Producer.EmitCloudEvent.
func (r *Recorder) EmitCloudEvent(ctx context.Context, es ...cloudevents.Event) error {
	return r.emit(ctx, len(es), func(i int) (event.Message, error) { return envelope.FromCloudEvent(es[i]) })
}

// EmitMessages is producer.Producer.EmitMessages.
func (r *Recorder) EmitMessages(ctx context.Context, ms ...event.Message) error {
	return r.emit(ctx, len(ms), func(i int) (event.Message, error) { return ms[i], nil })
}

// Close is producer.Producer.Close: whatever is emitted after it fails.
func (r *Recorder) Close(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return nil
}

func (r *Recorder) emit(ctx context.Context, n int, message func(int) (event.Message, error)) error {
	r.once.Do(func() { r.checker = envelope.NewChecker(r.Check) })
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return producer.ErrClosed
	}
	failed, messages := make(map[int]error), make(map[int]event.Message)
	for i := range n {
		m, err := message(i)
		if err == nil {
			err = r.keep(ctx, m)
		}
		if err != nil {
			failed[i], messages[i] = err, m
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return &producer.BatchError{Failed: failed, Messages: messages}
}

func (r *Recorder) keep(ctx context.Context, m event.Message) error {
	if err := r.checker.Check(&m); err != nil {
		return err
	}
	err := ctx.Err()
	if err == nil && r.Fail != nil {
		err = r.Fail(m)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", producer.ErrUnacknowledged, err)
	}
	r.messages = append(r.messages, m)
	return nil
}

// Messages are the events emitted so far, as Kafka would have them.
func (r *Recorder) Messages() []event.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.messages)
}

// CloudEvents are the events emitted so far in structured mode, as the
// CloudEvents SDK has them. It panics where one was emitted in binary mode.
func (r *Recorder) CloudEvents() []cloudevents.Event {
	var es []cloudevents.Event
	for _, m := range r.Messages() {
		var e cloudevents.Event
		if err := json.Unmarshal(m.Value, &e); err != nil {
			panic("producertest: an event that is not structured was emitted; see Messages")
		}
		es = append(es, e)
	}
	return es
}

// Reset forgets what was emitted.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = nil
}
