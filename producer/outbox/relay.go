package outbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// An Emitter puts events into Kafka: a *producer.Producer. Nil means that all
// are acknowledged; a *producer.BatchError says which are not. It keeps the order
// of a subject's events, and sends none behind one that was not acknowledged.
type Emitter interface {
	EmitMessages(ctx context.Context, ms ...event.Message) error
}

// A Relay emits what a box holds and deletes what Kafka acknowledged. Run it in
// every process of a service: one works at a time, the others wait for its
// connection to end.
//
// An event that can never be sent, because the consumer would reject it or it is
// too large for Kafka's topic, is parked: its row stays, with parked_at and the
// reason, and the events behind it go on, for the rest of the evidence is worth
// more than its order. Set parked_at to NULL and the relay tries it again.
type Relay struct {
	Box     *Box
	DB      *sql.DB // connected to the server itself: a lock of the session is held
	Emitter Emitter

	Batch int           // events a round, all of them in memory; 0 = 2,000
	Poll  time.Duration // how long a box that is all but empty is left alone; 0 = 100 ms

	// OnError, if there, is told why a round failed, before the next, and of each
	// event that is parked: the place for a log line. It must not block. No error
	// holds a value of an event.
	OnError func(error)

	owed map[int64][sha256.Size]byte // events that are acknowledged and not deleted, by row

	emitted, retried, parked atomic.Int64
}

// Stats are counters of one relay since it was made.
type Stats struct {
	Emitted int64 // events that Kafka acknowledged
	Retried int64 // events that it did not: they were left for another round
	Parked  int64 // events that can never be sent
}

// Stats may be called at any time.
func (r *Relay) Stats() Stats {
	return Stats{r.emitted.Load(), r.retried.Load(), r.parked.Load()}
}

// Run works until ctx ends, and then returns nil. Where the database or Kafka is
// away it reports so and tries again. Only a closed producer ends it before.
func (r *Relay) Run(ctx context.Context) error {
	if r.Box == nil || r.DB == nil || r.Emitter == nil {
		return errors.New("outbox: a relay needs Box, DB and Emitter")
	}
	for failed := 0; ; {
		rounds, err := r.lead(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, producer.ErrClosed):
			return err
		case err == nil: // another relay leads
			pause(ctx, standby)
			continue
		case rounds > 0:
			failed = 0
		}
		r.report(err)
		pause(ctx, min(standby, r.poll()<<min(failed, 16)))
		failed++
	}
}

func (r *Relay) report(err error) {
	if r.OnError != nil {
		r.OnError(err)
	}
}

// standby is how often a relay that waits for another one looks, and the longest
// that it waits after an error.
const standby = time.Second

func (r *Relay) poll() time.Duration {
	if r.Poll > 0 {
		return r.Poll
	}
	return 100 * time.Millisecond
}

func (r *Relay) batch() int {
	if r.Batch > 0 {
		return r.Batch
	}
	return 2000
}

// lead works off the box on one connection, which holds the lock; rounds says
// how often it did. It returns nil where another relay has the lock. With any
// error it gives up connection and lock, so that one that fares better may lead.
func (r *Relay) lead(ctx context.Context) (rounds int, err error) {
	conn, err := r.DB.Conn(ctx)
	if err != nil {
		return 0, fmt.Errorf("connect to the outbox: %w", err)
	}
	defer discard(conn)
	var mine bool
	if err := conn.QueryRowContext(ctx, r.Box.sql.lock).Scan(&mine); err != nil {
		return 0, fmt.Errorf("lock %s: %w", r.Box.table, err)
	}
	for mine && ctx.Err() == nil {
		n, err := r.round(ctx, conn)
		if err != nil {
			return rounds, err
		}
		rounds++
		if n < r.batch() {
			pause(ctx, r.poll())
		}
	}
	return rounds, nil
}

// discard ends the connection, and with it the lock: in the pool it would go on
// holding it.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
}

// pause waits for d, and never quite as long as others do.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d/2 + rand.N(d/2+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
