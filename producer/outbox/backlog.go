package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A Backlog is what a box holds, for metrics and alarms.
type Backlog struct {
	Pending int           // events that wait to be emitted
	Oldest  time.Duration // for how long the oldest of them has waited, by the database's clock
	Parked  int           // events that can never be sent: see Relay
}

// Backlog asks the database; any process may, and one that runs no relay learns
// that there is none. It counts rows: ask every few seconds, not for each event.
func (b *Box) Backlog(ctx context.Context, db *sql.DB) (Backlog, error) {
	var l Backlog
	var oldest float64
	if err := db.QueryRowContext(ctx, b.sql.backlog).Scan(&l.Pending, &l.Parked, &oldest); err != nil {
		return Backlog{}, fmt.Errorf("count %s: %w", b.table, err)
	}
	l.Oldest = max(0, time.Duration(oldest*float64(time.Second)))
	return l, nil
}
