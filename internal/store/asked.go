package store

import (
	"context"
	"sync"
)

// A shared question is put to the server once for all who ask it while the one before
// is being answered: the loops of a writer's partitions ask the same at the same
// moments. Nobody gets an answer that was begun before they asked.
type shared[K comparable, A any] struct {
	put func(context.Context, K) (A, error)

	mu   sync.Mutex
	busy map[K]bool
	next map[K]*answer[A] // of those that wait for their turn
}

// An answer is one for several.
type answer[A any] struct {
	ctx   context.Context // ends when nobody waits any more
	stop  context.CancelFunc
	asked int           // who wait
	over  chan struct{} // closed once the rest is there
	is    A
	err   error
}

// ask gives the answer to question k; it returns when ctx ends even if there is none.
func (s *shared[K, A]) ask(ctx context.Context, k K) (is A, err error) {
	a := s.join(k)
	select {
	case <-a.over:
		return a.is, a.err
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		if a.asked--; a.asked == 0 {
			a.stop()
			if s.next[k] == a { // who asks now must not get its end
				delete(s.next, k)
			}
		}
		return is, ctx.Err()
	}
}

func (s *shared[K, A]) join(k K) *answer[A] {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.next[k]
	if a == nil {
		a = &answer[A]{over: make(chan struct{})}
		a.ctx, a.stop = context.WithCancel(context.Background())
		if s.next == nil {
			s.next, s.busy = map[K]*answer[A]{}, map[K]bool{}
		}
		s.next[k] = a
	}
	a.asked++
	if !s.busy[k] {
		s.busy[k] = true
		go s.run(k)
	}
	return a
}

// run answers k until nobody asks.
func (s *shared[K, A]) run(k K) {
	for {
		s.mu.Lock()
		a := s.next[k]
		delete(s.next, k)
		if a == nil {
			delete(s.busy, k)
		}
		s.mu.Unlock()
		if a == nil {
			return
		}
		a.is, a.err = s.put(a.ctx, k)
		a.stop()
		close(a.over)
	}
}
