package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const ordersVariable = "CUSTODY_BENCH_PRODUCE"

// warmUp is how long a contestant sends before it is measured: connections are
// made, memory is there, the broker has the partitions open.
const warmUp = time.Second / 2

// Orders tell a contestant in a process of its own what to do.
type orders struct {
	Place      place
	Contestant int
	Load       load
	Duration   time.Duration
}

// A result is what one run came to.
type result struct {
	Calls, Events int64
	Seconds       float64
	CPU           float64 // seconds, user and system
}

func (r result) perSecond() float64 { return float64(r.Events) / r.Seconds }
func (r result) micros() float64    { return r.CPU * 1e6 / float64(r.Events) }

// contest is the contestant's process: it prints its result.
func contest(ctx context.Context, text string, out io.Writer) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	events, err := newPool(poolSize)
	if err != nil {
		return err
	}
	s, err := contestants[o.Contestant].open(o.Place, events)
	if err != nil {
		return err
	}
	work := func(ctx context.Context, call int) (int, error) {
		return o.Load.Size, s.send(ctx, call*o.Load.Size%poolSize, o.Load.Size)
	}
	r, err := measure(ctx, o.Load.Callers, o.Duration, work, ownCPU)
	if err := errors.Join(err, s.close(ctx)); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}

// measure has callers do work one after the other, warms up, and counts for a while.
func measure(ctx context.Context, callers int, d time.Duration, work func(ctx context.Context, call int) (events int, err error), cpu func() (float64, error)) (r result, err error) {
	var all sync.WaitGroup
	var next, calls, events atomic.Int64
	var over atomic.Bool
	failed := make(chan error, callers)
	for range callers {
		all.Go(func() {
			for !over.Load() && ctx.Err() == nil {
				n, err := work(ctx, int(next.Add(1)))
				if err != nil {
					failed <- err
					return
				}
				calls.Add(1)
				events.Add(int64(n))
			}
		})
	}
	look := func() (result, error) {
		used, err := cpu()
		return result{calls.Load(), events.Load(), float64(time.Now().UnixNano()) / 1e9, used}, err
	}
	pause(ctx, warmUp)
	first, err := look()
	pause(ctx, d)
	last, err2 := look()
	over.Store(true)
	all.Wait()
	close(failed)
	if err := errors.Join(err, err2, <-failed, ctx.Err()); err != nil {
		return r, err
	}
	return result{last.Calls - first.Calls, last.Events - first.Events, last.Seconds - first.Seconds, last.CPU - first.CPU}, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// ownCPU is what this process has used.
func ownCPU() (float64, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds(), nil
}
