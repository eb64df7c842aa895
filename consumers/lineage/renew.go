package lineage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// A Change is what became of a partition since its epoch began.
type Change string

// The changes.
const (
	Unchanged Change = "as logged"
	Grown     Change = "new"       // the topic did not have it
	Recreated Change = "recreated" // nothing that is logged is in Kafka
	CutShort  Change = "cut short" // Kafka lost the records behind a point, and may have others there
)

// A Beginning is where a partition is to begin in the next epoch: at the first
// offset whose record in Kafka is not the logged one.
type Beginning struct {
	Partition  int32
	Change     Change
	Logged     int64 // the log's end
	First, End int64 // what Kafka has
	Start      int64
}

// A Renewal is a topic's next epoch.
type Renewal struct {
	Topic      string
	Epoch      uint32 // the next
	Beginnings []Beginning
}

// Needed says whether anything but time has changed the topic.
func (r *Renewal) Needed() bool {
	return slices.ContainsFunc(r.Beginnings, func(b Beginning) bool { return b.Change != Unchanged })
}

// Survey compares a topic with its log, partition by partition, and changes
// nothing. What is being written meanwhile may be looked at in the middle.
func (w *Writer) Survey(ctx context.Context, topic string, sources []Source) (*Renewal, error) {
	return w.survey(ctx, w.loops(topic, sources))
}

func (w *Writer) loops(topic string, sources []Source) (ls []*loop) {
	for id, s := range sources {
		ls = append(ls, w.loop(ledger.Partition{Cluster: w.Cluster, Topic: topic, ID: int32(id)}, len(sources), s, new(state)))
	}
	return ls
}

func (w *Writer) survey(ctx context.Context, ls []*loop) (*Renewal, error) {
	id := ls[0].id
	epoch, err := w.Store.Epoch(ctx, id.Cluster, id.Topic)
	if err != nil {
		return nil, err
	}
	begun, err := w.Store.Begun(ctx, id.Cluster, id.Topic, epoch)
	if err != nil {
		return nil, err
	}
	r := &Renewal{Topic: id.Topic, Epoch: epoch + 1}
	for _, l := range ls {
		l.id.Epoch = epoch
		if err := l.readEnd(ctx); err != nil {
			return nil, err
		}
		b, err := l.beginning(ctx)
		if err != nil {
			return nil, fmt.Errorf("compare %s/%d with kafka: %w", l.id.Topic, l.id.ID, err)
		}
		if b.Change == Unchanged && len(begun) > 0 && !slices.Contains(begun, l.id.ID) {
			b.Change = Grown
		}
		r.Beginnings = append(r.Beginnings, b)
	}
	return r, nil
}

// beginning finds the first offset whose record is not the logged one. Rows
// agree with Kafka up to some point and from there on do not, so it is searched
// for by halves.
func (l *loop) beginning(ctx context.Context) (b Beginning, err error) {
	b = Beginning{Partition: l.id.ID, Change: Unchanged, Logged: l.end, Start: l.end}
	if b.First, b.End, err = l.source.Range(ctx); err != nil {
		return b, err
	}
	var records stream.Batch
	agrees := func(t ledger.Trace) (common int64, ok bool, err error) {
		last, ok, err := l.agrees(ctx, t, b.First, b.End, &records)
		return last.Offset + 1, ok, err
	}
	if l.end <= b.End {
		if l.extent.Rows == 0 {
			return b, nil
		}
		if _, ok, err := agrees(l.last); err != nil || ok {
			return b, err
		}
	}
	b.Change, b.Start = Recreated, 0
	if l.extent.Rows == 0 {
		return b, nil
	}
	for low, high := l.extent.MinSeq, l.extent.MaxSeq+1; low < high; { // rows from high on differ
		middle := low + (high-low)/2
		t, ok, err := l.w.Store.Trace(ctx, l.id, middle)
		if err != nil || !ok {
			return b, fmt.Errorf("read row %d (found %v): %w", middle, ok, err)
		}
		common, ok, err := agrees(t)
		if err != nil {
			return b, err
		}
		if !ok {
			high = middle
			continue
		}
		low = middle + 1
		if common > b.First {
			b.Change, b.Start = CutShort, min(max(common, b.Start), b.End)
		}
	}
	return b, nil
}

// Renew begins the topic's next epoch. All of its partitions must be ours. The
// order is the guarantee: nothing that anybody intended can land any more; then the
// topic is surveyed and decide asked; then the old epoch is closed; then an intent
// of ours keeps every other writer away; then the epoch is recorded, all of it or
// nothing, under the lease of these intents; last, the intents are taken back. A
// crash between any two leaves the old epoch or the new one.
func (w *Writer) Renew(ctx context.Context, topic string, sources []Source, actor string, decide func(*Renewal) bool) error {
	ls := w.loops(topic, sources)
	for _, l := range ls {
		if _, _, _, err := l.calm(ctx); err != nil {
			return err
		}
	}
	r, err := w.survey(ctx, ls)
	if err != nil || !decide(r) {
		return err
	}
	if err := closeEpoch(ctx, ls, r); err != nil {
		return fmt.Errorf("close the old epoch: %w", err)
	}
	leaseUntil, err := w.keepAway(ctx, ls, r)
	if err != nil {
		return fmt.Errorf("keep other writers away: %w", err)
	}
	return w.begin(ctx, ls, r, actor, leaseUntil)
}

// closeEpoch does what nobody does for an epoch that has ended: it publishes the
// dead letters of the newest batches again, and fills holes where Kafka has the records.
func closeEpoch(ctx context.Context, ls []*loop, r *Renewal) error {
	for i, l := range ls {
		b := r.Beginnings[i]
		l.foreign = math.MaxInt64
		if b.Start < b.Logged {
			l.foreign = b.Start
		}
		if err := l.republish(ctx); err != nil {
			return err
		}
		if b.Start < b.Logged {
			continue
		}
		if err := l.heal(ctx, ctx); err != nil {
			return err
		}
	}
	return nil
}

// keepAway commits an intent that nobody will find in the log: whoever takes a
// partition over waits until its lease has passed, and reads the epoch after that.
func (w *Writer) keepAway(ctx context.Context, ls []*loop, r *Renewal) (leaseUntil time.Time, err error) {
	clock := &ls[0].clock
	if err := clock.set(ctx, w.Store); err != nil {
		return leaseUntil, err
	}
	leaseUntil = clock.now().Add(w.Lease)
	for i, l := range ls {
		l.recorded = later(clock.now(), l.recorded)
		start := r.Beginnings[i].Start
		intent := ledger.Intent{Epoch: r.Epoch, Start: start, End: start + 1, RecordedAt: l.recorded, LeaseUntil: leaseUntil}
		if err := l.source.Commit(ctx, start, intent.String()); err != nil {
			return leaseUntil, err
		}
	}
	return leaseUntil, nil
}

// begin records the epoch: the server refuses it once the lease of the intents is over.
func (w *Writer) begin(ctx context.Context, ls []*loop, r *Renewal, actor string, leaseUntil time.Time) error {
	var all []ledger.Floor
	for i, l := range ls {
		p := l.id
		p.Epoch = r.Epoch
		all = append(all, ledger.Floor{Partition: p, Offset: r.Beginnings[i].Start, Why: ledger.EpochBegins, Actor: actor})
	}
	if err := w.Store.Begin(ctx, all, leaseUntil); err != nil {
		return fmt.Errorf("record epoch %d: %w", r.Epoch, err)
	}
	var errs []error
	for i, l := range ls {
		errs = append(errs, l.source.Commit(ctx, r.Beginnings[i].Start, ledger.Idle(l.recorded)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("epoch %d has begun, writers will wait for a lease: %w", r.Epoch, err)
	}
	return nil
}
