package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// A watch looks every second how far the log is and how large the writer.
type watch struct {
	site         *site
	began        time.Time
	events       int
	sent, logged atomic.Int64
	samples      []sample
}

type sample struct {
	at     time.Duration
	logged int
	mib    float64
}

// begin lets the sender have a lead before the writer starts, so that the first
// batches are as large as any will be, and the writer as well. Then it runs.
func (w *watch) begin(ctx context.Context, o settings) error {
	for lead := min(o.ahead()-chunk, o.events/8); w.sent.Load() < int64(lead); {
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	if err := w.site.write(o); err != nil {
		return err
	}
	w.began = time.Now()
	return w.run(ctx)
}

// run looks until the log has all that was sent and all that Kafka has.
func (w *watch) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	moved := time.Now()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.site.writer.over:
			return fmt.Errorf("the writer ended by itself: %w", w.site.writer.err)
		case <-tick.C:
		}
		before := w.logged.Load()
		if err := w.look(ctx); err != nil {
			return err
		}
		logged := w.logged.Load()
		if logged > before {
			moved = time.Now()
		} else if time.Since(moved) > patience {
			return fmt.Errorf("the log has %d rows, and there it stays", logged)
		}
		if n%10 == 0 {
			w.say()
		}
		if w.sent.Load() < int64(w.events) || logged < int64(w.events) {
			continue
		}
		if all, _, err := w.site.records(ctx); err != nil || logged >= int64(all) {
			return err
		}
	}
}

func (w *watch) look(ctx context.Context) error {
	logged, err := w.site.logged(ctx)
	if err != nil {
		return err
	}
	mib, err := w.site.writer.memory()
	if err != nil {
		return err
	}
	w.logged.Store(int64(logged))
	w.samples = append(w.samples, sample{time.Since(w.began), logged, mib})
	return nil
}

func (w *watch) say() {
	s := w.samples[len(w.samples)-1]
	before := w.samples[max(0, len(w.samples)-11)]
	fmt.Fprintf(os.Stderr, "%4.0f s: sent %d, logged %d, %.0f events/s, writer %.0f MiB\n",
		s.at.Seconds(), w.sent.Load(), s.logged, rate(before, s), s.mib)
}

func rate(from, to sample) float64 {
	return float64(to.logged-from.logged) / max((to.at-from.at).Seconds(), 1e-3)
}
