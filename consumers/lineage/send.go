package lineage

import (
	"context"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// due is when the loop must wake though nothing comes.
func (l *loop) due() []time.Time {
	if l.flight != nil {
		return nil
	}
	if l.open.begun() && l.open.redoTo == 0 {
		return []time.Time{l.open.opened.Add(l.w.MaxAge)}
	}
	due := []time.Time{l.checked.Add(l.w.Check)}
	if !l.idle && !l.open.begun() {
		due = append(due, l.quiet.Add(l.w.Idle))
	}
	return due
}

// advance does what is due while nothing is in flight: compare, send the open
// batch, say that we are idle. While something is, a full batch's suspects are
// looked up. It says whether the open batch must be judged again.
func (l *loop) advance(ctx context.Context) (again bool, err error) {
	if l.flight != nil {
		if !l.full() {
			return false, nil
		}
		return l.doubt(ctx)
	}
	if l.open.rows == 0 {
		l.state.logged.Store(max(l.end, l.position)) // what Kafka skips needs no row
	}
	now := time.Now()
	if now.Sub(l.checked) >= l.w.Check || l.stored > 0 && l.w.Store.Connections() != l.connections {
		if err := l.compare(ctx); err != nil {
			return false, err
		}
	}
	switch {
	case l.open.rows > 0 && (l.full() || l.open.redoTo == 0 && now.Sub(l.open.opened) >= l.w.MaxAge):
		return l.send(ctx)
	case !l.open.begun() && !l.idle && now.Sub(l.quiet) >= l.w.Idle:
		return false, l.rest(ctx)
	}
	return false, nil
}

// send lets the open batch go, unless the log knows more about its events.
func (l *loop) send(ctx context.Context) (again bool, err error) {
	if again, err = l.doubt(ctx); again || err != nil {
		return again, err
	}
	l.hand(l.open)
	l.open, l.flight = l.small(), l.open
	go func(b *batch) { l.settled <- l.settle(ctx, b) }(l.flight)
	return false, nil
}

// hand moves on to the batch's end. If it does not land, the loop ends.
func (l *loop) hand(b *batch) {
	l.end, l.seq = b.end, b.seq+uint64(b.rows)
}

// doubt looks up the open batch's suspects. If the log knows one, the batch is
// to be judged again from its first record, now that we know too.
func (l *loop) doubt(ctx context.Context) (again bool, err error) {
	b := l.open
	if len(b.suspects) == 0 {
		return false, nil
	}
	hits, err := l.ask(ctx, b, func(s ledger.Seen) bool { return s.Offset < b.start })
	if err != nil || hits == 0 {
		return false, err
	}
	b.redoTo, l.position = l.position, b.from
	b.reset(l.id, b.recordedAt)
	return true, nil
}

// ask looks up a batch's suspects in the log; hits that do not count are no hits.
func (l *loop) ask(ctx context.Context, b *batch, counts func(ledger.Seen) bool) (hits int, err error) {
	l.w.Metrics.lookups.Add(float64(len(b.suspects)))
	found, err := l.w.Store.Find(ctx, l.id, b.suspects)
	if err != nil {
		return 0, fmt.Errorf("look up %d events: %w", len(b.suspects), err)
	}
	if b.asked == nil {
		b.asked = map[[16]byte]settled{}
	}
	for _, k := range b.suspects {
		b.asked[k.EventHash] = settled{}
	}
	for _, s := range found {
		if counts(s) {
			b.asked[s.EventHash] = settled{content: s.ContentHash, stored: true}
			hits++
		}
	}
	b.suspects = b.suspects[:0]
	return hits, nil
}

// landed takes in what became of the batch in flight.
func (l *loop) landed(err error) error {
	b := l.flight
	l.flight = nil
	defer l.release(b)
	if err != nil {
		return err
	}
	l.window.learn(&b.accepted)
	l.count(b)
	return nil
}

// land waits for the batch in flight; what becomes of it, the takeover will see.
func (l *loop) land() {
	if l.flight != nil {
		l.landed(<-l.settled) //nolint:errcheck // the caller returns another error already
	}
}
