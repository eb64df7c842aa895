package api

import (
	"context"
	"sync"
)

// Turns let one at a time do what must not be done twice at once.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when the turn is over
}

// take waits for the turn of a key, or for ctx to end; over ends the turn.
func (t *turns) take(ctx context.Context, key string) (over func(), err error) {
	for {
		t.mu.Lock()
		before, ok := t.taken[key]
		if !ok {
			if t.taken == nil {
				t.taken = map[string]chan struct{}{}
			}
			mine := make(chan struct{})
			t.taken[key] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				defer t.mu.Unlock()
				delete(t.taken, key)
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
