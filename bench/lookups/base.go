package main

import (
	"context"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

const (
	history    = 20     // events of a person, about
	partitions = 16     // of the topic
	batch      = 16_384 // rows of a block
	lease      = 3650   // days: what is logged as of years ago must still be taken in
)

// months is how long the log goes back; each of its days has its noon and its night.
const months = 36

const day = 24 * time.Hour

var outcomes = map[string]ledger.Outcome{
	simulate.Accepted: ledger.Accepted, simulate.Duplicate: ledger.Duplicate,
	simulate.Conflict: ledger.Conflict, simulate.Rejected: ledger.Rejected,
}

// A shop is a simulation whose messages are judged and logged by the writer's own
// decoder and blocks, as if they had come over three years.
type shop struct {
	site    *site
	life    *simulate.Simulation
	decoder *event.Decoder
	clock   time.Time // of the newest event
	end     time.Time
	lanes   [partitions]lane
}

// A lane is one partition's batch.
type lane struct {
	block    ledger.Block
	rows     int // of all batches
	recorded time.Time
}

func partition(id int) ledger.Partition {
	return ledger.Partition{Cluster: "default", Topic: "custody.events", ID: int32(id)}
}

// simulate logs rows rows that end at end.
func (s *site) simulate(ctx context.Context, rows int, end time.Time) error {
	o := simulate.Day(1, end.AddDate(0, -months, 0))
	days := int(end.Sub(o.Start) / day)
	o.Subjects, o.Events, o.Span = max(1, rows/history), (rows+days-1)/days, day
	h := &shop{site: s, life: simulate.New(o), decoder: event.NewDecoder(event.Options{}), clock: o.Start, end: end}
	for range rows {
		if err := h.log(ctx); err != nil {
			return err
		}
	}
	for id := range h.lanes {
		if err := h.flush(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// log judges the next message and puts its row into a block.
func (h *shop) log(ctx context.Context) error {
	m, expect := h.life.Next()
	r, rejection := h.decoder.Decode(&m, h.end)
	row := ledger.Row{Outcome: outcomes[expect.Outcome], Event: r}
	if rejection != nil {
		row.Outcome, row.Reason, row.ReasonField = ledger.Rejected, rejection.Reason, rejection.Field
	} else {
		row.EventHash, row.ContentHash = r.EventHash(), r.ContentHash()
		if at := time.Unix(0, r.Time); at.After(h.clock) {
			h.clock = at.UTC()
		}
	}
	id := event.Partition(m.Key, partitions)
	l := &h.lanes[id]
	if l.block == nil {
		l.block = h.site.log.NewBlock()
	}
	if l.block.Rows() == 0 {
		l.recorded = h.clock.Add(time.Second).Truncate(time.Microsecond)
		l.block.Reset(partition(id), l.recorded)
	}
	row.Offset, row.LostFrom, row.Seq, row.KafkaTime = int64(l.rows), int64(l.rows), uint64(l.rows), h.clock
	l.block.Append(&row)
	if l.rows++; l.block.Rows() == batch {
		return h.flush(ctx, id)
	}
	return nil
}

// flush inserts a partition's block.
func (h *shop) flush(ctx context.Context, id int) error {
	l := &h.lanes[id]
	if l.block == nil || l.block.Rows() == 0 {
		return nil
	}
	end := int64(l.rows)
	err := h.site.log.Insert(ctx, l.block, ledger.Intent{
		Start: end - int64(l.block.Rows()), End: end, RecordedAt: l.recorded, LeaseUntil: l.recorded.AddDate(0, 0, lease),
	})
	l.block.Reset(partition(id), l.recorded)
	if err != nil {
		return fmt.Errorf("log the simulated rows: %w", err)
	}
	return nil
}
