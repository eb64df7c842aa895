package lineage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// drain ends the partition's time with us: it settles what is begun and leaves
// a commit without intent, so that the next owner waits for nothing.
func (l *loop) drain(ctx context.Context) error {
	if l.flight != nil {
		if err := l.landed(<-l.settled); err != nil {
			return err
		}
	}
	if l.open.rows > 0 {
		if err := l.resolve(ctx, l.open, before(l.open)); err != nil {
			return err
		}
		l.hand(l.open)
		if err := l.settle(ctx, l.open); err != nil {
			return err
		}
		l.count(l.open)
	}
	return l.rest(ctx)
}

// rest commits the log's end without an intent, if the log is as we think.
func (l *loop) rest(ctx context.Context) error {
	if l.idle {
		return nil
	}
	if err := l.compare(ctx); err != nil {
		return err
	}
	if err := l.source.Commit(ctx, l.end, ledger.Idle(l.recorded)); err != nil {
		return fmt.Errorf("commit %d: %w", l.end, err)
	}
	l.idle = true
	l.state.well()
	return nil
}

var errDiffers = errors.New("the log is not as it was left")

// compare holds what we think that the log holds against the log, and its last
// record against Kafka. A difference means a restore, a lost part, a renewed
// topic, another hand: whatever it is, taking over mends it.
func (l *loop) compare(ctx context.Context) error {
	l.connections = l.w.Store.Connections()
	e, err := l.w.Store.Extent(ctx, l.id)
	if err != nil {
		return fmt.Errorf("compare with the log: %w", err)
	}
	if e.Epoch != l.id.Epoch {
		return fmt.Errorf("%w: epoch %d has begun, ours is %d", errDiffers, e.Epoch, l.id.Epoch)
	}
	l.checked = time.Now()
	if e.Rows != l.extent.Rows || e.Rows > 0 &&
		(e.MaxOffset != l.extent.MaxOffset || e.MinSeq != l.extent.MinSeq || e.MaxSeq != l.extent.MaxSeq) {
		return fmt.Errorf("%w: %d rows up to %d, want %d up to %d", errDiffers, e.Rows, e.MaxOffset, l.extent.Rows, l.extent.MaxOffset)
	}
	if err := l.recognise(ctx); err != nil {
		return err
	}
	if l.open.rows == 0 {
		l.state.well()
	}
	return l.clock.set(ctx, l.w.Store)
}
