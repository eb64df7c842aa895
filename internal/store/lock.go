package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// The lock is a query that runs as long as we migrate (docs/decisions/0402):
// ClickHouse takes no second query of the same id, and ends this one when its
// connection does, also after kill -9. Whoever slept longer than idleTime finds
// the connection for its statements closed by the server, so that it cannot go on
// where another has taken over; lockTime is the longest that one may hold it.
const (
	lockID   = "custody migrations"
	lockTime = time.Hour
	idleTime = time.Minute
	lockPoll = 250 * time.Millisecond
)

// lockSQL runs an hour, ten blocks a second.
const lockSQL = `SELECT sleepEachRow(0.1) FROM numbers(36000) SETTINGS max_block_size = 1, max_threads = 1, max_execution_time = 0`

// A migration is the right to migrate, and the one connection to do it on.
type migration struct {
	db     *DB
	conn   *conn
	held   context.Context // ends when the lock is lost
	unlock func()
}

// lock waits for the lock until ctx ends.
func (db *DB) lock(ctx context.Context) (*migration, error) {
	for waited := false; ; waited = true {
		m, err := db.tryLock(ctx)
		if waited && err != nil && ctx.Err() != nil {
			return nil, fmt.Errorf("another process is migrating: %w", ctx.Err())
		}
		if !refusedWith(err, proto.ErrQueryWithSameIDIsAlreadyRunning) {
			return m, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(lockPoll):
		}
	}
}

// tryLock returns the server's refusal if another has the lock.
func (db *DB) tryLock(ctx context.Context) (*migration, error) {
	p := &pool{config: db.config, session: []ch.Setting{
		setting("idle_connection_timeout", fmt.Sprint(int(idleTime.Seconds()))),
		setting("receive_timeout", fmt.Sprint(int(idleTime.Seconds()))),
	}}
	worker, err := p.get(ctx)
	if err != nil {
		return nil, err
	}
	if err := worker.do(ctx, ch.Query{Body: "SELECT 1 FORMAT Null"}); err != nil { // the settings hold from the first query on
		return nil, errors.Join(err, worker.Close())
	}
	holder, err := p.get(ctx)
	if err != nil {
		return nil, errors.Join(err, worker.Close())
	}
	held, give, err := holder.seize(ctx, lockID, lockSQL, errLost)
	if err != nil {
		return nil, errors.Join(err, worker.Close())
	}
	return &migration{db: db, conn: worker, held: held, unlock: func() { _ = worker.Close(); give() }}, nil
}

var errLost = errors.New("the lock was lost")

// seize takes a lock that is a query of the id, or returns the server's refusal;
// then, too, the connection is used up. Held ends for the reason lost when the
// query does; give ends it.
func (c *conn) seize(ctx context.Context, id, sql string, lost error) (held context.Context, give func(), err error) {
	held, lose := context.WithCancelCause(context.WithoutCancel(ctx))
	give = func() { lose(nil); _ = c.Close() }
	taken, over := make(chan struct{}), make(chan error, 1)
	go func() { over <- c.hold(held, id, sql, taken); lose(lost) }()
	select {
	case <-taken:
		return held, give, nil
	case err = <-over:
	case <-ctx.Done():
		err = ctx.Err()
	}
	give()
	return nil, nil, err
}

// hold runs a lock's query. It closes taken when the server has begun to.
func (c *conn) hold(ctx context.Context, id, sql string, taken chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, lockTime)
	defer cancel()
	var ignored proto.ColUInt8
	first := true
	return c.do(ctx, ch.Query{
		Body: sql, QueryID: id, Result: proto.Results{{Data: &ignored}},
		OnResult: func(context.Context, proto.Block) error {
			if first {
				close(taken)
			}
			first = false
			ignored.Reset()
			return nil
		},
	})
}

// run runs one statement on the migration's own connection, which is never made
// anew: without it the right to migrate is gone.
func (m *migration) run(ctx context.Context, sql string, ps parameters) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(m.held, func() { cancel(context.Cause(m.held)) })
	defer stop()
	err := m.conn.do(ctx, ch.Query{Body: sql, Parameters: ps.list()})
	if err != nil && context.Cause(ctx) != nil {
		err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return err
}
