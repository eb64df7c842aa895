package lineage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
)

// takeOver finds out where the log ends, whoever wrote it last. The order is
// the guarantee: first no insert that anybody intended can land any more, then
// the log is read, its epoch first, then its newest batch's dead letters are
// published again, and only then is anything committed.
func (l *loop) takeOver(ctx, work context.Context) error {
	offset, intent, usable, err := l.calm(ctx)
	if err != nil {
		return err
	}
	if err := l.enter(ctx); err != nil {
		return err
	}
	if err := l.readEnd(ctx); err != nil {
		return err
	}
	if err := l.recognise(ctx); err != nil {
		return err
	}
	l.alarmCommit(offset, intent, usable)
	if err := l.republish(ctx); err != nil {
		return err
	}
	if l.idle = usable && intent.End == 0 && offset == l.end; l.idle {
		l.state.well()
	}
	if err := l.heal(ctx, work); err != nil {
		return err
	}
	return l.remember(ctx)
}

// calm reads the group's commit and returns when nothing can land any more that
// anybody intended. Usable says that the commit is one of ours.
func (l *loop) calm(ctx context.Context) (offset int64, intent ledger.Intent, usable bool, err error) {
	offset, metadata, err := l.source.Committed(ctx)
	if err != nil {
		return offset, intent, false, err
	}
	intent, usable = ledger.ParseCommit(metadata)
	usable = usable && offset >= 0
	if err := l.outwait(ctx, intent, usable); err != nil {
		return offset, intent, usable, err
	}
	if err := l.clock.set(ctx, l.w.Store); err != nil {
		return offset, intent, usable, fmt.Errorf("read ClickHouse's clock: %w", err)
	}
	l.recorded = intent.RecordedAt
	return offset, intent, usable, nil
}

// outwait returns when nothing that was intended can land any more. A commit
// without intent, or an intent whose last row is stored, has nothing under way.
// Otherwise it waits until the lease is over by ClickHouse's clock, and then
// until no insert of this partition runs; in this order.
func (l *loop) outwait(ctx context.Context, i ledger.Intent, usable bool) error {
	if usable && (i.End == 0 || i.String() == l.void.String()) {
		return nil
	}
	p := l.id
	if usable {
		p.Epoch = i.Epoch
		switch has, err := l.w.Store.Has(ctx, p, i.End-1); {
		case err != nil:
			return fmt.Errorf("look for row %d: %w", i.End-1, err)
		case has:
			return nil
		}
	}
	until := i.LeaseUntil
	if !usable { // whoever wrote last may have begun just now
		var err error
		if p.Epoch, err = l.w.Store.Epoch(ctx, p.Cluster, p.Topic); err != nil {
			return err
		}
		now, err := l.w.Store.Clock(ctx)
		if err != nil {
			return fmt.Errorf("read ClickHouse's clock: %w", err)
		}
		until = now.Add(l.w.Lease)
	}
	if err := l.outlive(ctx, until.Add(l.w.Margin)); err != nil {
		return err
	}
	return l.quiesce(ctx, p)
}

// outlive waits until a moment has passed by ClickHouse's clock.
func (l *loop) outlive(ctx context.Context, until time.Time) error {
	for {
		now, err := l.w.Store.Clock(ctx)
		if err != nil {
			return fmt.Errorf("wait out a lease: %w", err)
		}
		if now.After(until) {
			return nil
		}
		l.w.Log.Info("waiting until an open intent can no longer land",
			zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID), zap.Duration("for", until.Sub(now)))
		if err := sleep(ctx, until.Sub(now)+time.Millisecond); err != nil {
			return err
		}
	}
}

// quiesce waits until the server works on no insert of the partition.
func (l *loop) quiesce(ctx context.Context, p ledger.Partition) error {
	for {
		busy, err := l.w.Store.Inserting(ctx, p)
		if err != nil {
			return fmt.Errorf("look for running inserts: %w", err)
		}
		if !busy {
			return nil
		}
		if err := sleep(ctx, l.w.Backoff); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// readEnd reads where the log ends: after its last row, or at its floor.
func (l *loop) readEnd(ctx context.Context) (err error) {
	if l.extent, err = l.w.Store.Extent(ctx, l.id); err != nil {
		return fmt.Errorf("read the log's end: %w", err)
	}
	l.end, l.seq = l.extent.Floor, l.extent.FloorSeq
	if e := l.extent; e.Rows > 0 {
		l.end, l.seq = max(e.MaxOffset+1, e.Floor), max(e.MaxSeq+1, e.FloorSeq)
	}
	l.position = l.end
	l.state.logged.Store(l.end)
	l.w.Metrics.landed(l.id)
	if l.extent.Rows == 0 {
		return nil
	}
	last, ok, err := l.w.Store.Trace(ctx, l.id, l.extent.MaxSeq)
	if err != nil || !ok {
		return fmt.Errorf("read the log's last row (found %v): %w", ok, errors.Join(err, errDiffers))
	}
	l.last = last
	return nil
}

// alarmCommit says when the group's commit and the log differ. The log is
// right: ahead of it, rows were lost and are written again; behind, the commit is old.
func (l *loop) alarmCommit(offset int64, i ledger.Intent, usable bool) {
	expected := l.end
	if usable && i.End > 0 && i.Epoch == l.id.Epoch {
		if l.end == i.End {
			expected = i.Start // it landed
		}
	}
	difference := offset - expected
	if offset < 0 {
		difference = 0
	}
	l.gauge(l.w.Metrics.behind).Set(float64(difference))
	if difference != 0 {
		l.w.Log.Error("the group's commit is not the log's end; the log is followed",
			zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID),
			zap.Int64("commit", offset), zap.Int64("log", expected))
	}
}

// remember fills the id window from the log, as far as it goes.
func (l *loop) remember(ctx context.Context) error {
	l.window = newWindow(l.w.Window)
	if l.extent.Rows == 0 {
		return nil
	}
	seen, err := l.w.Store.Recent(ctx, l.id, l.w.Window)
	if err != nil {
		return fmt.Errorf("read recent events: %w", err)
	}
	for _, s := range seen {
		l.window.young.put(s.EventHash, s.ContentHash, s.Time)
	}
	if len(seen) >= l.w.Window {
		l.window.forgotten = leftOut(seen, l.extent.MaxTime.UnixNano())
	}
	l.gauge(l.w.Metrics.window).Set(float64(l.window.len()))
	return nil
}

// leftOut is the greatest time that an accepted row may have which is not among
// the seen ones: the end of their first hour, but no later than any has.
func leftOut(seen []ledger.Seen, last int64) int64 {
	for _, s := range seen {
		last = min(last, endOfHour(s.Time))
	}
	return last
}

// endOfHour is the last nanosecond of a time's hour.
func endOfHour(nanos int64) int64 {
	hour := int64(time.Hour)
	return nanos - ((nanos%hour)+hour)%hour + hour - 1
}
