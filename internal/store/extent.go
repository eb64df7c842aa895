package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// Extent is what the log holds of a partition, from the projection ingest. The
// floors are read after the rows: what retention drops is recorded before it is
// dropped, so rows or floor are seen, never neither.
func (l *Log) Extent(ctx context.Context, p ledger.Partition) (ledger.Extent, error) {
	e, err := l.rows(ctx, p)
	if err == nil {
		err = l.floor(ctx, p, &e)
	}
	if err != nil {
		return ledger.Extent{}, fmt.Errorf("ask how far %s is logged: %w", p, err)
	}
	return e, nil
}

const extentQuery = `SELECT count() AS n, max(kafka_offset) AS last, min(seq) AS low, max(seq) AS high,
	toUnixTimestamp64Nano(maxIf(time, outcome = 'accepted')) AS t
FROM custody.log WHERE ` + samePartition

func (l *Log) rows(ctx context.Context, p ledger.Partition) (e ledger.Extent, err error) {
	var n, low, high proto.ColUInt64
	var last, t proto.ColInt64
	err = l.ask(ctx, ch.Query{Body: extentQuery, Parameters: partitionParameters(p).list()},
		proto.Results{
			{Name: "n", Data: &n}, {Name: "last", Data: &last}, {Name: "low", Data: &low},
			{Name: "high", Data: &high}, {Name: "t", Data: &t},
		}, func(rows int) {
			if rows == 0 || n[0] == 0 {
				return
			}
			e = ledger.Extent{Rows: n[0], MaxOffset: last[0], MinSeq: low[0], MaxSeq: high[0]}
			if t[0] != 0 {
				e.MaxTime = time.Unix(0, t[0]).UTC()
			}
		})
	return e, err
}

const floorQuery = `SELECT max(kafka_offset) AS first, argMax(seq, kafka_offset) AS s
FROM custody.floors WHERE ` + samePartition

func (l *Log) floor(ctx context.Context, p ledger.Partition, e *ledger.Extent) error {
	var first proto.ColInt64
	var seq proto.ColUInt64
	return l.ask(ctx, ch.Query{Body: floorQuery, Parameters: partitionParameters(p).list()},
		proto.Results{{Name: "first", Data: &first}, {Name: "s", Data: &seq}}, func(rows int) {
			if rows > 0 {
				e.Floor, e.FloorSeq = first[0], seq[0]
			}
		})
}

const hasQuery = `SELECT count() AS n FROM custody.log WHERE kafka_offset = {offset:Int64} AND ` + samePartition

// Has says whether a row of p stands at offset (a lost range stands at its last).
// Only a row in the middle of the log must be searched for.
func (l *Log) Has(ctx context.Context, p ledger.Partition, offset int64) (bool, error) {
	e, err := l.rows(ctx, p)
	n := uint64(0)
	switch {
	case err != nil:
	case e.Rows == 0 || offset > e.MaxOffset:
	case offset == e.MaxOffset:
		n = 1
	default:
		n, err = l.count(ctx, hasQuery, partitionParameters(p).with(parameters{"offset": decimal(offset)}))
	}
	if err != nil {
		return false, fmt.Errorf("look for %s/%d: %w", p, offset, err)
	}
	return n > 0, nil
}
