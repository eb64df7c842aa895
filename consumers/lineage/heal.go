package lineage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// healRows bounds a heal's batch: its dead letters are in memory until it is stored.
const healRows = 4096

// heal fills the holes of the log, each by ordinary batches over exactly what
// is missing. What Kafka no longer has becomes lost, one row per missing seq. A
// hole that cannot be filled is alarmed and left: it must not stop the stream.
func (l *loop) heal(ctx, work context.Context) error {
	e := l.extent
	l.alarmSurplus()
	if e.Rows == 0 || e.MaxSeq-e.MinSeq+1 == e.Rows && e.MinSeq <= e.FloorSeq {
		l.gauge(l.w.Metrics.misfit).Set(0)
		return nil
	}
	gaps, err := l.w.Store.Gaps(ctx, l.id)
	if err != nil {
		return fmt.Errorf("look for holes: %w", err)
	}
	left, filled := 0, uint64(0)
	for _, g := range gaps {
		l.w.Log.Error("rows are missing in the log", zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID),
			zap.Int64("after", g.AfterOffset), zap.Int64("before", g.BeforeOffset), zap.Uint64("rows", g.Missing))
		rows, err := l.survey(ctx, g)
		if err != nil {
			return fmt.Errorf("survey (%d, %d): %w", g.AfterOffset, g.BeforeOffset, err)
		}
		if rows == nil {
			left += int(g.Missing)
			continue
		}
		if err := l.fill(work, g, rows); err != nil {
			return err
		}
		filled += uint64(len(rows))
	}
	l.gauge(l.w.Metrics.misfit).Set(float64(left))
	if err := l.readEnd(ctx); err != nil {
		return err
	}
	// A row that is gone again must not become what we think that the log holds.
	if want := e.Rows + filled; l.extent.Rows != want {
		return fmt.Errorf("%w: %d rows after healing, want %d", errDiffers, l.extent.Rows, want)
	}
	return nil
}

// alarmSurplus says when a record stands twice in the log. Nothing here can
// mend that: rows are never taken away.
func (l *loop) alarmSurplus() {
	e, surplus := l.extent, uint64(0)
	if seqs := e.MaxSeq - e.MinSeq + 1; e.Rows > 0 && e.Rows > seqs {
		surplus = e.Rows - seqs
		l.w.Log.Error("records stand twice in the log", zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID),
			zap.Uint64("rows", e.Rows), zap.Uint64("seqs", seqs))
	}
	l.gauge(l.w.Metrics.twice).Set(float64(surplus))
}

// A place is a missing row: of a record that Kafka still has, or of lost
// offsets [from, offset].
type place struct {
	from, offset int64
	lost         bool
}

// survey finds a place for each missing row of a gap; nil where there is none
// for some, or records that have no row to be.
func (l *loop) survey(ctx context.Context, g ledger.Gap) ([]place, error) {
	there, first, err := l.present(ctx, g)
	if err != nil {
		return nil, err
	}
	lost := int64(g.Missing) - int64(len(there))
	if lost < 0 || int64(g.Missing) > g.BeforeOffset-g.AfterOffset-1 {
		return nil, nil
	}
	places := make([]place, 0, g.Missing)
	for _, o := range there {
		places = append(places, place{from: o, offset: o})
	}
	places = append(places, absent(g, there, first, lost)...)
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.offset, b.offset) })
	return places, nil
}

// absent gives n lost places among the offsets that no record has. The last of
// them stands for all that expired after it.
func absent(g ledger.Gap, there []int64, first, n int64) (lost []place) {
	for o := g.AfterOffset + 1; o < g.BeforeOffset && int64(len(lost)) < n; o++ {
		if len(there) > 0 && there[0] == o {
			there = there[1:]
			continue
		}
		lost = append(lost, place{from: o, offset: o, lost: true})
	}
	if n > 0 && first-1 > lost[n-1].offset && first <= g.BeforeOffset {
		lost[n-1].offset = first - 1
	}
	return lost
}

// present lists the offsets of the records that Kafka still has in a gap, and
// the first offset that it has of it at all.
func (l *loop) present(ctx context.Context, g ledger.Gap) (there []int64, first int64, err error) {
	first = g.AfterOffset + 1
	for at := first; at < g.BeforeOffset; {
		b := &l.buffers[0]
		err := l.source.Fetch(ctx, at, b)
		var gone *stream.OffsetError
		if errors.As(err, &gone) && gone.Gone() {
			first = min(gone.First, g.BeforeOffset)
			at = first
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		for _, r := range b.Records {
			if r.Offset < g.BeforeOffset {
				there = append(there, r.Offset)
			}
		}
		if b.Next <= at {
			return nil, 0, fmt.Errorf("nothing came at offset %d", at)
		}
		at = b.Next
	}
	return there, first, nil
}

// fill writes the missing rows in batches. An event that any other row has
// accepted, before or after the hole, is not accepted again.
func (l *loop) fill(ctx context.Context, g ledger.Gap, places []place) error {
	l.idle = false
	seq := g.FirstSeq
	for len(places) > 0 {
		b := l.own[0]
		l.recorded = later(l.clock.now(), l.recorded)
		b.open(l.id, places[0].from, seq, l.recorded)
		l.window = newWindow(0)
		l.window.forgotten = math.MaxInt64 // every event is in doubt
		n, err := l.refill(ctx, b, places)
		if err != nil {
			return err
		}
		if err := l.resolve(ctx, b, func(ledger.Seen) bool { return true }); err != nil {
			return err
		}
		if err := l.settle(ctx, b); err != nil {
			return err
		}
		l.measure(b)
		b.done()
		places, seq = places[n:], seq+uint64(n)
	}
	return nil
}

// refill judges the records of places and adds the lost ones' rows, for so many
// places as one batch takes.
func (l *loop) refill(ctx context.Context, b *batch, places []place) (n int, err error) {
	at := passage{}
	_, bytes := l.limits(b)
	for ; n < len(places) && b.rows < min(l.w.MaxRows, healRows) && b.bytes+b.weight < bytes; n++ {
		p := places[n]
		if p.lost {
			l.row = ledger.Row{Offset: p.offset, LostFrom: p.from, KafkaTime: moment(0), Outcome: ledger.Lost}
			b.take(&l.row)
			b.put(&l.row)
			continue
		}
		record, err := at.find(ctx, l.source, &l.buffers[0], p.offset)
		if err != nil || record == nil {
			return n, fmt.Errorf("read record %d again (found %v): %w", p.offset, record != nil, errors.Join(err, errDiffers))
		}
		l.judge(record, b)
	}
	return n, nil
}
