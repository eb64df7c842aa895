package store

import (
	"context"
	"fmt"
)

// Found returns how many events break each rule.
func (db *DB) Found(ctx context.Context) (map[string]uint64, error) {
	rows, err := db.conn.Query(ctx, "SELECT rule, count() FROM custody.log ARRAY JOIN findings AS rule GROUP BY rule")
	if err != nil {
		return nil, fmt.Errorf("count the findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[string]uint64{}
	for rows.Next() {
		var rule string
		var n uint64
		if err := rows.Scan(&rule, &n); err != nil {
			return nil, fmt.Errorf("count the findings: %w", err)
		}
		counts[rule] = n
	}
	return counts, rows.Err()
}
