package store

import (
	"context"
	"fmt"

	"github.com/datacustody/custody/internal/ledger"
)

const sourcesQuery = `SELECT source, first_recorded_at, last_recorded_at, events, missing FROM custody.sources ORDER BY source`

// Sources returns every source of accepted events, by name.
func (db *DB) Sources(ctx context.Context) ([]ledger.Source, error) {
	rows, err := db.conn.Query(ctx, sourcesQuery)
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	defer func() { _ = rows.Close() }()
	sources := []ledger.Source{}
	for rows.Next() {
		var s ledger.Source
		if err := rows.Scan(&s.Source, &s.Since, &s.Last, &s.Events, &s.Missing); err != nil {
			return nil, fmt.Errorf("read the sources: %w", err)
		}
		sources = append(sources, s)
	}
	return sources, rows.Err()
}
