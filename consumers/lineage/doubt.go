package lineage

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// doubtBytes of records that are put off end a batch.
const doubtBytes = 4 << 20

// Doubts are the records of a batch of which only the log can tell whether their
// events are new. They are put off, and with them all others of the same events,
// until one look-up tells. Their rows have their seq from the start; they only
// stand later in the block.
type doubts struct {
	records []doubt
	keys    []ledger.Key // what is to be looked up
	events  map[[16]byte]bool
	bytes   int
}

// A doubt is a record, in memory of its own, and the seq of its row.
type doubt struct {
	record stream.Record
	seq    uint64
}

// about says whether an event is in doubt already.
func (d *doubts) about(e [16]byte) bool { return len(d.records) > 0 && d.events[e] }

// begin puts an event in doubt.
func (d *doubts) begin(k ledger.Key) {
	if d.events == nil {
		d.events = map[[16]byte]bool{}
	}
	d.events[k.EventHash] = true
	d.keys = append(d.keys, k)
}

// putOff keeps a record until the look-up.
func (d *doubts) putOff(r *stream.Record, seq uint64) {
	kept := *r
	kept.Key, kept.Value, kept.Headers = bytes.Clone(r.Key), bytes.Clone(r.Value), slices.Clone(r.Headers)
	for i := range kept.Headers {
		kept.Headers[i].Value = bytes.Clone(kept.Headers[i].Value)
	}
	d.records = append(d.records, doubt{kept, seq})
	d.bytes += r.Size()
}

func (d *doubts) reset() {
	clear(d.records)
	clear(d.events)
	d.records, d.keys, d.bytes = d.records[:0], d.keys[:0], 0
}

// resolve looks the doubtful events up and adds their rows to the batch. Rows of
// the log that do not count are as if they were not there.
func (l *loop) resolve(ctx context.Context, b *batch, counts func(ledger.Seen) bool) error {
	if len(b.doubts.records) == 0 {
		return nil
	}
	l.w.Metrics.lookups.Add(float64(len(b.doubts.keys)))
	found, err := l.w.Store.Find(ctx, l.id, b.doubts.keys)
	if err != nil {
		return fmt.Errorf("look up %d events: %w", len(b.doubts.keys), err)
	}
	for _, s := range found {
		if counts(s) {
			b.known.put(s.EventHash, s.ContentHash, s.Time)
		}
	}
	for i := range b.doubts.records {
		d := &b.doubts.records[i]
		if rejection := l.decode(&d.record, b); rejection != nil {
			return fmt.Errorf("record %d is rejected for %v, and was not a moment ago", d.record.Offset, rejection.Reason)
		}
		l.hash()
		content, ok := b.known.get(l.row.EventHash)
		l.tell(&d.record, content, ok, b)
		l.row.Seq = d.seq
		b.put(&l.row)
	}
	b.doubts.reset()
	return nil
}

// before counts what stands before a batch in the log.
func before(b *batch) func(ledger.Seen) bool {
	return func(s ledger.Seen) bool { return s.Offset < b.start }
}
