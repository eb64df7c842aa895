package lineage

import (
	"context"
	"time"
)

// due is when the loop must wake though nothing comes.
func (l *loop) due() []time.Time {
	if l.flight != nil {
		return nil
	}
	if l.open.rows > 0 {
		return []time.Time{l.ripe()}
	}
	due := []time.Time{l.checked.Add(l.w.Check)}
	if !l.idle && !l.wants { // who waits for a batch has something to do
		due = append(due, l.quiet.Add(l.w.Idle))
	}
	return due
}

// advance does what is due while nothing is in flight: compare, send the open
// batch, say that we are idle. While something is, a full batch's doubts can be
// resolved already.
func (l *loop) advance(ctx context.Context) error {
	if l.flight != nil {
		if !l.full() {
			return nil
		}
		return l.resolve(ctx, l.open, before(l.open))
	}
	if l.open.rows == 0 {
		l.state.logged.Store(max(l.end, l.position)) // what Kafka skips needs no row
	}
	now := time.Now()
	if now.Sub(l.checked) >= l.w.Check || l.stored > 0 && l.w.Store.Connections() != l.connections {
		if err := l.compare(ctx); err != nil {
			return err
		}
	}
	aged := !now.Before(l.ripe())
	switch {
	case l.open.rows > 0 && (l.full() || aged):
		return l.send(ctx, aged)
	case l.open.rows == 0 && !l.idle && !l.wants && now.Sub(l.quiet) >= l.w.Idle:
		return l.rest(ctx)
	}
	return nil
}

// send lets the open batch go; but if it was full of nothing but doubts, it may go on.
func (l *loop) send(ctx context.Context, aged bool) error {
	if err := l.resolve(ctx, l.open, before(l.open)); err != nil {
		return err
	}
	if !aged && !l.full() {
		return nil
	}
	l.hand(l.open)
	l.open, l.flight = l.small(), l.open
	l.w.large.filled(l.flight)
	go func(b *batch) { l.settled <- l.settle(ctx, b) }(l.flight)
	return nil
}

// hand moves on to the batch's end. If it does not land, the loop ends.
func (l *loop) hand(b *batch) {
	l.end, l.seq = b.end, b.seq+uint64(b.rows)
}

// landed takes in what became of the batch in flight.
func (l *loop) landed(err error) error {
	b := l.flight
	l.flight = nil
	defer l.release(b)
	if err != nil {
		return err
	}
	l.window.learn(&b.known)
	l.count(b)
	return nil
}

// land waits for the batch in flight; what becomes of it, the takeover will see.
func (l *loop) land() {
	if l.flight != nil {
		l.landed(<-l.settled) //nolint:errcheck // the caller returns another error already
	}
}
