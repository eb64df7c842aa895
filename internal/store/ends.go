package store

import (
	"context"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// Counts returns the number of rows by outcome.
func (db *DB) Counts(ctx context.Context) (map[ledger.Outcome]uint64, error) {
	rows, err := db.conn.Query(ctx, "SELECT outcome, count() FROM custody.log GROUP BY outcome")
	if err != nil {
		return nil, fmt.Errorf("count the rows: %w", err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[ledger.Outcome]uint64{}
	for rows.Next() {
		var name string
		var n uint64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, fmt.Errorf("count the rows: %w", err)
		}
		for o := ledger.Accepted; o <= ledger.Lost; o++ {
			if o.String() == name {
				counts[o] = n
			}
		}
	}
	return counts, rows.Err()
}

// An End says how far a partition is logged.
type End struct {
	Partition ledger.Partition
	Next      int64 // the first offset that is not logged
	Rows      uint64
	Hole      bool      // rows are missing below Next
	Lost      int64     // offsets that Kafka dropped before they were read
	Last      time.Time // greatest recorded_at; zero where there are no rows
}

const endsQuery = `SELECT kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, next_offset, rows, NOT whole, lost, last_recorded_at
FROM custody.certificate ORDER BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition`

// Ends returns how far each partition is logged.
func (db *DB) Ends(ctx context.Context) ([]End, error) {
	rows, err := db.conn.Query(ctx, endsQuery)
	if err != nil {
		return nil, fmt.Errorf("ask how far the log is: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var ends []End
	for rows.Next() {
		var e End
		p := &e.Partition
		if err := rows.Scan(&p.Cluster, &p.Topic, &p.Epoch, &p.ID, &e.Next, &e.Rows, &e.Hole, &e.Lost, &e.Last); err != nil {
			return nil, fmt.Errorf("ask how far the log is: %w", err)
		}
		if e.Rows == 0 {
			e.Last = time.Time{}
		}
		ends = append(ends, e)
	}
	return ends, rows.Err()
}
