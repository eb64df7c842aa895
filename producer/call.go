package producer

import (
	"context"
	"errors"
	"sync"

	"github.com/datacustody/custody/schemas/event"
)

var errPending = errors.New("pending")

// A call is one Emit: the place where the partitions' answers come together.
type call struct {
	ctx  context.Context // ends with the caller's or with the delivery timeout
	done chan struct{}   // closed when every event is settled

	mu      sync.Mutex
	results []error // by event; nil = acknowledged
	pending int
	broken  map[string]bool // keys of which an event failed
	last    error           // why the newest attempt failed
}

// newCall expects an answer for each message that has not failed before.
func newCall(ctx context.Context, failed map[int]error, n int) *call {
	c := &call{ctx: ctx, done: make(chan struct{}), results: make([]error, n), pending: n - len(failed)}
	for i := range c.results {
		c.results[i] = errPending
		if err, ok := failed[i]; ok {
			c.results[i] = err
		}
	}
	if c.pending == 0 {
		close(c.done)
	}
	return c
}

// settle notes an event's fate, once. A failure holds back what comes behind it
// under the same key, so that a subject's order never breaks.
func (c *call) settle(index int, key []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.results[index] != errPending { //nolint:errorlint // a mark, never wrapped
		return
	}
	c.results[index] = err
	if err != nil {
		if c.broken == nil {
			c.broken = make(map[string]bool)
		}
		c.broken[string(key)] = true
	}
	if c.pending--; c.pending == 0 {
		close(c.done)
	}
}

// stopped says why an event must not be sent (any more); nil if it may.
func (c *call) stopped(key []byte) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken[string(key)] {
		return errHeldBack
	}
	return nil
}

func (c *call) note(err error) {
	c.mu.Lock()
	c.last = err
	c.mu.Unlock()
}

// wait returns when every event is settled or the call's time is over, with a
// *BatchError unless all are acknowledged.
func (c *call) wait(topic string, ms []event.Message) error {
	select {
	case <-c.done:
	case <-c.ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var bad *BatchError
	for i, err := range c.results {
		if err == errPending { //nolint:errorlint // a mark, never wrapped
			err = unacknowledged(topic, c.ctx.Err(), c.last)
			c.results[i] = err
		}
		if err == nil {
			continue
		}
		if bad == nil {
			bad = &BatchError{Failed: make(map[int]error), Messages: make(map[int]event.Message)}
		}
		bad.Failed[i], bad.Messages[i] = err, ms[i]
	}
	if bad == nil {
		return nil // not a *BatchError that is nil
	}
	return bad
}
