package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

const seenColumns = `event_hash AS e, content_hash AS c, toUnixTimestamp64Nano(time) AS t, kafka_offset AS o, kafka_partition AS p`

const recentQuery = `SELECT ` + seenColumns + `
FROM custody.log WHERE outcome = 'accepted' AND toStartOfHour(time) >= toDateTime({from:Int64}, 'UTC') AND ` + samePartition + `
ORDER BY toStartOfHour(time) DESC LIMIT {n:UInt64}
SETTINGS query_plan_optimize_lazy_materialization = 0`

// The next stretch of hours is so many times as long as the one before, and one of allHours is the whole log.
const (
	leastLonger, mostLonger = 2, 64
	allHours                = 100_000
)

// Recent returns n of the accepted rows of p, or all if there are fewer: those of the latest hours,
// in no order. What it leaves out is found by Find.
//
// The log may be a thousand times as long as what is looked for. So it is looked at from the latest
// hour on, in stretches as long as the rows found so far let expect. All of it is looked at where
// fewer than n were accepted, or where they lie years apart.
func (l *Log) Recent(ctx context.Context, p ledger.Partition, n int) ([]ledger.Seen, error) {
	e, err := l.Extent(ctx, p)
	if err != nil {
		return nil, err
	}
	hours := int64(1)
	if e.Rows <= uint64(n) {
		hours = allHours
	}
	for {
		from := int64(0)
		if hours < allHours {
			from = max(0, e.MaxTime.Unix()-hours*int64(time.Hour/time.Second))
		}
		seen, err := l.recent(ctx, p, n, from)
		if err != nil || len(seen) >= n || from == 0 {
			return seen, err
		}
		hours *= min(max(int64(n)*3/2/int64(max(len(seen), 1)), leastLonger), mostLonger)
	}
}

// recent is Recent of the hours that begin at or after a moment, in seconds.
func (l *Log) recent(ctx context.Context, p ledger.Partition, n int, from int64) ([]ledger.Seen, error) {
	seen, err := l.seen(ctx, ch.Query{
		Body:       recentQuery,
		Parameters: partitionParameters(p).with(parameters{"n": decimal(int64(n)), "from": decimal(from)}).list(),
	})
	if err != nil {
		return nil, fmt.Errorf("read the newest events of %s: %w", p, err)
	}
	return seen[p.ID], nil
}

const findQuery = `SELECT ` + seenColumns + `
FROM custody.log WHERE outcome = 'accepted' AND (toStartOfHour(time), event_hash, kafka_partition) IN (SELECT hour, hash, partition FROM wanted)
	AND kafka_cluster = {cluster:String} AND kafka_topic = {topic:String} AND kafka_epoch = {epoch:UInt32}`

// A want is what a partition looks for.
type want struct {
	partition int32
	keys      []ledger.Key
}

// Find returns the accepted rows of p that have one of the keys: the event hash,
// and a time within the same hour. Keys without a row are left out. Few keys cost the
// server as much as many, so those that a writer's partitions look for at once go together.
func (l *Log) Find(ctx context.Context, p ledger.Partition, keys []ledger.Key) ([]ledger.Seen, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	epoch := p
	epoch.ID = 0
	seen, err := l.events.ask(ctx, epoch, want{p.ID, slices.Clone(keys)})
	if err != nil {
		return nil, fmt.Errorf("look for %d events of %s: %w", len(keys), p, err)
	}
	return seen[p.ID], nil
}

// find looks for what partitions of an epoch want.
func (l *Log) find(ctx context.Context, epoch ledger.Partition, all []want) (map[int32][]ledger.Seen, error) {
	return l.seen(ctx, ch.Query{
		Body:          findQuery,
		Parameters:    partitionParameters(epoch).list(),
		ExternalTable: "wanted",
		ExternalData:  wanted(all),
	})
}

// wanted is all keys as a table.
func wanted(all []want) proto.Input {
	var hour proto.ColDateTime
	var hash proto.ColFixedStr16
	var partition proto.ColInt32
	hour.Location = time.UTC
	for _, w := range all {
		for _, k := range w.keys {
			seconds := k.Time / int64(time.Second)
			hour.Data = append(hour.Data, proto.DateTime(seconds-seconds%3600))
			hash.Append(k.EventHash)
			partition.Append(w.partition)
		}
	}
	return proto.Input{{Name: "hour", Data: &hour}, {Name: "hash", Data: &hash}, {Name: "partition", Data: &partition}}
}

// seen gives the answer by partition.
func (l *Log) seen(ctx context.Context, q ch.Query) (map[int32][]ledger.Seen, error) {
	seen := map[int32][]ledger.Seen{}
	var e, c proto.ColFixedStr16
	var t, o proto.ColInt64
	var p proto.ColInt32
	err := l.ask(ctx, q, proto.Results{
		{Name: "e", Data: &e}, {Name: "c", Data: &c}, {Name: "t", Data: &t}, {Name: "o", Data: &o}, {Name: "p", Data: &p},
	}, func(rows int) {
		for i := range rows {
			seen[p[i]] = append(seen[p[i]], ledger.Seen{EventHash: e[i], ContentHash: c[i], Time: t[i], Offset: o[i]})
		}
	})
	return seen, err
}
