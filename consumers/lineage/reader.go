package lineage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/stream"
)

// A reader fetches ahead of the judge, by two batches at most.
type reader struct {
	out  chan fetched
	free chan *stream.Batch
	stop func() // ends the reader; returns when it has
}

// A fetched batch, or the *stream.OffsetError that ended the reader.
type fetched struct {
	batch *stream.Batch
	err   error
}

// read starts a reader at an offset.
func (l *loop) read(ctx context.Context, from int64) *reader {
	ctx, cancel := context.WithCancel(ctx)
	r := &reader{out: make(chan fetched), free: make(chan *stream.Batch, 2)}
	r.free <- &l.buffers[0]
	r.free <- &l.buffers[1]
	var running sync.WaitGroup
	running.Go(func() { l.fetch(ctx, r, from) })
	r.stop = func() { cancel(); running.Wait() }
	return r
}

func (l *loop) fetch(ctx context.Context, r *reader, from int64) {
	troubled := true // a reader begins where another ended, which may have met some
	failed := false
	for wait := l.w.Backoff; ; {
		var b *stream.Batch
		select {
		case b = <-r.free:
		case <-ctx.Done():
			return
		}
		err := l.source.Fetch(ctx, from, b)
		var offset *stream.OffsetError
		if err != nil && !errors.As(err, &offset) && ctx.Err() == nil {
			l.w.Metrics.fetchErrors.Inc()
			l.state.ill(fmt.Errorf("fetch: %w", err))
			l.w.Log.Warn("fetch again", zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID),
				zap.Duration("after", wait), zap.Error(err))
			pause(ctx, wait)
			wait = min(2*wait, 100*l.w.Backoff)
			r.free <- b
			troubled, failed = true, true
			continue
		}
		if failed {
			l.state.well()
		}
		b.Troubled, troubled, failed = b.Troubled || troubled, false, false
		wait = l.w.Backoff
		select {
		case r.out <- fetched{b, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
		from = b.Next
	}
}

// next is when something is due, at the earliest of what is given.
func next(now time.Time, at ...time.Time) time.Duration {
	wait := time.Hour
	for _, t := range at {
		if !t.IsZero() {
			wait = min(wait, t.Sub(now))
		}
	}
	return max(wait, 0)
}
