package lineage

import (
	"context"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A Log takes rows. Insert sends the block once: nil says that all of it is
// stored, an error leaves open whether it is. Where Connections has grown, a
// connection was lost and made anew, and the log may not be what it was.
type Log interface {
	NewBlock() ledger.Block
	Insert(context.Context, ledger.Block, ledger.Intent) error
	Inserting(context.Context, ledger.Partition) (bool, error)
	Clock(context.Context) (time.Time, error)
	Connections() uint64
}

// A Book is the log read back: what the writer trusts more than its memory.
// Gaps gives the one before the first row, too; Trace the last row up to a seq.
type Book interface {
	Extent(context.Context, ledger.Partition) (ledger.Extent, error)
	Has(ctx context.Context, p ledger.Partition, offset int64) (bool, error)
	Gaps(context.Context, ledger.Partition) ([]ledger.Gap, error)
	Trace(ctx context.Context, p ledger.Partition, seq uint64) (t ledger.Trace, ok bool, err error)
}

// Epochs are the lives of a topic. Begun gives the partitions that it had when
// an epoch began, none where nobody has recorded that; Begin records floors, all
// or none, but not when the lease is over by the server's clock; recording them
// again changes nothing.
type Epochs interface {
	Epoch(ctx context.Context, cluster, topic string) (uint32, error)
	Begun(ctx context.Context, cluster, topic string, epoch uint32) ([]int32, error)
	Begin(ctx context.Context, floors []ledger.Floor, leaseUntil time.Time) error
}

// An Archive is the log's memory of events. Recent gives n accepted rows of the
// latest hours, or all if there are fewer: what it leaves out is of no later hour
// than what it gives, and is found by Find.
type Archive interface {
	Recent(ctx context.Context, p ledger.Partition, n int) ([]ledger.Seen, error)
	Find(context.Context, ledger.Partition, []ledger.Key) ([]ledger.Seen, error)
	Newest(context.Context, ledger.Partition) ([]ledger.Refusal, error)
}

// A Store is where the log is.
type Store interface {
	Log
	Book
	Epochs
	Archive
}

// A Source is a partition that is ours: *stream.Partition, or a test's.
type Source interface {
	Committed(context.Context) (offset int64, metadata string, err error)
	Commit(ctx context.Context, offset int64, metadata string) error
	Fetch(ctx context.Context, offset int64, b *stream.Batch) error
	Range(context.Context) (first, end int64, err error)
}

// Rules say which of them an event breaks, and by which catalogue, whose
// vocabulary is the decoder's. They are asked by several loops at once; the verdict
// is the asking loop's.
type Rules interface {
	Judge(*event.Record, *rules.Verdict)
}

// Letters takes dead letters. Nil says that all are safe; after an error they
// are published again.
type Letters interface {
	Publish(context.Context, []stream.Letter) error
}
