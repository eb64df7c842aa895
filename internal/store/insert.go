package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// A block must stay below both, or the server would cut it into several parts.
const (
	maxBlockRows  = 1_048_449
	maxBlockBytes = 256 << 20
)

// insertTime is how long we wait for the answer to an insert. The server gives
// it max_execution_time, and a silent client receive_timeout.
const insertTime = 75 * time.Second

// insertSettings make an insert one part, now, here or not at all.
// insert_deduplicate alone is not enough: from 26.x on deduplicate_insert
// overrides it (docs/decisions/0401).
var insertSettings = []ch.Setting{
	setting("async_insert", "0"),
	setting("insert_deduplicate", "0"),
	setting("deduplicate_insert", "disable"),
	setting("max_execution_time", "60"),
	setting("timeout_overflow_mode", "throw"),
	setting("receive_timeout", "5"),
	setting("max_insert_threads", "1"),
	setting("min_insert_block_size_rows", strconv.Itoa(maxBlockRows)),
	setting("min_insert_block_size_bytes", strconv.Itoa(maxBlockBytes)),
	setting("max_insert_block_size", strconv.Itoa(maxBlockRows)),
	setting("max_insert_block_size_bytes", "0"),
	setting("use_strict_insert_block_limits", "0"),
	setting("max_partitions_per_insert_block", "1"),
	setting("throw_on_max_partitions_per_insert_block", "1"),
	setting("optimize_on_insert", "0"),
	setting("insert_null_as_default", "0"),
	setting("log_queries", "1"),
}

// Insert sends b once. It returns nil only when the whole block is stored; an
// error that is ErrLease or ErrNotSent says that nothing is, any other leaves it open.
func (l *Log) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error {
	own := b.(*block)
	err := fits(own, i)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrNotSent, err)
	} else {
		err = l.share(ctx, own, i)
	}
	if err != nil {
		return fmt.Errorf("insert %s [%d,%d): %w", own.partition, i.Start, i.End, err)
	}
	return nil
}

// fits says whether b is what i announces, and small enough to be one part.
func fits(b *block, i ledger.Intent) error {
	switch {
	case b.rows == 0:
		return fmt.Errorf("an empty block")
	case b.rows >= maxBlockRows:
		return fmt.Errorf("%d rows, at most %d make one part", b.rows, maxBlockRows-1)
	case b.size >= maxBlockBytes:
		return fmt.Errorf("%d bytes, at most %d make one part", b.size, maxBlockBytes-1)
	case !b.recordedAt.Equal(i.RecordedAt):
		return fmt.Errorf("the block is of another moment than its intent")
	case b.partition.Epoch != i.Epoch:
		return fmt.Errorf("the block is of another epoch than its intent")
	}
	return nil
}

// queryID names a block on its way, so that Inserting finds it by its prefix.
func queryID(p ledger.Partition, i ledger.Intent) string {
	var random [8]byte
	_, _ = rand.Read(random[:])
	return fmt.Sprintf("%s%d-%d/%s", queryPrefix(p), i.Start, i.End, hex.EncodeToString(random[:]))
}

func queryPrefix(p ledger.Partition) string { return p.String() + "/" }

func floorsPrefix(p ledger.Partition) string { return "floors of " + p.Cluster + "/" + p.Topic + "/" }

// Inserting says whether the server still works on an insert of p, or on where
// an epoch of its topic begins, whoever sent it.
func (l *Log) Inserting(ctx context.Context, p ledger.Partition) (bool, error) {
	n, err := l.count(ctx, "SELECT count() AS n FROM system.processes WHERE position(concat(' ', query_id), {prefix:String}) > 0 OR startsWith(query_id, {floors:String})",
		parameters{"prefix": " " + queryPrefix(p), "floors": floorsPrefix(p)})
	if err != nil {
		return false, fmt.Errorf("look for inserts of %s: %w", p, err)
	}
	return n > 0, nil
}

// count runs a query that gives one number, called n.
func (l *Log) count(ctx context.Context, query string, ps parameters) (n uint64, err error) {
	var col proto.ColUInt64
	err = l.ask(ctx, ch.Query{Body: query, Parameters: ps.list()},
		proto.Results{{Name: "n", Data: &col}}, func(rows int) {
			if rows > 0 {
				n = col[0]
			}
		})
	return n, err
}
