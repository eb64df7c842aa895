package lineage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
)

// TestFirstTheLeaseThenRunningInserts is G2.5: an insert that comes just before
// its lease is over, and runs long after, is waited for. Whoever looked for
// running inserts first would have seen none.
func TestFirstTheLeaseThenRunningInserts(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.kafka.commit(0, ledger.Idle(time.Time{}))
		w.tune = func(o *lineage.Options) { o.Store = &lingeringStore{hand: o.Store.(hand)} }
		for i := range 5 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.start()
		w.logged()
		time.Sleep(time.Minute) // until all that may land has landed
		w.rested()
		w.check()
	})
}

// A lingeringStore's first insert has no answer, is let in a millisecond before
// its lease is over, and lands 20 s later.
type lingeringStore struct {
	hand
	used bool
}

func (s *lingeringStore) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error {
	if s.used {
		return s.hand.Insert(ctx, b, i)
	}
	s.used = true
	rows := slices.Clone(b.(*block).rows)
	s.faults.late.Go(func() {
		time.Sleep(i.LeaseUntil.Sub(s.now()) - time.Millisecond)
		s.mu.Lock()
		s.inserting++
		s.mu.Unlock()
		time.Sleep(20 * time.Second)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.inserting--
		s.rows = append(s.rows, rows...)
	})
	return errAfter
}
