package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/internal/store"
)

// Those who ask while a question is under way share the next; that under way was begun
// before they asked.
func TestAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var put int
		answer := make(chan struct{})
		s := store.NewShared(func(context.Context, string) (int, error) {
			put++
			n := put
			<-answer
			return n, nil
		})
		var asking sync.WaitGroup
		ask := func(want int) {
			asking.Go(func() {
				if got, err := s.Ask(t.Context(), "a"); got != want || err != nil {
					t.Errorf("Ask = %d, %v, want the answer of question %d", got, err, want)
				}
			})
			synctest.Wait()
		}
		ask(1)
		for range 3 {
			ask(2)
		}
		answer <- struct{}{}
		synctest.Wait()
		ask(3)
		close(answer)
		asking.Wait()
		ask(4)
	})
}

// One question does not wait for another.
func TestAskedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		s := store.NewShared(func(_ context.Context, k string) (int, error) {
			if k == "slow" {
				<-never
			}
			return 1, nil
		})
		go s.Ask(t.Context(), "slow") //nolint:errcheck // it is never answered in time
		synctest.Wait()
		if n, err := s.Ask(t.Context(), "fast"); n != 1 || err != nil {
			t.Errorf("Ask = %d, %v, want 1", n, err)
		}
		close(never)
	})
}

// A question ends when the last who waits for it gives up, no sooner.
func TestAskedNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, ended := make(chan struct{}), 0
		s := store.NewShared(func(ctx context.Context, _ string) (int, error) {
			<-begun
			<-ctx.Done()
			ended++
			return 0, ctx.Err()
		})
		ask := func() (giveUp func()) {
			ctx, cancel := context.WithCancel(t.Context())
			over := make(chan error, 1)
			go func() { _, err := s.Ask(ctx, "a"); over <- err }()
			synctest.Wait()
			return func() {
				cancel()
				synctest.Wait()
				if len(over) == 0 {
					t.Fatal("Ask waits on after its context ended")
				}
				if err := <-over; !errors.Is(err, context.Canceled) {
					t.Errorf("Ask = %v, want that it was given up", err)
				}
			}
		}
		alone, one, other := ask(), ask(), ask()
		alone()
		close(begun)
		synctest.Wait()
		if one(); ended != 1 {
			t.Errorf("%d questions ended when one of two gave up, want only that which nobody waits for", ended)
		}
		if other(); ended != 2 {
			t.Errorf("%d questions ended when nobody waits, want both", ended)
		}
	})
}

// A question whose answer does not come holds up the next for no longer than a new
// connection may take; what it says in the end goes to those who asked it.
func TestAskedBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		put, answer := 0, make(chan struct{})
		s := store.NewShared(func(context.Context, string) (int, error) {
			put++
			n := put
			if n == 1 {
				<-answer
			}
			return n, nil
		})
		over := make(chan int, 1)
		go func() { n, _ := s.Ask(t.Context(), "a"); over <- n }()
		synctest.Wait()
		began := time.Now()
		for want := 2; want < 4; want++ {
			if n, err := s.Ask(t.Context(), "a"); n != want || err != nil {
				t.Errorf("Ask = %d, %v, want the answer of question %d", n, err, want)
			}
		}
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("two questions took %v, want only the first to wait", waited)
		}
		close(answer)
		if n := <-over; n != 1 {
			t.Errorf("the first question was answered %d, want 1", n)
		}
	})
}

// Who gives up while the question waits for its turn leaves nothing that is over to
// those who ask next.
func TestAskedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		s := store.NewShared(func(ctx context.Context, _ string) (int, error) {
			<-answer
			return 1, ctx.Err()
		})
		go s.Ask(t.Context(), "a") //nolint:errcheck // it only holds the turn
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go s.Ask(ctx, "a") //nolint:errcheck // it is given up
		synctest.Wait()
		cancel()
		synctest.Wait()
		over := make(chan error, 1)
		go func() { _, err := s.Ask(t.Context(), "a"); over <- err }()
		synctest.Wait()
		close(answer)
		if err := <-over; err != nil {
			t.Errorf("Ask = %v, want an answer", err)
		}
	})
}
