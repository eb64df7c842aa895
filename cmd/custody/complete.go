package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

// A Question is what Kafka held when a look-up was asked for: an answer that
// has all of it is complete as of then.
type question struct {
	cluster string
	at      time.Time
	ranges  []stream.Range
	behind  []int64 // for each range the end of its records: behind it stand only markers
	record  []int64 // for each range the offset of a record that was seen behind the log's end; -1: none was
	strange map[int32]int64
	kafka   *stream.Client
}

// ask notes how far Kafka is.
func ask(ctx context.Context, kafka *stream.Client, cluster string) (*question, error) {
	q := &question{cluster: cluster, at: time.Now().UTC(), kafka: kafka}
	var err error
	q.ranges, err = kafka.Ranges(ctx, stream.EventsTopic)
	for _, r := range q.ranges {
		q.behind, q.record = append(q.behind, r.End), append(q.record, -1)
	}
	return q, err
}

// A Reader is the log as the API looks persons up in it.
type reader struct {
	*store.DB
	kafka   *stream.Client
	cluster string
}

// Ask notes how far Kafka is.
func (r reader) Ask(ctx context.Context) (func(context.Context, time.Duration) (ledger.Certificate, error), error) {
	q, err := ask(ctx, r.kafka, r.cluster)
	return func(ctx context.Context, patience time.Duration) (ledger.Certificate, error) {
		return q.await(ctx, r.DB, patience)
	}, err
}

// Attest adds to the certificate what the log says of the subjects' dead letters and of the sources.
func (r reader) Attest(ctx context.Context, c *ledger.Certificate, subjects ...string) error {
	return attest(ctx, r.DB, c, subjects)
}

func attest(ctx context.Context, db *store.DB, c *ledger.Certificate, subjects []string) (err error) {
	if c.DeadLetters, err = db.Unresolved(ctx, c.Known(), subjects...); err != nil {
		return err
	}
	if c.Sources == nil { // an answer that is given again keeps those of its certificate
		if c.Sources, err = db.Sources(ctx); err != nil {
			return err
		}
	}
	c.Conclude()
	return nil
}

// await waits until all that the question covers is logged, but no longer than
// patience; the certificate says how far that is.
func (q *question) await(ctx context.Context, db *store.DB, patience time.Duration) (c ledger.Certificate, err error) {
	c.AskedAt = q.at
	var trimmed time.Time
	for end := time.Now().Add(patience); ; {
		ends, err := db.Ends(ctx)
		if err != nil {
			return c, err
		}
		if time.Since(trimmed) > time.Second/2 || time.Now().After(end) {
			q.trim(ctx, ends, end)
			if ends, err = db.Ends(ctx); err != nil { // reading took a while
				return c, err
			}
			if err := q.recognise(ctx, ends); err != nil {
				return c, err
			}
			trimmed = time.Now()
		}
		c.Partitions = q.covered(ends)
		if c.Conclude(); c.Complete || time.Now().After(end) {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return c, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// grace is how long reads may go on when patience has ended.
const grace = time.Second

// trim leaves out the offsets behind the log's end that hold no record: markers of
// transactions and aborted records never get a row. What cannot be read until end,
// and a grace, stays missing.
func (q *question) trim(ctx context.Context, ends []store.End, end time.Time) {
	ctx, cancel := context.WithTimeout(ctx, max(0, time.Until(end))+grace)
	defer cancel()
	logged := q.newest(ends)
	var all sync.WaitGroup
	for i, r := range q.ranges {
		if next := max(r.First, logged[r.Partition].Next); next > q.record[i] {
			all.Go(func() { q.trimOne(ctx, i, next) })
		}
	}
	all.Wait()
}

// trimOne looks for the first record of a partition from next on.
func (q *question) trimOne(ctx context.Context, i int, next int64) {
	for at := next; at < q.behind[i]; {
		b, err := q.kafka.Read(ctx, stream.EventsTopic, q.ranges[i].Partition, at)
		if err != nil || b.Next <= at {
			return
		}
		if len(b.Records) > 0 && b.Records[0].Offset < q.behind[i] {
			q.record[i] = b.Records[0].Offset
			return
		}
		if at = b.Next; at >= q.behind[i] {
			q.behind[i] = next
		}
	}
}

// recognise counts the records of partitions that have fewer than are logged: the
// topic was made anew or cut short, and nothing tells which of them the log has.
// Ends were read before.
func (q *question) recognise(ctx context.Context, ends []store.End) error {
	ranges, err := q.kafka.Ranges(ctx, stream.EventsTopic)
	if err != nil {
		return err
	}
	logged := q.newest(ends)
	q.strange = map[int32]int64{}
	for _, r := range ranges {
		if r.End < logged[r.Partition].Next {
			q.strange[r.Partition] = r.End - r.First
		}
	}
	return nil
}

// covered is every partition that the log or Kafka knows. Kafka speaks of the
// newest epoch of its topic only. What Kafka dropped unread is missing until a
// writer says that it is lost.
func (q *question) covered(ends []store.End) []ledger.Coverage {
	all, logged := []ledger.Coverage{}, q.newest(ends)
	for _, e := range ends {
		p := e.Partition
		all = append(all, ledger.Coverage{Cluster: p.Cluster, Topic: p.Topic, Epoch: p.Epoch, Partition: p.ID, Logged: e.Next, Hole: e.Hole, Lost: e.Lost})
	}
	for i, r := range q.ranges {
		p := ledger.Partition{Cluster: q.cluster, Topic: stream.EventsTopic, ID: r.Partition}
		if e, ok := logged[r.Partition]; ok {
			p = e.Partition
		}
		n := slices.IndexFunc(all, func(c ledger.Coverage) bool { return c.Place() == p })
		if n < 0 {
			n, all = len(all), append(all, ledger.Coverage{Cluster: p.Cluster, Topic: p.Topic, Partition: p.ID})
		}
		all[n].End, all[n].Missing = &r.End, max(0, q.behind[i]-all[n].Logged)
		all[n].Missing = max(all[n].Missing, q.strange[r.Partition])
	}
	return all
}

// newest is how far each partition is logged in its newest epoch.
func (q *question) newest(ends []store.End) map[int32]store.End {
	logged := make(map[int32]store.End)
	for _, e := range ends {
		p := e.Partition
		if p.Cluster == q.cluster && p.Topic == stream.EventsTopic && p.Epoch >= logged[p.ID].Partition.Epoch {
			logged[p.ID] = e
		}
	}
	return logged
}
