package main

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"time"
)

func killConsumer(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	c, away := w.consumers[r.IntN(len(w.consumers))], between(r, 0, 3*time.Second)
	return c.killFor(ctx, away)
}

// killFor kills a consumer and starts it again after a while.
func (c *consumer) killFor(ctx context.Context, away time.Duration) (hit bool, err error) {
	c.life.Lock()
	defer c.life.Unlock()
	hit = c.kill()
	sleep(ctx, away)
	return hit, c.start()
}

func killConsumers(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	var all sync.WaitGroup
	hits, errs := make([]bool, len(w.consumers)), make([]error, len(w.consumers))
	for i, c := range w.consumers {
		away := between(r, 0, 3*time.Second)
		all.Go(func() { hits[i], errs[i] = c.killFor(ctx, away) })
	}
	all.Wait()
	for i := range hits {
		if !hits[i] || errs[i] != nil {
			return false, errs[i]
		}
	}
	return true, nil
}

// killConsumerAt kills the consumer whose batch comes to a step.
func killConsumerAt(s step) func(context.Context, *world, *rand.Rand) (bool, error) {
	return func(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
		away := between(r, 0, 2*time.Second)
		return w.atOwner(ctx, s, func(c *consumer, to *net.TCPConn, b []byte) {
			switch s {
			case inBlock:
				_, _ = to.Write(b[:len(b)/2])
			case intending, beforeAnswer:
				_, _ = to.Write(b)
			}
			c.kill()
		}, func(c *consumer) error {
			sleep(ctx, away)
			return c.start()
		})
	}
}

// atOwner does something to the consumer whose batch comes to a step while its
// bytes are held, and something afterwards.
func (w *world) atOwner(ctx context.Context, s step, do func(c *consumer, to *net.TCPConn, b []byte), after func(c *consumer) error) (bool, error) {
	done := make(chan *consumer, 1)
	sprung := w.at(ctx, s, func(l *link, to *net.TCPConn, b []byte) error {
		c := w.owner(l)
		if c == nil || !c.life.TryLock() {
			done <- nil
			_, err := to.Write(b)
			return err
		}
		do(c, to, b)
		done <- c
		return nil
	})
	if !sprung {
		return false, nil
	}
	c := <-done
	if c == nil {
		return false, nil
	}
	defer c.life.Unlock()
	return true, after(c)
}

func nap(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return w.consumers[r.IntN(len(w.consumers))].sleepFor(ctx, between(r, 300*ms, session-time.Second)), nil
}

// long is longer than a session, a lease and its margin, and what a takeover takes.
func long(r *rand.Rand) time.Duration { return between(r, session+time.Second, session+lease+margin) }

func sleepLong(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return w.consumers[r.IntN(len(w.consumers))].sleepFor(ctx, long(r)), nil
}

// sleepFor puts a consumer to sleep for so long.
func (c *consumer) sleepFor(ctx context.Context, d time.Duration) (hit bool) {
	c.life.Lock()
	defer c.life.Unlock()
	hit = c.signal(syscall.SIGSTOP)
	sleep(ctx, d)
	return c.signal(syscall.SIGCONT) && hit
}

// sleepAt puts the consumer to sleep whose batch comes to a step.
func sleepAt(s step) func(context.Context, *world, *rand.Rand) (bool, error) {
	return func(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
		d := long(r)
		return w.atOwner(ctx, s, func(c *consumer, to *net.TCPConn, b []byte) {
			if s == inBlock { // what it has written besides goes on when it wakes
				_, _ = to.Write(b[:len(b)/2])
				b = b[len(b)/2:]
			}
			c.signal(syscall.SIGSTOP)
			time.Sleep(50 * ms) // until every thread has stopped
			if s == inBlock {
				time.Sleep(d)
			}
			_, _ = to.Write(b)
		}, func(c *consumer) error {
			if s != inBlock {
				sleep(ctx, d)
			}
			c.signal(syscall.SIGCONT)
			return nil
		})
	}
}

func joinAndLeave(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	stay, quietly := between(r, time.Second, 6*time.Second), r.IntN(3) > 0
	w.spare.life.Lock()
	defer w.spare.life.Unlock()
	if err := w.spare.start(); err != nil {
		return false, err
	}
	sleep(ctx, stay)
	if quietly {
		w.spare.end(10 * time.Second)
		return true, nil
	}
	return w.spare.kill(), nil
}

func killProducer(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	p, away := w.producers[r.IntN(len(w.producers))], between(r, 0, 2*time.Second)
	hit = p.kill()
	sleep(ctx, away)
	return hit, p.start()
}
