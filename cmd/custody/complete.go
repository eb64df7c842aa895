package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

// A Question is what Kafka held when a look-up was asked for: an answer that
// has all of it is complete as of then.
type question struct {
	cluster string
	ranges  []stream.Range
	kafka   *stream.Client
}

// ask notes how far Kafka is.
func ask(ctx context.Context, kafka *stream.Client, cluster string) (question, error) {
	ranges, err := kafka.Ranges(ctx, stream.EventsTopic)
	return question{cluster, ranges, kafka}, err
}

// A Reader is the log as the API looks persons up in it.
type reader struct {
	*store.DB
	kafka   *stream.Client
	cluster string
}

// Ask notes how far Kafka is.
func (r reader) Ask(ctx context.Context) (func(context.Context, time.Duration) (int64, error), error) {
	q, err := ask(ctx, r.kafka, r.cluster)
	return func(ctx context.Context, patience time.Duration) (int64, error) { return q.await(ctx, r.DB, patience) }, err
}

// await waits until all that the question covers is logged, but no longer than
// patience; missing is how many records still are not.
func (q question) await(ctx context.Context, db *store.DB, patience time.Duration) (missing int64, err error) {
	var trimmed time.Time
	for end := time.Now().Add(patience); ; {
		ends, err := db.Ends(ctx)
		if err != nil {
			return 0, err
		}
		if time.Since(trimmed) > time.Second/2 || time.Now().After(end) {
			if err := q.trim(ctx, ends); err != nil {
				return 0, err
			}
			trimmed = time.Now()
		}
		if missing = q.missing(ends); missing == 0 || time.Now().After(end) {
			return missing, nil
		}
		select {
		case <-ctx.Done():
			return missing, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// trim leaves out the offsets behind the log's end that hold no record: markers of
// transactions and aborted records never get a row.
func (q question) trim(ctx context.Context, ends []store.End) error {
	logged := q.newest(ends)
	for i := range q.ranges {
		r := &q.ranges[i]
		next := max(r.First, logged[r.Partition].Next)
		for at := next; at < r.End; {
			b, err := q.kafka.Read(ctx, stream.EventsTopic, r.Partition, at)
			var gone *stream.OffsetError
			if err != nil && !errors.As(err, &gone) {
				return err
			}
			if err != nil || b.Next <= at || len(b.Records) > 0 && b.Records[0].Offset < r.End {
				break
			}
			if at = b.Next; at >= r.End {
				r.End = next
			}
		}
	}
	return nil
}

// missing counts the records that the log lacks: behind its end, and one for each
// partition that has a hole.
func (q question) missing(ends []store.End) (n int64) {
	logged := q.newest(ends)
	for _, r := range q.ranges {
		n += max(0, r.End-max(r.First, logged[r.Partition].Next))
		if logged[r.Partition].Hole {
			n++
		}
	}
	return n
}

// newest is how far each partition is logged in its newest epoch.
func (q question) newest(ends []store.End) map[int32]store.End {
	logged := make(map[int32]store.End)
	for _, e := range ends {
		p := e.Partition
		if p.Cluster == q.cluster && p.Topic == stream.EventsTopic && p.Epoch >= logged[p.ID].Partition.Epoch {
			logged[p.ID] = e
		}
	}
	return logged
}

// incomplete is the error of an answer that was given all the same.
func incomplete(missing int64, patience time.Duration) error {
	if missing == 0 {
		return nil
	}
	return fmt.Errorf("the answer is incomplete: %d records in Kafka were not logged within %v (--wait)", missing, patience)
}
