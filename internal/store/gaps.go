package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// Rows are looked at in buckets of seq, so that a log of any length is searched
// in little memory: first what each bucket spans, then the rows of broken ones.
const bucketsQuery = `SELECT intDiv(seq, 65536) AS b, count() AS n, min(seq) AS low, max(seq) AS high,
	argMin(if(lost_from < 0, kafka_offset, lost_from), seq) AS first, argMax(kafka_offset, seq) AS last
FROM custody.log WHERE ` + samePartition + `
GROUP BY b ORDER BY b`

const holesQuery = `SELECT after, before, toUInt64(previous + 1) AS first, toUInt64(toInt64(seq) - previous - 1) AS missing FROM (
	SELECT seq, if(lost_from < 0, kafka_offset, lost_from) AS before,
		lagInFrame(kafka_offset, 1, 0) OVER w AS after, lagInFrame(toInt64(seq), 1, toInt64(seq) - 1) OVER w AS previous
	FROM custody.log WHERE intDiv(seq, 65536) IN {buckets:Array(UInt64)} AND ` + samePartition + `
	WINDOW w AS (PARTITION BY intDiv(seq, 65536) ORDER BY seq ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
WHERE toInt64(seq) > previous + 1 ORDER BY first`

// Gaps returns the runs of missing rows of p, by offset: also the one between
// the floor and the first row. The floor is read last, as in Extent: what
// retention drops meanwhile is no gap.
func (l *Log) Gaps(ctx context.Context, p ledger.Partition) ([]ledger.Gap, error) {
	gaps, err := l.gaps(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("look for missing rows of %s: %w", p, err)
	}
	return gaps, nil
}

func (l *Log) gaps(ctx context.Context, p ledger.Partition) (gaps []ledger.Gap, err error) {
	spans, err := l.buckets(ctx, p)
	if err != nil || len(spans) == 0 {
		return nil, err
	}
	floor, err := l.Extent(ctx, p)
	if err != nil {
		return nil, err
	}
	var broken []uint64
	nextSeq, after := floor.FloorSeq, floor.Floor-1
	for _, s := range spans {
		if s.low > nextSeq {
			gaps = append(gaps, ledger.Gap{AfterOffset: after, BeforeOffset: s.first, FirstSeq: nextSeq, Missing: s.low - nextSeq})
		}
		if s.rows != s.high-s.low+1 {
			broken = append(broken, s.bucket)
		}
		nextSeq, after = s.high+1, s.last
	}
	if len(broken) > 0 {
		inside, err := l.holes(ctx, p, broken)
		if err != nil {
			return nil, err
		}
		gaps = append(gaps, inside...)
	}
	slices.SortFunc(gaps, func(a, b ledger.Gap) int { return cmp.Compare(a.FirstSeq, b.FirstSeq) })
	return gaps, nil
}

// A span is what stands in one bucket of seq.
type span struct {
	bucket, rows, low, high uint64
	first, last             int64 // offsets
}

// buckets returns the buckets that hold rows, in their order.
func (l *Log) buckets(ctx context.Context, p ledger.Partition) (spans []span, err error) {
	var b, n, low, high proto.ColUInt64
	var first, last proto.ColInt64
	err = l.ask(ctx, ch.Query{Body: bucketsQuery, Parameters: partitionParameters(p).list()},
		proto.Results{
			{Name: "b", Data: &b}, {Name: "n", Data: &n}, {Name: "low", Data: &low}, {Name: "high", Data: &high},
			{Name: "first", Data: &first}, {Name: "last", Data: &last},
		}, func(rows int) {
			for i := range rows {
				spans = append(spans, span{b[i], n[i], low[i], high[i], first[i], last[i]})
			}
		})
	return spans, err
}

// holes returns the gaps inside of the broken buckets.
func (l *Log) holes(ctx context.Context, p ledger.Partition, broken []uint64) (gaps []ledger.Gap, err error) {
	var after, before proto.ColInt64
	var first, missing proto.ColUInt64
	ps := partitionParameters(p).with(parameters{"buckets": array(broken)})
	err = l.ask(ctx, ch.Query{Body: holesQuery, Parameters: ps.list()},
		proto.Results{
			{Name: "after", Data: &after}, {Name: "before", Data: &before},
			{Name: "first", Data: &first}, {Name: "missing", Data: &missing},
		}, func(rows int) {
			for i := range rows {
				gaps = append(gaps, ledger.Gap{
					AfterOffset: after[i], BeforeOffset: before[i], FirstSeq: first[i], Missing: missing[i],
				})
			}
		})
	return gaps, err
}

func array(ns []uint64) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = strconv.FormatUint(n, 10)
	}
	return "[" + strings.Join(words, ",") + "]"
}
