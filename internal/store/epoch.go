package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// Epoch is the greatest epoch recorded of a topic, 0 if there is none.
func (l *Log) Epoch(ctx context.Context, cluster, name string) (uint32, error) {
	e, err := l.topics.ask(ctx, topic{cluster, name}, nothing{})
	if err != nil {
		return 0, fmt.Errorf("ask for the epoch of %s/%s: %w", cluster, name, err)
	}
	return e.epoch, nil
}

// Begun gives the partitions that the topic had when the epoch began; none
// where that was never recorded.
func (l *Log) Begun(ctx context.Context, cluster, name string, epoch uint32) ([]int32, error) {
	e, err := l.topics.ask(ctx, topic{cluster, name}, nothing{})
	if err != nil {
		return nil, fmt.Errorf("ask for the partitions of %s/%s in epoch %d: %w", cluster, name, epoch, err)
	}
	return slices.Clone(e.begun[epoch]), nil
}

// Begin records where partitions of a topic begin, unless the lease is over when
// the server has them: all of the floors, or after an error all or none.
// Recording them again changes nothing.
func (l *Log) Begin(ctx context.Context, floors []ledger.Floor, leaseUntil time.Time) error {
	var cluster, topic, why, actor proto.ColStr
	var epoch proto.ColUInt32
	var partition proto.ColInt32
	var offset proto.ColInt64
	var seq proto.ColUInt64
	lease := new(proto.ColDateTime64).WithPrecision(proto.PrecisionMicro).WithLocation(time.UTC)
	for _, f := range floors {
		cluster.Append(f.Cluster)
		topic.Append(f.Topic)
		epoch.Append(f.Epoch)
		partition.Append(f.ID)
		offset.Append(f.Offset)
		seq.Append(f.Seq)
		why.Append(string(f.Why))
		actor.Append(f.Actor)
		lease.Append(leaseUntil)
	}
	input := proto.Input{
		{Name: "kafka_cluster", Data: &cluster}, {Name: "kafka_topic", Data: &topic}, {Name: "kafka_epoch", Data: &epoch},
		{Name: "kafka_partition", Data: &partition}, {Name: "kafka_offset", Data: &offset}, {Name: "seq", Data: &seq},
		{Name: "why", Data: &why}, {Name: "actor", Data: &actor}, {Name: "lease_until", Data: lease},
	}
	err := l.inserts.do(ctx, ch.Query{
		Body:    "INSERT INTO custody.floors " + input.Columns() + " VALUES",
		QueryID: floorsPrefix(floors[0].Partition) + rand.Text(), Input: input,
	})
	if err != nil {
		return fmt.Errorf("record where %d partitions begin: %w", len(floors), err)
	}
	return nil
}

const traceQuery = `SELECT kafka_offset AS o, seq AS s, toUnixTimestamp64Milli(kafka_time) AS t, event_hash AS e, lost_from >= 0 AS gone
FROM custody.log WHERE seq <= {seq:UInt64} AND ` + samePartition

// The newest batch lies in the newest parts; a row by its seq may lie anywhere.
const (
	inNewest = ` AND recorded_at = (SELECT max(recorded_at) FROM custody.log WHERE ` + samePartition + `)`
	lastRow  = ` ORDER BY seq DESC LIMIT 1`
)

// Trace gives the last row of p whose seq is at most seq; none is ok false. The
// row of the greatest seq is nearly always in the newest batch, and found there.
func (l *Log) Trace(ctx context.Context, p ledger.Partition, seq uint64) (t ledger.Trace, ok bool, err error) {
	if t, ok, err = l.trace(ctx, p, seq, traceQuery+inNewest+lastRow); err != nil || ok && t.Seq == seq {
		return t, ok, err
	}
	return l.trace(ctx, p, seq, traceQuery+lastRow)
}

func (l *Log) trace(ctx context.Context, p ledger.Partition, seq uint64, query string) (t ledger.Trace, ok bool, err error) {
	var o, at proto.ColInt64
	var s proto.ColUInt64
	var e proto.ColFixedStr16
	var gone proto.ColUInt8
	ps := partitionParameters(p).with(parameters{"seq": fmt.Sprint(seq)})
	err = l.ask(ctx, ch.Query{Body: query, Parameters: ps.list()},
		proto.Results{
			{Name: "o", Data: &o}, {Name: "s", Data: &s}, {Name: "t", Data: &at}, {Name: "e", Data: &e}, {Name: "gone", Data: &gone},
		}, func(rows int) {
			if rows > 0 {
				ok = true
				t = ledger.Trace{Offset: o[0], Seq: s[0], KafkaTime: at[0], EventHash: e[0], Lost: gone[0] == 1}
			}
		})
	if err != nil {
		return t, false, fmt.Errorf("look for row %d of %s: %w", seq, p, err)
	}
	return t, ok, nil
}
