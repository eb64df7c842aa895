package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

// broker has one fault at a time decide over a broker's life, when all are there.
func (w *world) broker(ctx context.Context, r *rand.Rand, do func(i int) error) (hit bool, err error) {
	i := r.IntN(len(w.brokers.Addrs()))
	w.brokerLife.Lock()
	defer w.brokerLife.Unlock()
	if err := do(i); err != nil {
		return false, fmt.Errorf("broker %d: %w", i, err)
	}
	return true, w.everyBroker(ctx)
}

// everyBroker waits until any one broker may go again.
func (w *world) everyBroker(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return w.brokers.Whole(ctx)
}

func killBroker(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	away := between(r, 0, 3*time.Second)
	return w.broker(ctx, r, func(i int) error {
		if err := w.brokers.Kill(i); err != nil {
			return err
		}
		sleep(ctx, away)
		return w.brokers.Restart(i)
	})
}

func rollBrokers(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return w.broker(ctx, r, func(first int) error {
		n := len(w.brokers.Addrs())
		for i := range n {
			if err := errors.Join(w.everyBroker(ctx), w.brokers.Restart((first+i)%n)); err != nil {
				return err
			}
		}
		return nil
	})
}

func pauseBroker(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	d := between(r, 500*ms, 9*time.Second)
	return w.broker(ctx, r, func(i int) error {
		if err := w.brokers.Pause(i); err != nil {
			return err
		}
		sleep(ctx, d)
		return w.brokers.Resume(i)
	})
}

// some of the brokers' networks: each of them or one.
func (w *world) some(r *rand.Rand) []*proxy {
	i, all := r.IntN(len(w.network)), r.IntN(2) == 0
	if all {
		return w.network
	}
	return w.network[i : i+1]
}

func cutKafka(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return cut(ctx, w.some(r), between(r, 0, 4*time.Second)), nil
}

// cut resets connections and turns new ones away for a while.
func cut(ctx context.Context, ps []*proxy, d time.Duration) (hit bool) {
	for _, p := range ps {
		p.turnAway(true)
		hit = p.cut() || hit
	}
	sleep(ctx, d)
	for _, p := range ps {
		p.turnAway(false)
	}
	return hit
}

func stallKafka(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return stall(ctx, r, w.some(r)), nil
}

// stall lets nothing through one way or both, for a while; then the connections
// are found dead, or all that was held arrives.
func stall(ctx context.Context, r *rand.Rand, ps []*proxy) (hit bool) {
	ways, d, dead := 1+r.IntN(3), between(r, 500*ms, session+2*time.Second), r.IntN(2) == 0
	for _, p := range ps {
		hit = p.stall(ways&1 != 0, ways&2 != 0) || hit
	}
	sleep(ctx, d)
	for _, p := range ps {
		if dead {
			p.cut()
		}
		p.stall(false, false)
	}
	return hit
}

func lateCommit(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	late := between(r, 100*ms, session)
	return w.at(ctx, intending, func(l *link, to *net.TCPConn, b []byte) error {
		l.abandon()
		time.Sleep(late)
		_, err := to.Write(b)
		return err
	}), nil
}

func unansweredCommit(ctx context.Context, w *world, _ *rand.Rand) (hit bool, err error) {
	return w.at(ctx, intended, dropped), nil
}

// dropped resets the client's end instead of bringing it the bytes.
func dropped(l *link, _ *net.TCPConn, _ []byte) error {
	l.abandon()
	return errSprung
}
