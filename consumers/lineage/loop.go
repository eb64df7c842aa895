package lineage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A loop writes a partition from one takeover to the next. What it knows of
// the log was read at the takeover, or is what it stored since.
type loop struct {
	w       *Writer
	id      ledger.Partition
	of      int
	source  Source
	decoder *event.Decoder
	clock   clock
	window  window
	row     ledger.Row
	buffers [2]stream.Batch

	extent   ledger.Extent // what the log holds, but for the batch in flight
	end      int64         // where the next batch starts: after the last row given a batch
	seq      uint64        // of the next batch's first row
	position int64         // where the judge reads on, beyond end where Kafka skipped offsets
	recorded time.Time     // the last batch's moment
	void     ledger.Intent // ours, that came to nothing for certain

	open    *batch // being built
	flight  *batch // being settled, or nil
	spare   *batch
	settled chan error
	pending *stream.Batch // fetched, judged up to at
	at      int
	idle    bool      // the last commit said that there is no intent
	quiet   time.Time // since when nothing came
	checked time.Time // when memory and log were last compared
	stored  int       // batches

	connections uint64 // made to the log when they were compared
}

func (w *Writer) loop(p ledger.Partition, of int, s Source) *loop {
	return &loop{
		w: w, id: p, of: of, source: s, decoder: event.NewDecoder(w.Event), window: newWindow(w.Window),
		open: &batch{block: w.Store.NewBlock()}, spare: &batch{block: w.Store.NewBlock()}, settled: make(chan error, 1),
	}
}

func (l *loop) gauge(v *prometheus.GaugeVec) prometheus.Gauge {
	return v.WithLabelValues(l.id.Topic, strconv.Itoa(int(l.id.ID)))
}

// run fetches, judges and settles until ctx ends, then drains. Work is what
// goes on a while longer. It never returns with a batch in flight.
func (l *loop) run(ctx, work context.Context) error {
	l.quiet, l.checked = time.Now(), time.Now()
	r := l.read(ctx, l.position)
	defer func() { r.stop() }()
	defer l.land()
	wake := time.NewTimer(0)
	defer wake.Stop()
	for {
		if l.pending != nil && l.consume() {
			r.free <- l.pending
			l.pending = nil
		}
		again, err := l.advance(work)
		if err != nil {
			return err
		}
		if again { // the open batch is judged anew
			r.stop()
			l.pending = nil
			r = l.read(ctx, l.position)
		}
		wake.Reset(next(time.Now(), l.due()...))
		var in <-chan fetched
		if l.pending == nil {
			in = r.out
		}
		select {
		case f := <-in:
			if f.err != nil {
				if err := l.lose(f.err); err != nil {
					return err
				}
				r.stop()
				r = l.read(ctx, l.position)
				continue
			}
			l.take(f.batch)
		case err := <-l.settled:
			if err := l.landed(err); err != nil {
				return err
			}
		case <-wake.C:
		case <-ctx.Done():
			r.stop()
			return l.drain(work)
		}
	}
}

// take begins with a fetched batch.
func (l *loop) take(b *stream.Batch) {
	l.pending, l.at = b, 0
	l.gauge(l.w.Metrics.lag).Set(float64(max(b.HighWatermark-b.Next, 0)))
	if len(b.Records) > 0 {
		l.quiet = time.Now()
	}
}

// consume judges pending records while the open batch has room; true when all are.
func (l *loop) consume() bool {
	for ; l.at < len(l.pending.Records); l.at++ {
		if l.full() {
			return false
		}
		l.begin()
		l.judge(&l.pending.Records[l.at], l.open)
		l.position = l.open.end
	}
	l.position = max(l.position, l.pending.Next)
	return true
}

// begin opens the batch at its first row.
func (l *loop) begin() {
	if l.open.rows > 0 || l.open.redoTo > 0 {
		return
	}
	l.recorded = later(l.clock.now(), l.recorded)
	l.open.open(l.id, l.end, l.position, l.seq, l.recorded)
	l.idle = false
}

// later is now, or just after last if that is not past.
func later(now, last time.Time) time.Time {
	if now.After(last) {
		return now
	}
	return last.Add(time.Microsecond)
}

// full says that the open batch takes no more.
func (l *loop) full() bool {
	b := l.open
	return b.rows >= l.w.MaxRows || b.bytes+b.weight >= l.w.MaxBytes || b.redoTo > 0 && b.rows > 0 && l.position >= b.redoTo
}

// lose adds a lost row for the offsets that Kafka no longer has; it returns an
// error for those that it does not have yet, which is nothing to go on from.
func (l *loop) lose(err error) error {
	var offset *stream.OffsetError
	if !errors.As(err, &offset) || !offset.Gone() {
		return err
	}
	l.begin()
	l.row = ledger.Row{Offset: offset.First - 1, LostFrom: l.position, KafkaTime: moment(0), Outcome: ledger.Lost}
	l.alarmLost(l.position, offset.First)
	l.open.append(&l.row)
	l.position = offset.First
	return nil
}

// due is when the loop must wake though nothing comes.
func (l *loop) due() []time.Time {
	if l.flight != nil {
		return nil
	}
	if l.open.rows > 0 {
		return []time.Time{l.open.opened.Add(l.w.MaxAge)}
	}
	due := []time.Time{l.checked.Add(l.w.Check)}
	if !l.idle {
		due = append(due, l.quiet.Add(l.w.Idle))
	}
	return due
}

// advance does what is due while nothing is in flight: compare, send the open
// batch, say that we are idle. It says whether the open batch must be judged again.
func (l *loop) advance(ctx context.Context) (again bool, err error) {
	if l.flight != nil {
		return false, nil
	}
	now := time.Now()
	if now.Sub(l.checked) >= l.w.Check || l.stored > 0 && l.w.Store.Connections() != l.connections {
		if err := l.compare(ctx); err != nil {
			return false, err
		}
	}
	switch {
	case l.open.rows > 0 && (l.full() || now.Sub(l.open.opened) >= l.w.MaxAge):
		return l.send(ctx)
	case l.open.rows == 0 && !l.idle && now.Sub(l.quiet) >= l.w.Idle:
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
	l.open, l.flight, l.spare = l.spare, l.open, nil
	go func(b *batch) { l.settled <- l.settle(ctx, b) }(l.flight)
	return false, nil
}

// hand takes what the batch learnt into the window and moves on to its end. If
// the batch does not land, the loop ends and forgets it all.
func (l *loop) hand(b *batch) {
	l.window.learn(&b.accepted)
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
	l.flight, l.spare = nil, b
	if err != nil {
		return err
	}
	l.count(b)
	b.done()
	return nil
}

// land waits for the batch in flight; what becomes of it, the takeover will see.
func (l *loop) land() {
	if l.flight != nil {
		l.landed(<-l.settled) //nolint:errcheck // the caller returns another error already
	}
}

// drain ends the partition's time with us: it settles what is begun and leaves
// a commit without intent, so that the next owner waits for nothing.
func (l *loop) drain(ctx context.Context) error {
	if l.flight != nil {
		if err := l.landed(<-l.settled); err != nil {
			return err
		}
	}
	if l.open.rows > 0 {
		again, err := l.doubt(ctx)
		switch {
		case err != nil:
			return err
		case !again:
			l.hand(l.open)
			if err := l.settle(ctx, l.open); err != nil {
				return err
			}
			l.count(l.open)
		}
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
	return nil
}

var errDiffers = errors.New("the log is not as it was left")

// compare holds what we think that the log holds against the log. A difference
// means a restore, a lost part, another hand: whatever it is, taking over mends it.
func (l *loop) compare(ctx context.Context) error {
	l.connections = l.w.Store.Connections()
	e, err := l.w.Store.Extent(ctx, l.id)
	if err != nil {
		return fmt.Errorf("compare with the log: %w", err)
	}
	l.checked = time.Now()
	if e.Rows != l.extent.Rows || e.Rows > 0 &&
		(e.MaxOffset != l.extent.MaxOffset || e.MinSeq != l.extent.MinSeq || e.MaxSeq != l.extent.MaxSeq) {
		return fmt.Errorf("%w: %d rows up to %d, want %d up to %d", errDiffers, e.Rows, e.MaxOffset, l.extent.Rows, l.extent.MaxOffset)
	}
	return l.clock.set(ctx, l.w.Store)
}
