package store

import (
	"context"
	"sync"
	"time"
)

// A shared question is put to the server once for all who ask it while the one before
// is being answered: the loops of a writer's partitions ask the same, about k and each
// with a part of its own, at the same moments. Nobody gets an answer that was begun before
// they asked, nor waits long for one that does not come: the next is then asked beside it.
type shared[K comparable, Q, A any] struct {
	put  func(context.Context, K, []Q) (A, error)
	late time.Duration // when the next no longer waits for an answer

	mu   sync.Mutex
	busy map[K]*turn
	next map[K]*answer[Q, A] // of those that wait for their turn
}

// nothing is the part of those who all ask the same.
type nothing struct{}

// A turn is whose it is to ask.
type turn struct{ _ byte } // with a size, so that no two are one

// When the next no longer waits: for what is rarely asked in the time in which another
// connection is made, for what a batch waits for as soon as asking again costs less.
const (
	late     = dialTimeout
	soonLate = 50 * time.Millisecond
)

// An answer is one for several.
type answer[Q, A any] struct {
	parts []Q
	ctx   context.Context // ends when nobody waits any more
	stop  context.CancelFunc
	asked int           // who wait
	over  chan struct{} // closed once is and err are there
	is    A
	err   error
}

// ask gives the answer to question k, of which q is a part; it returns when ctx ends even
// if there is none, and q may be read later.
func (s *shared[K, Q, A]) ask(ctx context.Context, k K, q Q) (is A, err error) {
	a := s.join(k, q)
	wait := time.NewTimer(s.late)
	defer wait.Stop()
	for {
		select {
		case <-a.over:
			return a.is, a.err
		case <-ctx.Done():
			s.leave(k, a)
			return is, ctx.Err()
		case <-wait.C:
			s.hurry(k, a)
		}
	}
}

// leave ends an answer that nobody waits for.
func (s *shared[K, Q, A]) leave(k K, a *answer[Q, A]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.asked--; a.asked > 0 {
		return
	}
	a.stop()
	if s.next[k] == a { // who asks now must not get its end
		delete(s.next, k)
	}
}

// hurry gives the turn to an answer that waits for it still.
func (s *shared[K, Q, A]) hurry(k K, a *answer[Q, A]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next[k] == a {
		s.begin(k)
	}
}

// begin takes the turn, from whoever has it.
func (s *shared[K, Q, A]) begin(k K) {
	t := new(turn)
	s.busy[k] = t
	go s.run(k, t)
}

func (s *shared[K, Q, A]) join(k K, q Q) *answer[Q, A] {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.next[k]
	if a == nil {
		a = &answer[Q, A]{over: make(chan struct{})}
		a.ctx, a.stop = context.WithCancel(context.Background())
		if s.next == nil {
			s.next, s.busy = map[K]*answer[Q, A]{}, map[K]*turn{}
		}
		s.next[k] = a
	}
	a.asked++
	a.parts = append(a.parts, q)
	if s.busy[k] == nil {
		s.begin(k)
	}
	return a
}

// run answers k until nobody asks or another has the turn.
func (s *shared[K, Q, A]) run(k K, t *turn) {
	for {
		a := s.take(k, t)
		if a == nil {
			return
		}
		a.is, a.err = s.put(a.ctx, k, a.parts)
		a.stop()
		close(a.over)
	}
}

func (s *shared[K, Q, A]) take(k K, t *turn) *answer[Q, A] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[k] != t {
		return nil
	}
	a := s.next[k]
	delete(s.next, k)
	if a == nil {
		delete(s.busy, k)
	}
	return a
}
