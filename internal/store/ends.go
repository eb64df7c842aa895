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
	Last      time.Time // greatest recorded_at; zero where there are no rows
}

const endsQuery = `SELECT kafka_cluster, kafka_topic, kafka_epoch, kafka_partition,
	max(next) AS next, sum(n) AS n, max(hole) AS hole, max(last) AS last
FROM (
	SELECT kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, max(kafka_offset) + 1 AS next,
		count() AS n, toUInt8(max(seq) - min(seq) + 1 != count()) AS hole, max(recorded_at) AS last
	FROM custody.log GROUP BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition
	UNION ALL
	SELECT kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, 0, 0, fromUnixTimestamp64Micro(0, 'UTC')
	FROM custody.floors)
GROUP BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition
ORDER BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition`

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
		var hole uint8
		p := &e.Partition
		if err := rows.Scan(&p.Cluster, &p.Topic, &p.Epoch, &p.ID, &e.Next, &e.Rows, &hole, &e.Last); err != nil {
			return nil, fmt.Errorf("ask how far the log is: %w", err)
		}
		e.Hole = hole == 1
		if e.Rows == 0 {
			e.Last = time.Time{}
		}
		ends = append(ends, e)
	}
	return ends, rows.Err()
}
