package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// bench is the whole: drains in turns, then fixed rates, then the idle Custody.
func bench(ctx context.Context, o settings, out io.Writer) (err error) {
	s, err := newSite(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	all, err := s.contestants(ctx)
	if err != nil {
		return err
	}
	if err := s.makeTopic(ctx); err != nil {
		return err
	}
	r := results{began: time.Now(), o: o, contestants: all, drains: map[string][]drain{}, half: map[string]visible{}, own: map[string]visible{}}
	if r.size, err = s.fill(ctx); err != nil {
		return err
	}
	if r.machine, err = s.describe(ctx); err != nil {
		return err
	}
	if err := s.rounds(ctx, &r); err != nil {
		return err
	}
	if o.load > 0 {
		if err := s.fixedRates(ctx, &r); err != nil {
			return err
		}
	}
	return r.publish(out)
}

// rounds let every contestant drain the topic, and begin each with another one:
// what changes on the machine meanwhile meets all.
func (s *site) rounds(ctx context.Context, r *results) error {
	records, err := s.records(ctx)
	if err != nil {
		return err
	}
	for round := range s.o.runs {
		for i := range r.contestants {
			c := r.contestants[(i+round)%len(r.contestants)]
			d, err := s.drain(ctx, c, fmt.Sprintf("%s-%d", c.name, round), records)
			if err != nil {
				return fmt.Errorf("%s, round %d: %w", c.name, round+1, err)
			}
			progress("round %d: %-16s %7.0f events/s, CPU %.1f + %.1f + %.1f µs an event, %.0f MiB, first row after %.1f s", round+1, c.name,
				d.rate(), d.each(d.self), d.each(d.server), d.each(d.broker), d.memory, d.first.Seconds())
			r.drains[c.name] = append(r.drains[c.name], d)
		}
	}
	return nil
}

// fixedRates offers every contestant half of what the slowest can do, and then
// half of what Custody can to all whose own rate is above that.
func (s *site) fixedRates(ctx context.Context, r *results) error {
	r.slowest = r.slow() / 2
	for _, c := range r.contestants {
		v, err := s.watch(ctx, c, "half-"+c.name, r.slowest, 0)
		if err != nil {
			return fmt.Errorf("%s at %.0f events/s: %w", c.name, r.slowest, err)
		}
		r.half[c.name] = v
	}
	if !s.o.wants(nameCustody) {
		return nil
	}
	r.ours = r.rate(nameCustody).median / 2
	for _, c := range r.contestants {
		if r.rate(c.name).median <= r.ours {
			continue
		}
		rest := time.Duration(0)
		if c.name == nameCustody {
			rest = s.o.idle
		}
		v, err := s.watch(ctx, c, "own-"+c.name, r.ours, rest)
		if err != nil {
			return fmt.Errorf("%s at %.0f events/s: %w", c.name, r.ours, err)
		}
		r.own[c.name] = v
	}
	return nil
}
