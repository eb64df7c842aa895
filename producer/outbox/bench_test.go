//go:build outbox

package outbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func benchEverywhere(b *testing.B, bench func(*testing.B, *place)) {
	b.Run("postgres", func(b *testing.B) { bench(b, onPostgres(b)) })
	b.Run("mariadb", func(b *testing.B) { bench(b, onMariaDB(b)) })
}

// From rows in the box to an empty box, every event acknowledged by an embedded Kafka.
func BenchmarkRelay(b *testing.B) {
	benchEverywhere(b, func(b *testing.B, p *place) {
		for _, batch := range []int{100, 500, 2000, 5000} {
			b.Run(fmt.Sprint("batch=", batch), func(b *testing.B) {
				const n = 20_000
				r := p.relay(b, p.emitter(b, producer.Options{}))
				r.Batch = batch
				var busy time.Duration
				for round := range b.N {
					p.load(b, round, n)
					start := time.Now()
					stop := run(b, r)
					eventually(b, "every event", func() bool { return r.Stats().Emitted == int64(n*(round+1)) })
					stop() // when they are deleted, too
					busy += time.Since(start)
				}
				b.ReportMetric(float64(n)*float64(b.N)/busy.Seconds(), "events/s")
			})
		}
	})
}

// load adds n events of a thousand persons.
func (p *place) load(t testing.TB, round, n int) {
	t.Helper()
	es := make([]event.Event, 1000)
	for i := 0; i < n; i += len(es) {
		for j := range es {
			es[j] = used(j, round*n+i+j)
		}
		p.add(t, es...)
	}
}

// What the box adds to a service's transaction: the same with no event, with one, with ten.
func BenchmarkTransaction(b *testing.B) {
	benchEverywhere(b, func(b *testing.B, p *place) {
		p.exec(b, "CREATE TABLE "+p.Table+"_orders (id INT)")
		for _, n := range []int{0, 1, 10} {
			b.Run(fmt.Sprint("events=", n), func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					p.order(b, i, n)
				}
			})
		}
	})
}

func (p *place) order(b *testing.B, i, n int) {
	b.Helper()
	tx, err := p.db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing after a commit
	if _, err := tx.ExecContext(b.Context(), fmt.Sprintf("INSERT INTO %s_orders VALUES (%d)", p.Table, i)); err != nil {
		b.Fatal(err)
	}
	var es []event.Event
	for j := range n {
		es = append(es, used(i, j))
	}
	if err := p.box.Add(b.Context(), tx, es...); err != nil {
		b.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
