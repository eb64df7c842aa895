package lineage

import (
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// A batch is the rows of [start, end), being built or on their way. What it
// learns stays its own until it is sent, so that it can be judged again.
type batch struct {
	block      ledger.Block
	large      bool
	start, end int64     // end is 0 while there is no row
	from       int64     // where to read its records again
	seq        uint64    // of its first row
	recordedAt time.Time // ClickHouse's clock; the clock of judging
	opened     time.Time // ours
	rows       int
	last       ledger.Trace // of the row appended last
	bytes      int          // of records
	letters    []stream.Letter
	weight     int // bytes of letters
	outcomes   [ledger.Lost + 1]int
	reasons    map[string]int // of letters

	accepted table                // events that this batch accepts
	suspects []ledger.Key         // accepted ones that may be in the log all the same
	asked    map[[16]byte]settled // suspects that were looked up
	redoTo   int64                // where the batch that is judged again ends, else 0
}

// A settled suspect: what the log has under its event hash, if anything.
type settled struct {
	content [16]byte
	stored  bool
}

// open begins the batch at offset start. Its moment is later than any before it.
func (b *batch) open(p ledger.Partition, start, from int64, seq uint64, recordedAt time.Time) {
	b.reset(p, recordedAt)
	b.start, b.from, b.seq, b.redoTo = start, from, seq, 0
	b.opened = time.Now()
	clear(b.asked)
}

// begun says whether the batch is open: it has rows, or had and is judged again.
func (b *batch) begun() bool { return b.rows > 0 || b.redoTo > 0 }

// reset forgets the rows, to judge them again at the same moment.
func (b *batch) reset(p ledger.Partition, recordedAt time.Time) {
	b.block.Reset(p, recordedAt)
	b.recordedAt = recordedAt
	b.end, b.rows, b.bytes, b.weight = 0, 0, 0, 0
	clear(b.letters)
	b.letters = b.letters[:0]
	clear(b.reasons)
	b.outcomes = [ledger.Lost + 1]int{}
	b.accepted.clear()
	b.suspects = b.suspects[:0]
}

// done empties the batch once it is stored: it is no longer open, nor sent again.
func (b *batch) done() {
	clear(b.letters)
	b.letters = b.letters[:0]
	b.rows, b.bytes, b.weight, b.redoTo = 0, 0, 0, 0
}

// append adds a row; only its seq is not the judge's.
func (b *batch) append(r *ledger.Row) {
	r.Seq = b.seq + uint64(b.rows)
	b.block.Append(r)
	b.rows++
	b.end = r.Offset + 1
	b.last = trace(r)
	b.outcomes[r.Outcome]++
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
