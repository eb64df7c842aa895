package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"
)

// A tally counts what was done.
type tally struct {
	mu            sync.Mutex
	injected, hit map[string]int
	n             int
	began         time.Time
}

// campaign builds a world, breaks it, and judges what is left.
func campaign(ctx context.Context, o settings) (err error) {
	fmt.Printf("seed %d, Kafka %s, %d faults, %d consumers, %d producers, %d partitions, %d events/s\n",
		o.seed, o.kafka, o.faults, o.consumers, o.producers, o.partitions, o.rate)
	w, err := newWorld(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		w.close()
		if err == nil && !o.keep {
			_ = os.RemoveAll(w.dir)
		} else {
			fmt.Fprintf(os.Stderr, "logs and data are in %s; again: -kafka %s -faults %d -seed %d\n", w.dir, o.kafka, o.faults, o.seed)
		}
	}()
	t := &tally{injected: map[string]int{}, hit: map[string]int{}, began: time.Now()}
	broken := w.breakAll(ctx, t)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	lasted := time.Since(t.began)
	broken = errors.Join(broken, w.finish(), w.whole(ctx)) // judge it all the same
	j, err := judge(ctx, w)
	if err != nil {
		return errors.Join(broken, err)
	}
	report(os.Stdout, w, t, j, lasted)
	if j.wrong() {
		broken = errors.Join(broken, errors.New("the log is not what producers were told"))
	}
	return broken
}

// breakAll injects one fault after the other, sometimes several at once, each
// time into a world that is writing.
func (w *world) breakAll(ctx context.Context, t *tally) error {
	pacing, stop := context.WithCancel(ctx)
	var pace sync.WaitGroup
	pace.Go(func() { w.pace(pacing) })
	defer pace.Wait()
	defer stop()
	if err := w.moving(ctx); err != nil {
		return err
	}
	for t.n < w.faults && ctx.Err() == nil {
		r := rand.New(rand.NewPCG(w.seed, uint64(t.n)))
		several := 1
		if r.IntN(4) == 0 {
			several = 2 + r.IntN(2)
		}
		if err := w.breakSome(ctx, t, r, min(several, w.faults-t.n)); err != nil {
			return err
		}
		if err := errors.Join(w.standing(), w.moving(ctx)); err != nil {
			return err
		}
		if n, err := w.surplus(ctx); err == nil && n > 0 {
			return fmt.Errorf("records stand twice in the log: %d rows, seen after fault %d", n, t.n)
		}
		sleep(ctx, between(r, 0, 500*ms))
	}
	return ctx.Err()
}

// breakSome injects so many faults at once.
func (w *world) breakSome(ctx context.Context, t *tally, r *rand.Rand, several int) error {
	errs := make([]error, several)
	var all sync.WaitGroup
	for i := range several {
		f, own := w.draw(r), rand.New(rand.NewPCG(r.Uint64(), r.Uint64()))
		t.n++
		number := t.n
		all.Go(func() {
			hit, err := f.inject(ctx, w, own)
			if err != nil {
				errs[i] = fmt.Errorf("%s: %w", f.name, err)
			}
			t.count(number, f, hit, err)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// draw picks a fault by its weight.
func (w *world) draw(r *rand.Rand) *fault {
	sum := 0
	for i := range faults {
		sum += w.weight(&faults[i])
	}
	i := 0
	for n := r.IntN(sum); n >= w.weight(&faults[i]); i++ {
		n -= w.weight(&faults[i])
	}
	return &faults[i]
}

// weight is 0 where -only leaves a fault out.
func (w *world) weight(f *fault) int {
	if w.only == "" || strings.Contains(","+w.only+",", ","+f.name+",") {
		return f.weight
	}
	return 0
}

func (t *tally) count(number int, f *fault, hit bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.injected[f.name]++
	says := "missed"
	if hit {
		t.hit[f.name]++
		says = "hit"
	}
	if err != nil {
		says = err.Error()
	}
	fmt.Fprintf(os.Stderr, "%5.0fs %3d %-28s %s\n", time.Since(t.began).Seconds(), number, f.name, says)
}

// moving waits until the log grows: a fault in a world that stands still shows little.
func (w *world) moving(ctx context.Context) error {
	before, err := int64(-1), error(nil)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end) && ctx.Err() == nil; sleep(ctx, 100*ms) {
		var n int64
		if n, err = w.rows(ctx); err != nil {
			continue
		}
		if before >= 0 && n > before {
			return nil
		}
		before = n
	}
	return errors.Join(fmt.Errorf("the log does not grow; it has %d rows", before), err, ctx.Err())
}
