package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// The lead of the findings consumers is a running query too, as the lock of the
// migrations is: one consumer works, the others stand by.
const (
	leadID   = "custody findings"
	leadPoll = time.Second
)

// LeadLease is how long what a leader has begun may still be stored.
const LeadLease = 30 * time.Second

// ErrNotLeading says that another consumer may lead by now.
var ErrNotLeading = errors.New("another consumer of findings may lead by now")

// A Lead is the right to write findings.
type Lead struct {
	db     *DB
	runner string
	lease  time.Duration
	lost   context.Context
	give   func()
}

// Lead waits until nobody else leads. The lease must be that of every consumer: a
// new leader waits as long for what the one before may have begun.
func (db *DB) Lead(ctx context.Context, lease time.Duration) (*Lead, error) {
	if err := db.config.checkOne(); err != nil {
		return nil, err
	}
	for {
		l, err := db.tryLead(ctx, lease)
		if !refusedWith(err, proto.ErrQueryWithSameIDIsAlreadyRunning) {
			if err != nil {
				err = fmt.Errorf("take the lead of the findings: %w", err)
			}
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(leadPoll):
		}
	}
}

func (db *DB) tryLead(ctx context.Context, lease time.Duration) (*Lead, error) {
	holder, err := (&pool{config: db.config}).get(ctx)
	if err != nil {
		return nil, err
	}
	l := &Lead{db: db, runner: rand.Text(), lease: lease}
	if l.lost, l.give, err = holder.seize(ctx, leadID, lockSQL+" /* "+l.runner+" */", ErrNotLeading); err != nil {
		return nil, err
	}
	return l, nil
}

// Lost is closed when the lead is.
func (l *Lead) Lost() <-chan struct{} { return l.lost.Done() }

// Runner is the leader's random name.
func (l *Lead) Runner() string { return l.runner }

// Release gives the lead up.
func (l *Lead) Release() { l.give() }

const leaseQuery = `SELECT greatest(now64(6, 'UTC'), (SELECT max(recorded_at) FROM custody.findings) + INTERVAL 1 MICROSECOND), now64(6, 'UTC'),
	count() FROM system.processes WHERE query_id = ? AND position(query, ?) > 0`

// Lease is the moment of what is about to be stored, later than any before, and
// until when the server will take it. It is given to the one who leads at that
// moment, by the server's word: see Quiet.
func (l *Lead) Lease(ctx context.Context) (at, until time.Time, err error) {
	var now time.Time
	var leading uint64
	if err := l.db.conn.QueryRow(ctx, leaseQuery, leadID, l.runner).Scan(&at, &now, &leading); err != nil {
		return at, until, fmt.Errorf("ask for a lease: %w", err)
	}
	if leading == 0 {
		return at, until, ErrNotLeading
	}
	return at.UTC(), now.UTC().Add(l.lease), nil
}

// Quiet waits until nothing that an earlier leader sent can be stored any more:
// until the longest lease that one can have got is over by ClickHouse's clock, and
// then until the server works on no insert.
func (l *Lead) Quiet(ctx context.Context) error {
	_, over, err := l.Lease(ctx)
	if err != nil {
		return err
	}
	for {
		var now time.Time
		var storing uint64
		if err := l.db.conn.QueryRow(ctx, quietQuery, leadID+"/").Scan(&now, &storing); err != nil {
			return fmt.Errorf("wait for what an earlier consumer of findings sent: %w", err)
		}
		if now.After(over) && storing == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(over.Sub(now), quietPoll)):
		}
	}
}

const (
	quietPoll  = 100 * time.Millisecond
	quietQuery = `SELECT now64(6, 'UTC'), count() FROM system.processes WHERE startsWith(query_id, ?)`
)

// storing is a context in which an insert is one block, sent once.
func storing(ctx context.Context) context.Context {
	s := clickhouse.Settings{}
	for _, i := range insertSettings {
		s[i.Key] = i.Value
	}
	return clickhouse.Context(ctx, clickhouse.WithSettings(s), clickhouse.WithQueryID(leadID+"/"+rand.Text()))
}

// refusedLease says whether err is the server's refusal of what came too late.
func refusedLease(err error) bool {
	var e *clickhouse.Exception
	return errors.As(err, &e) && e.Code == int32(proto.ErrViolatedConstraint)
}
