package lineage

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/rules"
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
	verdict rules.Verdict
	buffers [2]stream.Batch

	extent   ledger.Extent // what the log holds, but for the batch in flight
	last     ledger.Trace  // of its last row
	foreign  int64         // from here on Kafka's records are not the logged ones
	end      int64         // where the next batch starts: after the last row given a batch
	seq      uint64        // of the next batch's first row
	position int64         // where the judge reads on, beyond end where Kafka skipped offsets
	recorded time.Time     // the last batch's moment
	void     ledger.Intent // ours, that came to nothing for certain

	open    *batch   // being built
	flight  *batch   // being settled, or nil
	own     []*batch // small ones, free
	wants   bool     // a large batch, to go on
	settled chan error
	pending *stream.Batch // fetched, judged up to at
	at      int
	high    int64     // where Kafka's records ended at the last fetch
	leader  int32     // of the records fetched last, as Kafka numbers leaders
	idle    bool      // the last commit said that there is no intent
	quiet   time.Time // since when nothing came
	checked time.Time // when memory and log were last compared
	stored  int       // batches

	connections uint64 // made to the log when they were compared
	state       *state // of the partition, for those who watch
}

func (w *Writer) loop(p ledger.Partition, of int, s Source, st *state) *loop {
	return &loop{
		w: w, id: p, of: of, source: s, state: st, foreign: math.MaxInt64, leader: -1, decoder: event.NewDecoder(w.Event), window: newWindow(w.Window),
		open: &batch{block: w.Store.NewBlock()}, own: []*batch{{block: w.Store.NewBlock()}}, settled: make(chan error, 1),
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
		if err := l.advance(work); err != nil {
			return err
		}
		if l.pending != nil && !l.full() && !l.wants { // a batch was sent: judge on while it is inserted
			continue
		}
		wake.Reset(next(time.Now(), l.due()...))
		var in <-chan fetched
		if l.pending == nil {
			in = r.out
		}
		var large <-chan *batch
		if l.wants {
			large = l.w.large.ready
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
			if err := l.take(work, f.batch); err != nil {
				return err
			}
		case err := <-l.settled:
			if err := l.landed(err); err != nil {
				return err
			}
		case b := <-large:
			l.grant(b)
		case <-wake.C:
		case <-ctx.Done():
			r.stop()
			return l.drain(work)
		}
	}
}

// take begins with a fetched batch, once it is sure to follow on what was taken before.
func (l *loop) take(ctx context.Context, b *stream.Batch) error {
	if err := l.assure(ctx, b); err != nil {
		return err
	}
	l.pending, l.at, l.high = b, 0, b.HighWatermark
	if len(b.Records) > 0 {
		l.quiet = time.Now()
	}
	return nil
}

// consume judges pending records while the open batch has room; true when all are.
func (l *loop) consume() bool {
	for ; l.at < len(l.pending.Records); l.at++ {
		if l.full() || !l.begin() {
			return false
		}
		l.judge(&l.pending.Records[l.at], l.open)
		l.position = l.open.end
	}
	l.position = max(l.position, l.pending.Next)
	return true
}

// begin opens the batch at its first row; false where it must wait for one.
func (l *loop) begin() bool {
	if l.open.rows > 0 {
		return true
	}
	if !l.choose() {
		return false
	}
	l.recorded = later(l.clock.now(), l.recorded)
	l.open.open(l.id, l.end, l.seq, l.recorded)
	l.idle = false
	return true
}

// later is now, or just after last if that is not past.
func later(now, last time.Time) time.Time {
	if now.After(last) {
		return now
	}
	return last.Add(time.Microsecond)
}

// blockBytes ends a batch whatever its records weigh: a block above 256 MB would
// not be one part, is never sent, and would be built anew for ever. A record may
// come to many times its size there: its parents default to its own source.
const blockBytes = 128 << 20

// full says that the open batch takes no more.
func (l *loop) full() bool {
	b := l.open
	rows, bytes := l.limits(b)
	return b.rows >= rows || b.bytes+b.weight >= bytes || b.doubts.bytes >= doubtBytes ||
		b.rows > 0 && b.block.Bytes() >= blockBytes
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
	l.open.take(&l.row)
	l.open.put(&l.row)
	l.position = offset.First
	return nil
}
