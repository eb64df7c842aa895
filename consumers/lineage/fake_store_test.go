package lineage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// A row as the fake log keeps it.
type row struct {
	ledger.Row
	epoch      uint32
	recordedAt time.Time
	eventTime  int64
}

type block struct {
	p          ledger.Partition
	recordedAt time.Time
	rows       []row
	rowBytes   int
}

func (b *block) Reset(p ledger.Partition, at time.Time) { b.p, b.recordedAt, b.rows = p, at, nil }
func (b *block) Rows() int                              { return len(b.rows) }
func (b *block) Bytes() int                             { return b.rowBytes * len(b.rows) }
func (b *block) Append(r *ledger.Row) {
	c := row{Row: *r, epoch: b.p.Epoch, recordedAt: b.recordedAt}
	if r.Event != nil {
		c.eventTime = r.Event.Time
	}
	c.Event, c.Findings = nil, slices.Clone(r.Findings)
	b.rows = append(b.rows, c)
}

// clickhouse is the log in memory, with the constraint that refuses a block
// whose lease is over when it arrives. Its clock runs an hour ahead of ours.
type clickhouse struct {
	mu          sync.Mutex
	epoch       uint32
	floors      []ledger.Floor
	rows        []row
	inserting   int
	inserts     int
	refused     int
	connections uint64
	faults      *faults
}

var (
	errBefore = errors.New("fault before")
	errAfter  = errors.New("fault after")
)

func (c *clickhouse) now() time.Time {
	return time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
}

// hand is one writer's connection to the log; a dead one's calls all fail.
type hand struct {
	*clickhouse
	life *life
}

func (h hand) op(ctx context.Context, name string, f func()) error {
	return h.faults.around(ctx, h.life, name, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		f()
	})
}

func (h hand) NewBlock() ledger.Block { return &block{rowBytes: 700} }

func (h hand) Clock(ctx context.Context) (now time.Time, err error) {
	err = h.op(ctx, "clock", func() { now = h.now() })
	return now, err
}

func (h hand) Connections() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.connections
}

func (h hand) Epoch(ctx context.Context, _, _ string) (e uint32, err error) {
	err = h.op(ctx, "epoch", func() { e = h.epoch })
	return e, err
}

func (h hand) Begun(ctx context.Context, _, _ string, epoch uint32) (ids []int32, err error) {
	err = h.op(ctx, "begun", func() {
		for _, f := range h.floors {
			if f.Epoch == epoch {
				ids = append(ids, f.ID)
			}
		}
	})
	return ids, err
}

func (h hand) Begin(ctx context.Context, floors []ledger.Floor, leaseUntil time.Time) (err error) {
	fault := h.op(ctx, "begin", func() {
		if !leaseUntil.After(h.now()) {
			err = errors.New("constraint lease is violated")
			return
		}
		h.floors = append(h.floors, floors...)
		for _, f := range floors {
			h.epoch = max(h.epoch, f.Epoch)
		}
	})
	return errors.Join(fault, err)
}

func (h hand) Trace(ctx context.Context, p ledger.Partition, seq uint64) (t ledger.Trace, ok bool, err error) {
	err = h.op(ctx, "trace", func() {
		for _, r := range h.inOrder(p.Epoch) {
			if r.Seq <= seq {
				ok = true
				t = ledger.Trace{Offset: r.Offset, Seq: r.Seq, KafkaTime: r.KafkaTime.UnixMilli(), EventHash: r.EventHash, Lost: r.Outcome == ledger.Lost}
			}
		}
	})
	return t, ok, err
}

// Insert lands the block, or lets it land later behind an error.
func (h hand) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) (err error) {
	rows := slices.Clone(b.(*block).rows)
	land := func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.inserts++
		if !i.LeaseUntil.After(h.now()) {
			err = errors.New("constraint lease is violated")
			h.refused++
			return
		}
		h.rows = append(h.rows, rows...)
	}
	switch h.faults.draw("insert") {
	case before:
		return errBefore
	case after:
		if !h.life.dead.Load() {
			land()
		}
		return errAfter
	case late: // it stays in some buffer, and the server works on it for a while
		h.faults.late.Go(func() {
			time.Sleep(h.faults.upTo(45 * time.Second))
			h.mu.Lock()
			h.inserting++
			admitted := i.LeaseUntil.After(h.now())
			h.mu.Unlock()
			time.Sleep(h.faults.upTo(4 * time.Second))
			h.mu.Lock()
			defer h.mu.Unlock()
			h.inserting--
			if admitted {
				h.rows = append(h.rows, rows...)
			} else {
				h.refused++
			}
		})
		select {
		case <-ctx.Done():
		case <-time.After(h.faults.upTo(20 * time.Second)):
		}
		return errAfter
	}
	if h.life.dead.Load() {
		return errDead
	}
	land()
	return err
}

func (h hand) Inserting(ctx context.Context, _ ledger.Partition) (busy bool, err error) {
	err = h.op(ctx, "inserting", func() { busy = h.inserting > 0 })
	return busy, err
}

func (h hand) Has(ctx context.Context, p ledger.Partition, offset int64) (has bool, err error) {
	err = h.op(ctx, "has", func() {
		has = slices.ContainsFunc(h.rows, func(r row) bool { return r.epoch == p.Epoch && r.Offset == offset })
	})
	return has, err
}

func (h hand) Extent(ctx context.Context, p ledger.Partition) (e ledger.Extent, err error) {
	err = h.op(ctx, "extent", func() {
		e.Epoch = h.epoch
		for _, f := range h.floors {
			if f.Epoch == p.Epoch && f.ID == p.ID {
				e.Floor, e.FloorSeq = max(e.Floor, f.Offset), max(e.FloorSeq, f.Seq)
			}
		}
		for _, r := range h.rows {
			if r.epoch != p.Epoch {
				continue
			}
			if e.Rows == 0 {
				e.MinSeq = r.Seq
			}
			e.Rows++
			e.MaxOffset, e.MinSeq, e.MaxSeq = max(e.MaxOffset, r.Offset), min(e.MinSeq, r.Seq), max(e.MaxSeq, r.Seq)
			if t := time.Unix(0, r.eventTime); t.After(e.MaxTime) {
				e.MaxTime = t
			}
		}
	})
	return e, err
}

func (h hand) accepted(p ledger.Partition) (seen []ledger.Seen) {
	for _, r := range h.rows {
		if r.epoch == p.Epoch && r.Outcome == ledger.Accepted {
			seen = append(seen, ledger.Seen{EventHash: r.EventHash, ContentHash: r.ContentHash, Time: r.eventTime, Offset: r.Offset})
		}
	}
	slices.SortFunc(seen, func(a, b ledger.Seen) int { return int(b.Time - a.Time) })
	return seen
}

func (h hand) Recent(ctx context.Context, p ledger.Partition, n int) (seen []ledger.Seen, err error) {
	err = h.op(ctx, "recent", func() {
		seen = h.accepted(p)
		seen = seen[:min(n, len(seen))]
	})
	return seen, err
}

func (h hand) Find(ctx context.Context, p ledger.Partition, keys []ledger.Key) (seen []ledger.Seen, err error) {
	err = h.op(ctx, "find", func() {
		for _, s := range h.accepted(p) {
			if slices.ContainsFunc(keys, func(k ledger.Key) bool { return k.EventHash == s.EventHash }) {
				seen = append(seen, s)
			}
		}
	})
	return seen, err
}

func (h hand) Newest(ctx context.Context, p ledger.Partition) (refused []ledger.Refusal, err error) {
	err = h.op(ctx, "newest", func() {
		var newest time.Time
		for _, r := range h.rows {
			if r.epoch == p.Epoch && r.recordedAt.After(newest) {
				newest = r.recordedAt
			}
		}
		for _, r := range h.rows {
			if r.epoch == p.Epoch && r.recordedAt.Equal(newest) && (r.Outcome == ledger.Rejected || r.Outcome == ledger.Conflict) {
				refused = append(refused, ledger.Refusal{Offset: r.Offset, Outcome: r.Outcome, Reason: r.Reason.String(), ReasonField: r.ReasonField})
			}
		}
		slices.SortFunc(refused, func(a, b ledger.Refusal) int { return int(a.Offset - b.Offset) })
	})
	return refused, err
}

func (h hand) Gaps(ctx context.Context, p ledger.Partition) (gaps []ledger.Gap, err error) {
	err = h.op(ctx, "gaps", func() {
		last := row{Row: ledger.Row{Offset: -1, Seq: ^uint64(0)}} // so that the first row's seq is 0
		for _, r := range h.inOrder(p.Epoch) {
			if r.Seq != last.Seq+1 {
				gaps = append(gaps, ledger.Gap{
					AfterOffset: last.Offset, BeforeOffset: r.LostFrom, FirstSeq: last.Seq + 1, Missing: r.Seq - last.Seq - 1,
				})
			}
			last = r
		}
	})
	return gaps, err
}

func (c *clickhouse) inOrder(epoch uint32) (rows []row) {
	for _, r := range c.rows {
		if r.epoch == epoch {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return int(a.Offset - b.Offset) })
	return rows
}

// table is the log of epoch 0, by offset.
func (c *clickhouse) table() []row { return c.of(0) }

func (c *clickhouse) of(epoch uint32) []row {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inOrder(epoch)
}

// prompt counts the inserts that were not late.
func (c *clickhouse) prompt() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inserts
}

// drop forgets rows, as a restore or a lost part does.
func (c *clickhouse) drop(gone func(row) bool) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.rows)
	c.rows = slices.DeleteFunc(c.rows, gone)
	return n - len(c.rows)
}

func (c *clickhouse) end() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if rows := c.inOrder(c.epoch); len(rows) > 0 {
		return rows[len(rows)-1].Offset + 1
	}
	for _, f := range c.floors {
		if f.Epoch == c.epoch {
			return f.Offset
		}
	}
	return 0
}

func (r row) String() string { return fmt.Sprintf("%d %s", r.Offset, r.Outcome) }
