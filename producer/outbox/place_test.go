//go:build outbox

package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/outbox"
	"github.com/datacustody/custody/schemas/event"
)

// A place is a box of its own in a real database, and a topic of its own.
type place struct {
	orders
	server *testkit.Database
	db     *sql.DB
	box    *outbox.Box
	kafka  *stream.Client
}

// everywhere runs a test on each database.
func everywhere(t *testing.T, test func(*testing.T, *place)) {
	t.Run("postgres", func(t *testing.T) { test(t, onPostgres(t)) })
	t.Run("mariadb", func(t *testing.T) { test(t, onMariaDB(t)) })
}

func onPostgres(t testing.TB) *place {
	s := testkit.Postgres(t)
	return newPlace(t, s, orders{Driver: "pgx", DSN: s.PostgresURL("postgres"), Dialect: outbox.Postgres})
}

func onMariaDB(t testing.TB) *place {
	s := testkit.MariaDB(t)
	return newPlace(t, s, orders{Driver: "mysql", DSN: s.MySQLDSN("mysql"), Dialect: outbox.MySQL})
}

func newPlace(t testing.TB, server *testkit.Database, o orders) *place {
	t.Helper()
	p := &place{orders: o, server: server}
	p.Brokers, p.Topic = testkit.Kafka(t), testkit.Unique("outbox")
	p.Table = strings.ReplaceAll(p.Topic, "-", "_")
	p.db, p.box = p.open(t)
	p.exec(t, p.box.Schema())
	p.kafka = stream.New(stream.Config{Brokers: p.Brokers})
	t.Cleanup(p.kafka.Close)
	if _, err := p.kafka.EnsureTopic(t.Context(), stream.Topic{Name: p.Topic, Partitions: 4, Replication: 1}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) open(t testing.TB) (*sql.DB, *outbox.Box) {
	t.Helper()
	db, box, err := p.orders.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, box
}

func (p *place) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	if p.Dialect == outbox.MySQL {
		for n := len(args); n > 0; n-- {
			query = strings.ReplaceAll(query, "$"+strconv.Itoa(n), "?")
		}
	}
	if _, err := p.db.ExecContext(context.Background(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func (p *place) emitter(t testing.TB, o producer.Options) *producer.Producer {
	t.Helper()
	o.Topic = p.Topic
	e, err := producer.New(p.Brokers, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// relay is one with a pool of its own, as in a process of its own.
func (p *place) relay(t testing.TB, e outbox.Emitter) *outbox.Relay {
	t.Helper()
	db, box := p.open(t)
	return &outbox.Relay{Box: box, DB: db, Emitter: e, Batch: 100, Poll: 10 * time.Millisecond}
}

// run runs a relay until stop is called, or the test ends.
func run(t testing.TB, r *outbox.Relay) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// add adds events in one transaction and commits it.
func (p *place) add(t testing.TB, es ...event.Event) {
	t.Helper()
	p.within(t, func(tx *sql.Tx) error { return p.box.Add(t.Context(), tx, es...) })
}

var errRollBack = errors.New("roll back")

func (p *place) within(t testing.TB, do func(*sql.Tx) error) {
	t.Helper()
	tx, err := p.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	switch err = do(tx); {
	case errors.Is(err, errRollBack):
		err = tx.Rollback()
	case err == nil:
		err = tx.Commit()
	default:
		_ = tx.Rollback()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (p *place) rows(t testing.TB) (n int) {
	t.Helper()
	n, err := p.count(t)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (p *place) count(t testing.TB) (n int, err error) {
	err = p.db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+p.Table).Scan(&n)
	return n, err
}

// awaitEmpty asks until the box is empty, also where the database was killed: a
// connection that did not notice may fail once.
func (p *place) awaitEmpty(t testing.TB) {
	t.Helper()
	eventually(t, "an empty box", func() bool { n, err := p.count(t); return err == nil && n == 0 })
}

// eventually waits for what must come; the deadline only ends a test that has failed.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after two minutes", what)
		}
	}
}

// used is an event of a person, whose id says which of theirs it is.
func used(person, n int) event.Event {
	return &event.Used{
		Meta:       event.Meta{ID: fmt.Sprintf("%d-%d", person, n), Source: "/shop/orders", Subject: subject(person), Time: time.Now()},
		Controller: "shop", Categories: []event.Category{event.CategoryOrder}, Purpose: event.PurposeCustomerService,
	}
}

func subject(person int) event.Subject {
	return event.Subject(fmt.Sprintf("shop:0199f3a2-7c1e-8b3d-9a41-%012x", person))
}

// records is how many Kafka has.
func (p *place) records(t testing.TB) (n int64) {
	t.Helper()
	ranges, err := p.kafka.Ranges(t.Context(), p.Topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range ranges {
		n += r.End - r.First
	}
	return n
}

// emitted are the ids that Kafka has, partition by partition, as often as it has them.
func (p *place) emitted(t testing.TB) (ids []string) {
	t.Helper()
	ranges, err := p.kafka.Ranges(t.Context(), p.Topic)
	if err != nil {
		t.Fatal(err)
	}
	d := event.NewDecoder(event.Options{})
	for _, r := range ranges {
		for next := r.First; next < r.End; {
			batch, err := p.kafka.Read(t.Context(), p.Topic, r.Partition, next)
			if err != nil {
				t.Fatal(err)
			}
			for i := range batch.Records {
				e, rejection := d.Decode(&batch.Records[i].Message, time.Now())
				if rejection != nil {
					t.Fatalf("Kafka has what is no event: %v", rejection)
				}
				ids = append(ids, string(e.ID))
			}
			next = batch.Next
		}
	}
	return ids
}

// wantInOrder checks that each person's events 1 to n are in Kafka, their first
// occurrences in order, and says how many came again.
func (p *place) wantInOrder(t testing.TB, want map[int]int) (again int) {
	t.Helper()
	last, seen := map[int]int{}, map[string]bool{}
	for _, id := range p.emitted(t) {
		if seen[id] {
			again++
			continue
		}
		seen[id] = true
		var person, n int
		if _, err := fmt.Sscanf(id, "%d-%d", &person, &n); err != nil {
			t.Fatalf("Kafka has an event %s that nobody committed", id)
		}
		if n != last[person]+1 {
			t.Fatalf("person %d: event %d comes behind event %d", person, n, last[person])
		}
		last[person] = n
	}
	for person, n := range want {
		if last[person] != n {
			t.Errorf("person %d: Kafka has %d events, want %d", person, last[person], n)
		}
	}
	if len(last) != len(want) {
		t.Errorf("Kafka has events of %d persons, want %d", len(last), len(want))
	}
	return again
}
