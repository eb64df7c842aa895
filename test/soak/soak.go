package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

const (
	chunk    = 10_000
	ahead    = 500_000         // events that may be sent and not logged: the writer always has work, and the two go on together
	patience = 5 * time.Minute // without a new row
)

// soak sends, watches and judges.
func soak(ctx context.Context, o settings) (err error) {
	s, err := newSite(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	l := newLife(o, time.Now().Add(-time.Hour))
	watch := &watch{site: s, began: time.Now(), events: o.events}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	sent := make(chan error, 1)
	go func() {
		err := send(ctx, s, l, watch)
		if err != nil {
			cancel(err)
		}
		sent <- err
	}()
	if err := watch.run(ctx); err != nil {
		cancel(err)
		<-sent
		return context.Cause(ctx)
	}
	if err := <-sent; err != nil {
		return err
	}
	return report(ctx, s, l, o, watch)
}

func report(ctx context.Context, s *site, l *life, o settings, w *watch) error {
	quarters := w.quarters()
	printQuarters(quarters)
	flat := flat(quarters, o, l.distinct)
	duplicates, err := judge(ctx, s, l)
	if err != nil {
		return errors.Join(err, flat)
	}
	fmt.Printf("soak %d events: accepted %d once each, duplicates %d (%d of them older than a day), memory %.0f → %.0f MiB\n",
		o.events, l.distinct, duplicates, l.old, quarters[1].median, quarters[3].median)
	return flat
}

// send sends all events, a chunk at a time, never far ahead of the log. What Kafka
// may hold twice because an answer was missing is a repeat like others.
func send(ctx context.Context, s *site, l *life, w *watch) error {
	p, err := producer.New([]string{s.kafka.Addr()}, producer.Options{
		Unchecked: true, RequestTimeout: time.Minute, DeliveryTimeout: patience,
	})
	if err != nil {
		return err
	}
	defer p.Close(context.WithoutCancel(ctx)) //nolint:errcheck // every emit has returned
	for sent := 0; sent < w.events; {
		ms := make([]event.Message, min(chunk, w.events-sent))
		for i := range ms {
			ms[i] = l.next()
		}
		for sent+len(ms)-int(w.logged.Load()) > ahead {
			if err := sleep(ctx, 50*time.Millisecond); err != nil {
				return err
			}
		}
		if err := p.EmitMessages(ctx, ms...); err != nil {
			return fmt.Errorf("send: %w", err)
		}
		sent += len(ms)
		w.sent.Store(int64(sent))
	}
	return nil
}

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

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
