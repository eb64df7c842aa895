package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

const (
	chunk    = 10_000
	batch    = 65_536          // rows that a writer puts into one batch, at most
	patience = 5 * time.Minute // without a new row, or an answer of Kafka
)

// soak sends, watches and judges.
func soak(ctx context.Context, o settings) (err error) {
	s, err := newSite(ctx, o.partitions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	l := newLife(o, time.Now().Add(-time.Hour))
	w := &watch{site: s, events: o.events}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	sent := make(chan error, 1)
	go func() {
		err := send(ctx, s, l, o, w)
		if err != nil {
			cancel(err)
		}
		sent <- err
	}()
	if err := w.begin(ctx, o); err != nil {
		cancel(err)
		<-sent //nolint:errcheck // the cause says it
		return context.Cause(ctx)
	}
	if err := <-sent; err != nil {
		return err
	}
	return report(ctx, s, l, o, w)
}

// report prints what was seen; the error says what is wrong with it.
func report(ctx context.Context, s *site, l *life, o settings, w *watch) error {
	qs := w.quarters()
	printQuarters(qs)
	grown := flat(qs, o, l.distinct)
	duplicates, err := judge(ctx, s, l)
	if err != nil {
		return errors.Join(err, grown)
	}
	fmt.Printf("soak %d events: accepted %d once each, duplicates %d (%d of them older than a day), memory %.0f → %.0f MiB\n",
		o.events, l.distinct, duplicates, l.old, qs[1].median, qs[3].median)
	return grown
}

// ahead is how many events may be sent and not logged yet: two batches for each
// partition, so that the writer always has work and yet the two go on together.
func (o settings) ahead() int { return 2*batch*o.partitions + chunk }

// send sends all events, a chunk at a time, never far ahead of the log. What Kafka
// may hold twice because an answer was missing is a repeat like others.
func send(ctx context.Context, s *site, l *life, o settings, w *watch) error {
	p, err := producer.New([]string{s.kafka.Addr()}, producer.Options{
		Unchecked: true, RequestTimeout: time.Minute, DeliveryTimeout: patience,
	})
	if err != nil {
		return err
	}
	defer p.Close(context.WithoutCancel(ctx)) //nolint:errcheck // every emit has returned
	for sent := 0; sent < o.events; {
		ms := make([]event.Message, min(chunk, o.events-sent))
		for i := range ms {
			ms[i] = l.next()
		}
		for sent+len(ms)-int(w.logged.Load()) > o.ahead() {
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

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
