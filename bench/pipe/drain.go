package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A drain is what one contestant took for all of the topic.
type drain struct {
	records                  int
	took, first              time.Duration // from its start until all rows, the first row, were visible
	self, server, broker     time.Duration // of CPU, until all rows were visible
	later                    time.Duration // of the server's, from then on until it had nothing to merge
	memory, serverMemory     float64       // MiB at most; memory is 0 for what works inside of ClickHouse
	rows, accepted, distinct int           // of the table; rows that stand for an event; different events among these
}

func (d *drain) rate() float64 { return float64(d.records) / d.took.Seconds() }

// each is a time for each event, in microseconds.
func (d *drain) each(t time.Duration) float64 {
	return float64(t.Nanoseconds()) / 1000 / float64(d.records)
}

func (d *drain) cpu() time.Duration { return d.self + d.server + d.broker }

// glance is how often the table is looked at: the cost is that of a number.
const glance = 100 * time.Millisecond

// stuck is how long a contestant may go without a new row.
const stuck = 2 * time.Minute

// drain lets a contestant move all of the topic once.
func (s *site) drain(ctx context.Context, c contestant, group string, records int) (d drain, err error) {
	if err := s.ready(ctx, c, group); err != nil {
		return d, err
	}
	d.records = records
	before, err := s.meters(nil)
	if err != nil {
		return d, err
	}
	began := time.Now()
	p, err := c.start(ctx, group)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, s.end(ctx, c, p)) }()
	if d.first, err = s.await(ctx, c, p, began, 1); err != nil {
		return d, err
	}
	if d.took, err = s.await(ctx, c, p, began, records); err != nil {
		return d, err
	}
	after, err := s.meters(p)
	if err != nil {
		return d, err
	}
	d.self, d.server, d.broker = after.self, after.server-before.server, after.broker-before.broker
	d.memory, d.serverMemory = after.memory, after.serverMemory
	if d.later, err = s.merge(ctx); err != nil {
		return d, err
	}
	if d.rows, err = c.rows(ctx, s.server); err != nil {
		return d, err
	}
	d.accepted, d.distinct, err = c.kept(ctx, s.server)
	return d, err
}

// merge waits for the merges that a drain left to do, and says what they cost the server.
func (s *site) merge(ctx context.Context) (time.Duration, error) {
	before, err := cpu(s.server.clickhouse.PID())
	if err != nil {
		return 0, err
	}
	if err := s.server.settle(ctx); err != nil {
		return 0, err
	}
	after, err := cpu(s.server.clickhouse.PID())
	return after - before, err
}

// ready gives a contestant an empty table on a server that is at rest.
func (s *site) ready(ctx context.Context, c contestant, group string) error {
	if err := c.reset(ctx, group); err != nil {
		return err
	}
	if err := s.server.settle(ctx); err != nil {
		return err
	}
	return errors.Join(sleep(ctx, time.Second), forgetPeak(s.server.clickhouse.PID()))
}

// end takes a contestant down, also after a failure, and empties its table.
func (s *site) end(ctx context.Context, c contestant, p *process) (err error) {
	ctx = context.WithoutCancel(ctx)
	if p != nil {
		p.end()
	}
	if c.stop != nil {
		err = c.stop(ctx)
	}
	return errors.Join(err, s.server.do(ctx, "TRUNCATE TABLE "+c.table+" SYNC"))
}

// await waits until the table has so many rows, and says how long that took.
func (s *site) await(ctx context.Context, c contestant, p *process, began time.Time, want int) (time.Duration, error) {
	var over <-chan struct{}
	if p != nil {
		over = p.over
	}
	moved, before := time.Now(), 0
	for {
		rows, err := c.rows(ctx, s.server)
		now := time.Now()
		switch {
		case err != nil:
			return 0, err
		case rows >= want:
			return now.Sub(began), nil
		case rows > before:
			moved, before = now, rows
		case now.Sub(moved) > stuck:
			return 0, fmt.Errorf("it has moved %d events of %d, and there it stays", rows, want)
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-over:
			return 0, p.died()
		case <-time.After(glance):
		}
	}
}

// Meters are what has been taken so far.
type meters struct {
	self, server, broker time.Duration
	memory, serverMemory float64
}

func (s *site) meters(p *process) (m meters, err error) {
	var errs [5]error
	if p != nil {
		m.self, errs[0] = cpu(p.cmd.Process.Pid)
		m.memory, errs[1] = peak(p.cmd.Process.Pid)
	}
	m.server, errs[2] = cpu(s.server.clickhouse.PID())
	m.serverMemory, errs[3] = peak(s.server.clickhouse.PID())
	m.broker, errs[4] = cpu(s.broker.pids...)
	return m, errors.Join(errs[:]...)
}
