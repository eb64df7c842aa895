package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// writer returns a log as the writer's role opens it.
func writer(t testing.TB) *store.Log {
	t.Helper()
	return openLog(t, testkit.ClickHouse(t).Config("writer"))
}

func openLog(t testing.TB, c store.Config) *store.Log {
	t.Helper()
	l, err := store.OpenLog(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// reader returns the log as an auditor reads it.
func reader(t testing.TB) *store.DB {
	t.Helper()
	return openDB(t, testkit.ClickHouse(t).Config("auditor"))
}

func openDB(t testing.TB, c store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// sql is a connection for what the store has no method for.
func sql(t testing.TB, user string) driver.Conn {
	t.Helper()
	c := testkit.ClickHouse(t).Config(user)
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: c.Addr, Auth: clickhouse.Auth{Username: c.User, Password: c.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// answer is the first column of a query's rows.
func answer(t testing.TB, user, query string, args ...any) (lines []string) {
	t.Helper()
	rows, err := sql(t, user).Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// partition is one that no other test has.
func partition(t testing.TB) ledger.Partition {
	t.Helper()
	return ledger.Partition{Cluster: testkit.Unique(strings.ReplaceAll(t.Name(), "/", "-")), Topic: "custody.events", ID: 3}
}

// day is the day on which everything in these tests happens.
var day = time.Date(2026, 4, 18, 0, 0, 0, 0, time.UTC)

// record is the n-th event of a test, without data.
func record(n int) *event.Record {
	id := sha256.Sum256(fmt.Append(nil, n%1000))
	r := &event.Record{
		Kind: event.KindShared, Source: []byte("/tmall/order-service"), ID: fmt.Append(nil, "event-", n),
		Namespace: []byte("tmall"), Time: day.UnixNano() + int64(n)*1e6, HasTime: true,
	}
	copy(r.Subject[:], id[:])
	return r
}

// row is the n-th row of a partition: accepted.
func row(n int) *ledger.Row {
	h := sha256.Sum256(fmt.Append(nil, n))
	r := &ledger.Row{
		Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: day, Outcome: ledger.Accepted, Event: record(n),
	}
	copy(r.EventHash[:], h[:16])
	copy(r.ContentHash[:], h[16:])
	return r
}

func rows(from, to int) (out []*ledger.Row) {
	for n := from; n < to; n++ {
		out = append(out, row(n))
	}
	return out
}

// insert puts rows into p as one batch, and fails the test if that fails.
func insert(t testing.TB, l *store.Log, p ledger.Partition, rows ...*ledger.Row) {
	t.Helper()
	if err := tryInsert(t, l, p, 30*time.Second, rows); err != nil {
		t.Fatal(err)
	}
}

func tryInsert(t testing.TB, l *store.Log, p ledger.Partition, lease time.Duration, rows []*ledger.Row) error {
	t.Helper()
	return tryInsertIn(t.Context(), t, l, p, lease, rows)
}

func tryInsertIn(ctx context.Context, t testing.TB, l *store.Log, p ledger.Partition, lease time.Duration, rows []*ledger.Row) error {
	t.Helper()
	now, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := l.NewBlock()
	b.Reset(p, now)
	for _, r := range rows {
		b.Append(r)
	}
	i := ledger.Intent{Epoch: p.Epoch, RecordedAt: now, LeaseUntil: now.Add(lease)}
	if len(rows) > 0 {
		i.Start, i.End = rows[0].LostFrom, rows[len(rows)-1].Offset+1
	}
	return l.Insert(ctx, b, i)
}

func short(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
