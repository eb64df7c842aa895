package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"github.com/datacustody/custody/producer/internal/envelope"
	"github.com/datacustody/custody/schemas/event"
)

// Options of a box; the zero value is good for most.
type Options struct {
	Table string        // "" = custody_outbox; schema.table is fine
	Check event.Options // what events are held to: it must be the consumer's
}

// A Box is the table in a service's own database where its events wait. It is
// safe for concurrent use.
type Box struct {
	table    string
	sql      statements
	check    event.Options
	decoders sync.Pool
}

// New returns a box. It does not reach the database.
func New(d Dialect, o Options) (*Box, error) {
	if o.Table == "" {
		o.Table = Table
	}
	s, err := d.statements(o.Table)
	if err != nil {
		return nil, err
	}
	return &Box{table: o.Table, sql: s, check: o.Check}, nil
}

// Schema is the statement that makes the table, for the service's own
// migrations. Where the table is there it changes nothing.
func (b *Box) Schema() string { return b.sql.schema }

// A Tx is the service's transaction: a *sql.Tx. (A *sql.DB or *sql.Conn fits
// too, but then the events are committed by themselves.)
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Add writes events into the box, within tx: they are emitted if and only if it
// commits. Events without an id get one and keep it, so a transaction that is
// tried again with the same events adds them under the same ids.
//
// An event that the consumer would reject is refused here, with an event.Invalid
// or an *event.Rejection that names the field, and none of the call is written.
// After any error roll back.
func (b *Box) Add(ctx context.Context, tx Tx, es ...event.Event) error {
	return b.add(ctx, tx, len(es), func(i int) (event.Message, error) { return event.Marshal(es[i]) })
}

// AddCloudEvent is Add for events made with the CloudEvents SDK. Those without
// an id get another one if the transaction is tried again.
func (b *Box) AddCloudEvent(ctx context.Context, tx Tx, es ...cloudevents.Event) error {
	return b.add(ctx, tx, len(es), func(i int) (event.Message, error) { return envelope.FromCloudEvent(es[i]) })
}

func (b *Box) add(ctx context.Context, tx Tx, n int, message func(int) (event.Message, error)) error {
	rows := make([][]any, n)
	for i := range rows {
		m, err := message(i)
		if err == nil {
			rows[i], err = b.row(&m)
		}
		if err != nil {
			return fmt.Errorf("add event %d to %s: %w", i, b.table, err)
		}
	}
	for some := range slices.Chunk(rows, rowsPerInsert) {
		if err := b.insert(ctx, tx, some); err != nil {
			return fmt.Errorf("add %d events to %s: %w", n, b.table, err)
		}
	}
	return nil
}

// rowsPerInsert keeps a statement below 16 MiB, MariaDB's max_allowed_packet.
const rowsPerInsert = 100

func (b *Box) insert(ctx context.Context, tx Tx, rows [][]any) error {
	places := make([]string, len(rows))
	for i := range places {
		places[i] = b.sql.row(i)
	}
	_, err := tx.ExecContext(ctx, b.sql.insert+strings.Join(places, ", "), slices.Concat(rows...)...)
	return err
}

// row judges a message as the consumer will, and is what the table keeps of it.
// The one header of an event in structured mode is its content type.
func (b *Box) row(m *event.Message) ([]any, error) {
	d, ok := b.decoders.Get().(*event.Decoder)
	if !ok {
		d = event.NewDecoder(b.check)
	}
	defer b.decoders.Put(d)
	record, rejection := d.Decode(m, time.Now())
	if rejection != nil {
		return nil, rejection
	}
	if len(m.Headers) != 1 {
		return nil, errors.New("the event is not in structured mode")
	}
	return []any{string(m.Key), string(record.Source), string(record.ID), string(m.Headers[0].Value), m.Value}, nil
}
