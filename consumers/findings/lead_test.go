package findings_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/datacustody/custody/consumers/findings"
)

// Of two runners one leads, and the other takes over when it ends.
func TestOneRunnerLeads(t *testing.T) {
	w := newWorld(t)
	var leading [2]atomic.Bool
	var stop [2]func()
	for i := range stop {
		o := w.options()
		o.Topic = nil
		take := o.Lead
		o.Lead = func(ctx context.Context) (findings.Lead, error) {
			l, err := take(ctx)
			leading[i].Store(err == nil)
			return l, err
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		runner := findings.New(o)
		go func() { done <- runner.Run(ctx) }()
		stop[i] = func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("runner %d: %v", i, err)
			}
		}
		if i == 0 {
			w.await("the first leads", leading[0].Load)
		}
	}
	w.happen(0, act{"a", "data.shared", w.person(1), 1, relying, nil})
	w.await("the findings of the first", w.kept)
	time.Sleep(1500 * time.Millisecond) // longer than the other waits between two attempts
	if leading[1].Load() {
		t.Error("both lead")
	}
	stop[0]()
	w.happen(0, act{"b", "data.shared", w.person(2), 1, relying, nil})
	w.await("the findings of the second", w.kept)
	if !leading[1].Load() {
		t.Error("the second does not lead")
	}
	stop[1]()
	w.want("a consent-missing", "b consent-missing")
}
