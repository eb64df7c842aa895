package lineage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// enter finds the epoch that the topic is in. The first who writes a topic
// records which partitions it has; a partition that is not among them is new, so
// persons have moved to it: it is written, and alarmed until the topic is renewed.
func (l *loop) enter(ctx context.Context) (err error) {
	l.id.Epoch, err = l.w.Store.Epoch(ctx, l.id.Cluster, l.id.Topic)
	if err != nil {
		return err
	}
	begun, err := l.w.Store.Begun(ctx, l.id.Cluster, l.id.Topic, l.id.Epoch)
	if err != nil {
		return err
	}
	if len(begun) == 0 {
		return l.beginEpoch(ctx)
	}
	strange := 0.0
	if !slices.Contains(begun, l.id.ID) {
		strange = 1
		l.w.Log.Error("the topic has more partitions than when its epoch began; run custody topic renew",
			zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID), zap.Uint32("epoch", l.id.Epoch), zap.Int("began_with", len(begun)))
	}
	l.gauge(l.w.Metrics.unannounced).Set(strange)
	return nil
}

// beginEpoch records which partitions the topic begins with. All loops of a writer find at
// once that nobody has: one does it for those that come meanwhile, as all record the
// same, and is not stopped when one of them gives up.
func (l *loop) beginEpoch(ctx context.Context) error {
	all, until, lease := floors(l.id, l.of, "custody-consume"), l.clock.now().Add(l.w.Lease), l.w.Lease
	over := l.w.beginning.DoChan(fmt.Sprint(l.id.Cluster, "/", l.id.Topic, "/", l.id.Epoch, " of ", l.of), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lease)
		defer cancel()
		return nil, l.w.Store.Begin(ctx, all, until)
	})
	select {
	case r := <-over:
		return r.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// floors are those of a topic's n partitions, all at their first offset.
func floors(p ledger.Partition, n int, actor string) []ledger.Floor {
	all := make([]ledger.Floor, n)
	for i := range all {
		p.ID = int32(i)
		all[i] = ledger.Floor{Partition: p, Why: ledger.EpochBegins, Actor: actor}
	}
	return all
}

// A StrangerError says that at an offset of the log Kafka has another record
// than the logged one, or none yet: the topic was made anew, or a broker lost
// records. What follows cannot be written under these offsets.
type StrangerError struct {
	Partition ledger.Partition
	Offset    int64
}

func (e *StrangerError) Error() string {
	return fmt.Sprintf("offset %d of %s/%d is logged, and kafka has another record there or none: the topic was made anew or cut short; "+
		"stop all writers and run custody topic renew", e.Offset, e.Partition.Topic, e.Partition.ID)
}

// recognise makes sure that Kafka reaches as far as the log, and that the last
// record of the log is the one that Kafka has, where Kafka still has it: else the
// offsets that follow are another topic's.
func (l *loop) recognise(ctx context.Context) error {
	first, end, err := l.source.Range(ctx)
	if err != nil {
		return err
	}
	if end < l.end {
		return &StrangerError{Partition: l.id, Offset: l.end - 1}
	}
	if l.extent.Rows == 0 {
		return nil
	}
	var b stream.Batch // the reader may be using the loop's own
	last, same, err := l.agrees(ctx, l.last, first, end, &b)
	if err != nil {
		return fmt.Errorf("look for the last record in kafka: %w", err)
	}
	if !same {
		return &StrangerError{Partition: l.id, Offset: last.Offset}
	}
	return nil
}

// agrees says whether the record of a row is the one that Kafka, which holds
// [first, end), has; where there is none to compare, that of the row before it, and
// so on. What has expired tells nothing, nor does what compaction took from many
// rows together: they agree.
func (l *loop) agrees(ctx context.Context, t ledger.Trace, first, end int64, b *stream.Batch) (ledger.Trace, bool, error) {
	for range maxAbsent {
		if t.Offset < first {
			break
		}
		if !t.Lost {
			found, same, err := l.same(ctx, t, end, b)
			if err != nil || found {
				return t, same, err
			}
		}
		if t.Seq == 0 {
			break
		}
		before, ok, err := l.w.Store.Trace(ctx, l.id, t.Seq-1)
		if err != nil {
			return t, false, err
		}
		if !ok {
			break
		}
		t = before
	}
	return t, true, nil
}

// maxAbsent is how many rows without a record in Kafka are gone back by.
const maxAbsent = 64

// errMoved says that the records taken before are not in Kafka any more.
var errMoved = errors.New("kafka has another record than the one read before")

// assure makes sure, after any trouble and under a new leader, that Kafka still
// has the record taken last: a leader may have lost it, a topic may have been
// made anew, and have grown again meanwhile.
func (l *loop) assure(ctx context.Context, b *stream.Batch) error {
	moved := b.Troubled || b.Leader >= 0 && l.leader >= 0 && b.Leader != l.leader
	if b.Leader >= 0 {
		l.leader = b.Leader
	}
	t, ok := l.taken()
	if !moved || !ok || t.Lost {
		return nil
	}
	first, end, err := l.source.Range(ctx)
	if err != nil {
		return err
	}
	var records stream.Batch
	t, same, err := l.agrees(ctx, t, first, end, &records)
	if err != nil {
		return fmt.Errorf("look for record %d again: %w", t.Offset, err)
	}
	if !same {
		return fmt.Errorf("%w: offset %d", errMoved, t.Offset)
	}
	return nil
}

// taken is the record judged last, whatever has become of its row.
func (l *loop) taken() (t ledger.Trace, ok bool) {
	switch {
	case l.open.rows > 0:
		return l.open.last, true
	case l.flight != nil:
		return l.flight.last, true
	}
	return l.last, l.extent.Rows > 0
}

// same says whether the record that a row was made of is the one that Kafka has at
// its offset; found is false where Kafka has none: it expired, was compacted away,
// or a marker stands there. Beyond Kafka's end there is none, and that is not the same.
func (l *loop) same(ctx context.Context, t ledger.Trace, end int64, b *stream.Batch) (found, same bool, err error) {
	if t.Offset >= end {
		return true, false, nil
	}
	r, err := new(passage).find(ctx, l.source, b, t.Offset)
	if err != nil || r == nil {
		return false, false, err
	}
	if moment(t.KafkaTime) != moment(r.Timestamp) { // an older log may have later ones (docs/decisions/0404)
		return true, false, nil
	}
	// what this program's settings reject, another's may have taken: its hash then says nothing
	e, rejected := l.decoder.Decode(&r.Message, l.recorded)
	return true, rejected != nil || t.EventHash == [16]byte{} || t.EventHash == e.EventHash(), nil
}

// trace is what a row keeps of its record.
func trace(r *ledger.Row) ledger.Trace {
	return ledger.Trace{
		Offset: r.Offset, Seq: r.Seq, KafkaTime: r.KafkaTime.UnixMilli(), EventHash: r.EventHash, Lost: r.Outcome == ledger.Lost,
	}
}
