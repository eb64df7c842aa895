package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Visible is how long events took from Kafka's acknowledgement until they could
// be read from the table, at a fixed offered rate.
type visible struct {
	rate     float64 // events/s that were acknowledged while it was measured
	p50, p99 time.Duration
	idle     float64 // share of a core while nothing came; -1 = not watched
}

// probeEvery is how often the table is looked at; it is asked when there is something new in it.
const probeEvery = 20 * time.Millisecond

// A batch of events that Kafka acknowledged at once.
type batch struct {
	partition   int
	first, last int64
	at          time.Time
}

// watch offers events at a rate and looks when they are there. Then, for a while
// that may be 0, nothing comes, and what the contestant's process takes is idle.
func (s *site) watch(ctx context.Context, c contestant, group string, rate float64, rest time.Duration) (v visible, err error) {
	if err := s.renewTopic(ctx); err != nil {
		return v, err
	}
	if err := s.ready(ctx, c, group); err != nil {
		return v, err
	}
	p, err := c.start(ctx, group)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, s.end(ctx, c, p)) }()
	from, batches, looks, err := s.observe(ctx, c, p, rate)
	if err != nil {
		return v, err
	}
	v, err = measure(batches, looks, from)
	if err != nil {
		return v, err
	}
	if v.idle = -1; rest > 0 && p != nil {
		if v.idle, err = idle(ctx, p, rest); err != nil {
			return v, err
		}
	}
	progress("%-16s at %.0f events/s: visible after %d ms (median), %d ms (p99)", c.name, v.rate, v.p50.Milliseconds(), v.p99.Milliseconds())
	return v, nil
}

// observe loads and looks until all that was sent is visible. What counts begins at from.
func (s *site) observe(ctx context.Context, c contestant, p *process, rate float64) (from time.Time, batches []batch, looks []look, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	eye, err := newEye(ctx, s.server, c.table)
	if err != nil {
		return from, nil, nil, err
	}
	loaded := make(chan error, 1)
	l := s.newLoader(rate, s.o.warm+s.o.load)
	from = time.Now().Add(s.o.warm)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	work.Go(func() { loaded <- l.run(ctx, s.o.warm+s.o.load) })
	var ends map[int]int64 // once all is sent
	moved := time.Now()
	for tick := time.NewTicker(probeEvery); ; {
		seen, err := eye.look(ctx)
		if err != nil {
			return from, nil, nil, err
		}
		if len(looks) == 0 || !same(seen.last, looks[len(looks)-1].last) {
			looks, moved = append(looks, seen), seen.at
		}
		if ends != nil && reached(seen.last, ends) {
			return from, l.batches, looks, nil
		}
		if time.Since(moved) > stuck {
			return from, nil, nil, errors.New("nothing becomes visible any more")
		}
		var over <-chan struct{}
		if p != nil {
			over = p.over
		}
		select {
		case <-over:
			return from, nil, nil, p.died()
		case err := <-loaded:
			if err != nil {
				return from, nil, nil, err
			}
			ends = l.ends()
		case <-tick.C:
		}
	}
}

func same(a, b map[int]int64) bool {
	return len(a) == len(b) && reached(a, b) && reached(b, a)
}

// reached says that a is as far as b, or farther.
func reached(a, b map[int]int64) bool {
	for partition, last := range b {
		if at, ok := a[partition]; !ok || at < last {
			return false
		}
	}
	return true
}

// measure finds, for each event acknowledged from a moment on, the first look that saw it.
func measure(batches []batch, looks []look, from time.Time) (v visible, err error) {
	slices.SortStableFunc(batches, func(a, b batch) int { return a.at.Compare(b.at) })
	next := map[int]int{} // in looks, by partition: offsets only grow
	var took []time.Duration
	var first, end time.Time
	for _, b := range batches {
		for offset := b.first; offset <= b.last; offset++ {
			i := next[b.partition]
			for i < len(looks) && !sees(looks[i], b.partition, offset) {
				i++
			}
			if next[b.partition] = i; i == len(looks) {
				return v, fmt.Errorf("event %d/%d was never seen", b.partition, offset)
			}
			if !b.at.Before(from) {
				took = append(took, max(0, looks[i].at.Sub(b.at)))
			}
		}
		if !b.at.Before(from) {
			if first.IsZero() {
				first = b.at
			}
			end = b.at
		}
	}
	if len(took) == 0 || !end.After(first) {
		return v, errors.New("no event came while it was measured")
	}
	v.rate = float64(len(took)) / end.Sub(first).Seconds()
	slices.Sort(took)
	v.p50, v.p99 = quantile(took, 0.5), quantile(took, 0.99)
	return v, nil
}

func sees(l look, partition int, offset int64) bool {
	last, ok := l.last[partition]
	return ok && last >= offset
}

// idle is what of a core a process takes that has nothing to do.
func idle(ctx context.Context, p *process, long time.Duration) (share float64, err error) {
	if err := sleep(ctx, 5*time.Second); err != nil {
		return 0, err
	}
	before, err := cpu(p.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := sleep(ctx, long); err != nil {
		return 0, err
	}
	after, err := cpu(p.cmd.Process.Pid)
	return (after - before).Seconds() / time.Since(began).Seconds(), err
}
