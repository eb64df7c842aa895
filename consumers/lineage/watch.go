package lineage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// A state is what others may know of a partition that is being written.
type state struct {
	logged atomic.Int64 // up to where
	mu     sync.Mutex
	err    error // why it is not, since rows were last stored or nothing was left to do
}

func (s *state) ill(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *state) well() { s.ill(nil) }

// Watched are the partitions that a writer has.
type watched struct {
	mu     sync.Mutex
	states map[ledger.Partition]*state
}

func (w *watched) begin(p ledger.Partition) *state {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.states == nil {
		w.states = map[ledger.Partition]*state{}
	}
	s := new(state)
	w.states[p] = s
	return s
}

func (w *watched) end(p ledger.Partition) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.states, p)
}

// watch lets others see how p is doing until end is called.
func (w *Writer) watch(ctx context.Context, p ledger.Partition, s Source) (st *state, end func()) {
	st = w.watched.begin(p)
	ctx, cancel := context.WithCancel(ctx)
	var measuring sync.WaitGroup
	measuring.Go(func() { w.measureLag(ctx, p, s, st) })
	return st, func() {
		cancel()
		measuring.Wait()
		w.watched.end(p)
		w.Metrics.forget(p)
	}
}

// Ready says which partitions are not written, and why. That a writer has none is no fault.
func (w *Writer) Ready(context.Context) error {
	w.watched.mu.Lock()
	states := maps.Clone(w.watched.states)
	w.watched.mu.Unlock()
	var errs []error
	for _, p := range slices.SortedFunc(maps.Keys(states), func(a, b ledger.Partition) int { return int(a.ID - b.ID) }) {
		s := states[p]
		s.mu.Lock()
		if s.err != nil {
			errs = append(errs, fmt.Errorf("%s/%d: %w", p.Topic, p.ID, s.err))
		}
		s.mu.Unlock()
	}
	return errors.Join(errs...)
}

// lagEvery is the time between two looks at Kafka's end.
const lagEvery = 10 * time.Second

// measureLag tells how far the log is behind Kafka, also where nothing moves.
// While Kafka does not say how far it is, the last lag stands.
func (w *Writer) measureLag(ctx context.Context, p ledger.Partition, s Source, st *state) {
	for {
		if _, end, err := s.Range(ctx); err == nil && ctx.Err() == nil {
			w.Metrics.lag.WithLabelValues(p.Topic, strconv.Itoa(int(p.ID))).Set(float64(max(end-st.logged.Load(), 0)))
		}
		if sleep(ctx, lagEvery) != nil {
			return
		}
	}
}
