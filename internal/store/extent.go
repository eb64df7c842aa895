package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// A topic is one of a cluster's.
type topic struct{ cluster, name string }

func (t topic) parameters() parameters { return parameters{"cluster": t.cluster, "topic": t.name} }

// A life is a partition in one of its topic's epochs.
type life struct {
	epoch     uint32
	partition int32
}

// Ends are what the log holds of a topic: of each partition in each epoch, and which
// partitions it had when the epoch began.
type ends struct {
	extents map[life]ledger.Extent
	epoch   uint32             // the greatest recorded, 0 if there is none
	begun   map[uint32][]int32 // by epoch
}

// ends asks for the ends of a topic, from the projection ingest. The floors are read
// after the rows: what retention drops is recorded before it is dropped, so rows or
// floor are seen, never neither.
func (l *Log) ends(ctx context.Context, t topic) (*ends, error) {
	e := &ends{extents: map[life]ledger.Extent{}, begun: map[uint32][]int32{}}
	if err := l.rows(ctx, t, e); err != nil {
		return nil, err
	}
	return e, l.floors(ctx, t, e)
}

const extentsQuery = `SELECT kafka_epoch AS epoch, kafka_partition AS p, count() AS n, max(kafka_offset) AS last, min(seq) AS low, max(seq) AS high,
	toUnixTimestamp64Nano(maxIf(time, outcome = 'accepted')) AS t
FROM custody.log WHERE kafka_cluster = {cluster:String} AND kafka_topic = {topic:String}
GROUP BY kafka_epoch, kafka_partition`

func (l *Log) rows(ctx context.Context, t topic, e *ends) error {
	var epoch proto.ColUInt32
	var p proto.ColInt32
	var n, low, high proto.ColUInt64
	var last, at proto.ColInt64
	return l.ask(ctx, ch.Query{Body: extentsQuery, Parameters: t.parameters().list()},
		proto.Results{
			{Name: "epoch", Data: &epoch}, {Name: "p", Data: &p}, {Name: "n", Data: &n}, {Name: "last", Data: &last},
			{Name: "low", Data: &low}, {Name: "high", Data: &high}, {Name: "t", Data: &at},
		}, func(rows int) {
			for i := range rows {
				x := ledger.Extent{Rows: n[i], MaxOffset: last[i], MinSeq: low[i], MaxSeq: high[i]}
				if at[i] != 0 {
					x.MaxTime = time.Unix(0, at[i]).UTC()
				}
				e.extents[life{epoch[i], p[i]}] = x
				e.epoch = max(e.epoch, epoch[i])
			}
		})
}

const floorsQuery = `SELECT kafka_epoch AS epoch, kafka_partition AS p, max(kafka_offset) AS first, argMax(seq, kafka_offset) AS s,
	countIf(why = 'epoch') > 0 AS begun
FROM custody.floors WHERE kafka_cluster = {cluster:String} AND kafka_topic = {topic:String}
GROUP BY kafka_epoch, kafka_partition ORDER BY p`

func (l *Log) floors(ctx context.Context, t topic, e *ends) error {
	var epoch proto.ColUInt32
	var p proto.ColInt32
	var first proto.ColInt64
	var seq proto.ColUInt64
	var begun proto.ColUInt8
	return l.ask(ctx, ch.Query{Body: floorsQuery, Parameters: t.parameters().list()},
		proto.Results{
			{Name: "epoch", Data: &epoch}, {Name: "p", Data: &p}, {Name: "first", Data: &first}, {Name: "s", Data: &seq}, {Name: "begun", Data: &begun},
		}, func(rows int) {
			for i := range rows {
				at := life{epoch[i], p[i]}
				x := e.extents[at]
				x.Floor, x.FloorSeq = first[i], seq[i]
				e.extents[at] = x
				e.epoch = max(e.epoch, epoch[i])
				if begun[i] == 1 {
					e.begun[epoch[i]] = append(e.begun[epoch[i]], p[i])
				}
			}
		})
}

// Extent is what the log holds of a partition.
func (l *Log) Extent(ctx context.Context, p ledger.Partition) (ledger.Extent, error) {
	e, err := l.topics.ask(ctx, topic{p.Cluster, p.Topic}, nothing{})
	if err != nil {
		return ledger.Extent{}, fmt.Errorf("ask how far %s is logged: %w", p, err)
	}
	x := e.extents[life{p.Epoch, p.ID}]
	x.Epoch = e.epoch
	return x, nil
}

const hasQuery = `SELECT count() AS n FROM custody.log WHERE kafka_offset = {offset:Int64} AND ` + samePartition

// Has says whether a row of p stands at offset (a lost range stands at its last).
// Only a row in the middle of the log must be searched for.
func (l *Log) Has(ctx context.Context, p ledger.Partition, offset int64) (bool, error) {
	e, err := l.Extent(ctx, p)
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
