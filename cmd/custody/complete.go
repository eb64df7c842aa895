package main

import (
	"context"
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
}

// ask notes how far Kafka is.
func (l *lookup) ask(ctx context.Context) (question, error) {
	kafka := l.app.servers.stream("lookup")
	defer kafka.Close()
	ranges, err := kafka.Ranges(ctx, stream.EventsTopic)
	return question{l.cluster, ranges}, err
}

// await waits until all that the question covers is logged, but no longer than
// patience; missing is how many records still are not.
func (q question) await(ctx context.Context, db *store.DB, patience time.Duration) (missing int64, err error) {
	for end := time.Now().Add(patience); ; {
		ends, err := db.Ends(ctx)
		if err != nil {
			return 0, err
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

// missing counts the records that the log lacks. The newest epoch of a partition counts.
func (q question) missing(ends []store.End) (n int64) {
	logged := make(map[int32]store.End)
	for _, e := range ends {
		p := e.Partition
		if p.Cluster == q.cluster && p.Topic == stream.EventsTopic && p.Epoch >= logged[p.ID].Partition.Epoch {
			logged[p.ID] = e
		}
	}
	for _, r := range q.ranges {
		n += max(0, r.End-max(r.First, logged[r.Partition].Next))
	}
	return n
}

// incomplete is the error of an answer that was given all the same.
func incomplete(missing int64, patience time.Duration) error {
	if missing == 0 {
		return nil
	}
	return fmt.Errorf("the answer is incomplete: %d records in Kafka were not logged within %v (--wait)", missing, patience)
}
