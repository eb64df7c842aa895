package lineage

import (
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// A batch is the rows of [start, end), being built or on their way. What it
// learns stays its own until it is stored.
type batch struct {
	block      ledger.Block
	large      bool
	filling    bool      // a large one, whose turn it is
	start, end int64     // end is 0 while there is no row
	seq        uint64    // of its first row
	recordedAt time.Time // ClickHouse's clock; the clock of judging
	opened     time.Time // ours
	rows       int
	last       ledger.Trace // of the row taken last
	bytes      int          // of records
	letters    []stream.Letter
	weight     int // bytes of letters
	outcomes   [ledger.Lost + 1]int
	reasons    map[string]int // of letters
	findings   map[string]int // of rows, by rule

	known  table  // events that this batch accepts, or found in the log
	doubts doubts // records whose rows are not in the block yet
}

// open begins the batch at offset start. Its moment is later than any before it.
func (b *batch) open(p ledger.Partition, start int64, seq uint64, recordedAt time.Time) {
	b.done()
	b.block.Reset(p, recordedAt)
	b.start, b.end, b.seq, b.recordedAt = start, 0, seq, recordedAt
	b.opened = time.Now()
	clear(b.reasons)
	clear(b.findings)
	b.outcomes = [ledger.Lost + 1]int{}
	b.known.clear()
}

// done empties the batch once it is stored: it is no longer open, nor sent again.
func (b *batch) done() {
	clear(b.letters)
	b.letters = b.letters[:0]
	b.rows, b.bytes, b.weight = 0, 0, 0
	b.doubts.reset()
}

// take gives a row its place: its seq, whenever it is put into the block.
func (b *batch) take(r *ledger.Row) {
	r.Seq = b.seq + uint64(b.rows)
	b.rows++
	b.end = r.Offset + 1
	b.last = trace(r)
}

// put adds a row that was taken to the block.
func (b *batch) put(r *ledger.Row) {
	b.block.Append(r)
	b.outcomes[r.Outcome]++
	for _, id := range r.Findings {
		if b.findings == nil {
			b.findings = map[string]int{}
		}
		b.findings[id]++
	}
}

// refuse adds a dead letter.
func (b *batch) refuse(l stream.Letter, reason string) {
	b.letters = append(b.letters, l)
	b.weight += l.Size()
	if b.reasons == nil {
		b.reasons = map[string]int{}
	}
	b.reasons[reason]++
}

// intent is what is committed before the batch is sent.
func (b *batch) intent(epoch uint32, leaseUntil time.Time) ledger.Intent {
	return ledger.Intent{
		Epoch: epoch, Start: b.start, End: b.end,
		RecordedAt: b.recordedAt, LeaseUntil: leaseUntil.Truncate(time.Microsecond),
	}
}
