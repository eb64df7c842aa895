package main

import (
	"context"
	"time"
)

// A Pace holds a stream of events to a rate; a zero rate lets it run.
type pace struct {
	rate  int // events a second
	began time.Time
	sent  int
}

// chunk is how many events to send at once: some ten chunks a second, or big ones.
func (p *pace) chunk() int {
	if p.rate <= 0 {
		return 10_000
	}
	return min(10_000, max(1, p.rate/10))
}

// wait tells the pace of n events sent, and waits until more are due.
func (p *pace) wait(ctx context.Context, n int) error {
	p.sent += n
	if p.rate <= 0 {
		return ctx.Err()
	}
	due := p.began.Add(time.Duration(float64(p.sent) / float64(p.rate) * float64(time.Second)))
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
