package lineage

import (
	"context"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// A clock is ClickHouse's, read once and carried on by our own, which may run
// late by the time that reading it took: a lease then ends a little early.
type clock struct{ read, at time.Time }

// set reads ClickHouse's clock.
func (c *clock) set(ctx context.Context, l Log) (err error) {
	c.read, err = l.Clock(ctx)
	c.at = time.Now()
	return err
}

// now is ClickHouse's time, in microseconds.
func (c *clock) now() time.Time { return c.read.Add(time.Since(c.at)).UTC().Truncate(time.Microsecond) }

// moment is Kafka's timestamp as the log can hold it: a producer may send anything.
func moment(milli int64) time.Time {
	return time.UnixMilli(min(max(milli, 0), ledger.Latest*1000)).UTC()
}
