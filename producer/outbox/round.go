package outbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A fate is what became of the events of one round, by the numbers of their rows.
type fate struct {
	sent   []int64
	never  map[int64]error
	left   int
	reason error // why some are left
}

// round reads, emits, and only then forgets: the order is the guarantee. A crash
// between any two leaves rows that the next round emits again, with the same ids;
// where no more than the deletion failed, it only deletes them.
func (r *Relay) round(ctx context.Context, conn *sql.Conn) (n int, err error) {
	ids, ms, err := r.read(ctx, conn)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", r.Box.table, err)
	}
	n = len(ids)
	if ids, ms, err = r.forget(ctx, conn, ids, ms); err != nil || len(ms) == 0 {
		return n, err
	}
	f := judge(ids, r.Emitter.EmitMessages(ctx, ms...))
	r.emitted.Add(int64(len(f.sent)))
	r.retried.Add(int64(f.left))
	if err := r.settle(ctx, conn, f); err != nil {
		r.remember(f, ids, ms)
		return 0, err
	}
	if f.reason != nil {
		return 0, fmt.Errorf("emit %d of %d events of %s: %w", f.left, len(ms), r.Box.table, f.reason)
	}
	return n, nil
}

// remember keeps which events were acknowledged in a round that could not delete
// them, by what they hold as well: a server that takes over for a lost one may
// give a number again.
func (r *Relay) remember(f fate, ids []int64, ms []event.Message) {
	r.owed = map[int64][sha256.Size]byte{}
	for i, id := range ids {
		if slices.Contains(f.sent, id) {
			r.owed[id] = sha256.Sum256(ms[i].Value)
		}
	}
}

// forget deletes, of what was read, the events that an earlier round emitted and
// could not delete; it returns the others. While it fails nothing is emitted: else
// each round would emit the same events again, for as long as nobody may delete.
func (r *Relay) forget(ctx context.Context, conn *sql.Conn, ids []int64, ms []event.Message) ([]int64, []event.Message, error) {
	if len(r.owed) == 0 {
		return ids, ms, nil
	}
	var done, left []int64
	var others []event.Message
	for i, id := range ids {
		if sum, ok := r.owed[id]; ok && sum == sha256.Sum256(ms[i].Value) {
			done = append(done, id)
		} else {
			left, others = append(left, id), append(others, ms[i])
		}
	}
	if err := r.settle(ctx, conn, fate{sent: done}); err != nil {
		return nil, nil, err
	}
	r.owed = nil
	return left, others, nil
}

// read is what the box holds, the oldest first, as messages.
func (r *Relay) read(ctx context.Context, conn *sql.Conn) (ids []int64, ms []event.Message, err error) {
	rows, err := conn.QueryContext(ctx, r.Box.sql.read+strconv.Itoa(r.batch()))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var id int64
		var key, contentType, value []byte // copies: the producer keeps them
		if err := rows.Scan(&id, &key, &contentType, &value); err != nil {
			return nil, nil, err
		}
		ids = append(ids, id)
		ms = append(ms, event.Message{Key: key, Value: value, Headers: []event.Header{{Name: "content-type", Value: contentType}}})
	}
	return ids, ms, rows.Err()
}

// judge sorts rows by what their emission came to.
func judge(ids []int64, err error) fate {
	f := fate{never: map[int64]error{}}
	var batch *producer.BatchError
	if err != nil && !errors.As(err, &batch) {
		f.left, f.reason = len(ids), err // nobody knows of any
		return f
	}
	for i, id := range ids {
		switch failure := failureOf(batch, i); {
		case failure == nil:
			f.sent = append(f.sent, id)
		case isFinal(failure):
			f.never[id] = failure
		default:
			f.left, f.reason = f.left+1, err
		}
	}
	return f
}

func failureOf(batch *producer.BatchError, i int) error {
	if batch == nil {
		return nil
	}
	return batch.Failed[i]
}

// isFinal says whether the fault is the event's own. Whatever else Kafka refuses,
// an expired password say, is no fault of the event, and it is kept.
func isFinal(err error) bool {
	var invalid event.Invalid
	var rejection *event.Rejection
	return errors.As(err, &invalid) || errors.As(err, &rejection) ||
		errors.Is(err, kafka.MessageSizeTooLarge) || errors.Is(err, kafka.RecordListTooLarge)
}

// settling is how long a round that was told to stop may take to forget what
// Kafka has acknowledged: else it would be emitted again.
const settling = 10 * time.Second

func (r *Relay) settle(ctx context.Context, conn *sql.Conn, f fate) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	if len(f.sent) > 0 {
		list, _ := json.Marshal(f.sent)
		if _, err := conn.ExecContext(ctx, r.Box.sql.remove, string(list)); err != nil {
			return fmt.Errorf("delete %d emitted events from %s: %w", len(f.sent), r.Box.table, err)
		}
	}
	for id, why := range f.never {
		if _, err := conn.ExecContext(ctx, r.Box.sql.park, why.Error(), id); err != nil {
			return fmt.Errorf("park event %d of %s: %w", id, r.Box.table, err)
		}
		r.parked.Add(1)
		r.report(fmt.Errorf("event %d of %s is parked: %w", id, r.Box.table, why))
	}
	return nil
}
