package lineage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
)

// TestRowsLostWhileTheyHealAreHealedAgain is G2.6: a heal is held against the log
// as it is read in the end. A part that goes between the two would else become
// what the writer thinks that the log holds, and no comparison would miss it.
func TestRowsLostWhileTheyHealAreHealedAgain(t *testing.T) {
	simulate(t, 3, func(w *world) {
		p := w.start()
		for i := range 40 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.rested()
		p.leave()
		<-p.done
		middle := func(r row) bool { return r.Offset >= 10 && r.Offset < 20 }
		w.log.drop(middle)
		lost := 0
		w.tune = func(o *lineage.Options) {
			o.Check = 24 * time.Hour
			o.Store = &leakyStore{Store: o.Store, leak: func() { lost += w.log.drop(middle) }}
		}
		w.start()
		w.send("the last", "once")
		w.await("the log is whole", func() bool { return len(w.log.table()) == 41 && lost > 0 })
		for i, r := range w.log.table() {
			if r.Offset != int64(i) || r.Seq != uint64(i) || r.Outcome != ledger.Accepted {
				t.Errorf("row %d = %v with seq %d, want offset and seq %d, accepted", i, r, r.Seq, i)
			}
		}
	})
}

// A leakyStore loses rows once: between its first insert and the next look at what it holds.
type leakyStore struct {
	lineage.Store
	inserts int
	leak    func()
}

func (s *leakyStore) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error {
	s.inserts++
	return s.Store.Insert(ctx, b, i)
}

func (s *leakyStore) Extent(ctx context.Context, p ledger.Partition) (ledger.Extent, error) {
	if s.inserts == 1 {
		s.inserts++
		s.leak()
	}
	return s.Store.Extent(ctx, p)
}
