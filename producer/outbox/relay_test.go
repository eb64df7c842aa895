//go:build outbox

package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func TestEventAndOrderCommitOrRollBackTogether(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		shop := p.Table + "_orders"
		p.exec(t, "CREATE TABLE "+shop+" (id INT PRIMARY KEY)")
		order := func(id string, e event.Event, end error) error {
			var refused error
			p.within(t, func(tx *sql.Tx) error {
				if _, err := tx.ExecContext(t.Context(), "INSERT INTO "+shop+" VALUES ("+id+")"); err != nil {
					return err
				}
				if refused = p.box.Add(t.Context(), tx, e); refused != nil {
					return errRollBack
				}
				return end
			})
			return refused
		}
		if err := order("1", used(1, 1), nil); err != nil {
			t.Fatal(err)
		}
		if err := order("2", used(2, 1), errRollBack); err != nil {
			t.Fatal(err)
		}
		var invalid event.Invalid
		if err := order("3", &event.Used{Meta: event.Meta{Source: "/shop/orders", Subject: subject(3), Time: time.Now()}}, nil); !errors.As(err, &invalid) {
			t.Errorf("Add of a wrong event: %v, want an event.Invalid", err)
		}
		run(t, p.relay(t, p.emitter(t, producer.Options{})))
		p.awaitEmpty(t)
		p.wantInOrder(t, map[int]int{1: 1})
		var n int
		if err := p.db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+shop).Scan(&n); err != nil || n != 1 {
			t.Errorf("%d orders (%v), want that of the committed transaction", n, err)
		}
	})
}

// Writers lock the person, add, dawdle and commit or roll back, so that numbers
// become visible in another order than they were given.
func TestOrderOfAPersonUnderConcurrentWriters(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		const persons, writers, each = 7, 8, 60
		people := p.Table + "_people"
		p.exec(t, "CREATE TABLE "+people+" (id INT PRIMARY KEY, events INT NOT NULL)")
		for person := range persons {
			p.exec(t, "INSERT INTO "+people+" VALUES ($1, 0)", person)
		}
		run(t, p.relay(t, p.emitter(t, producer.Options{})))
		var mu sync.Mutex
		var wg sync.WaitGroup
		want := map[int]int{}
		for range writers {
			wg.Go(func() {
				for range each {
					person, n := rand.IntN(persons), 1+rand.IntN(3)
					p.within(t, func(tx *sql.Tx) error { return p.serialised(t.Context(), tx, people, person, n, &mu, want) })
				}
			})
		}
		wg.Wait()
		p.awaitEmpty(t)
		maps.DeleteFunc(want, func(_, n int) bool { return n == 0 })
		if again := p.wantInOrder(t, want); again > 0 {
			t.Errorf("%d events came again, though nothing failed", again)
		}
	})
}

func (p *place) serialised(ctx context.Context, tx *sql.Tx, people string, person, n int, mu *sync.Mutex, want map[int]int) error {
	id := string(rune('0' + person))
	var had int
	if err := tx.QueryRowContext(ctx, "SELECT events FROM "+people+" WHERE id = "+id+" FOR UPDATE").Scan(&had); err != nil {
		return err
	}
	for i := range n {
		if err := p.box.Add(ctx, tx, used(person, had+i+1)); err != nil {
			return err
		}
	}
	time.Sleep(rand.N(5 * time.Millisecond))
	if rand.IntN(5) == 0 {
		return errRollBack
	}
	mu.Lock()
	want[person] = had + n // before the commit: the next of this person waits for it
	mu.Unlock()
	_, err := tx.ExecContext(ctx, "UPDATE "+people+" SET events = events + "+string(rune('0'+n))+" WHERE id = "+id)
	return err
}

// fill adds the events first to last of each person, and says how many there are then.
func (p *place) fill(t testing.TB, persons, first, last int) (want map[int]int) {
	t.Helper()
	want = map[int]int{}
	for i := first; i <= last; i++ {
		var es []event.Event
		for person := range persons {
			es = append(es, used(person, i))
			want[person] = i
		}
		p.add(t, es...)
	}
	return want
}

func TestKilledRelayLosesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		for where, again := range map[string]int{"before emit": 0, "amid emit": 50, "after emit": 100} {
			t.Run(where, func(t *testing.T) {
				p := newPlace(t, p.server, p.orders)
				want := p.fill(t, 10, 1, 100)
				first := p.orders
				first.Die, first.Round = where, 4
				v := first.start(t)
				if err := v.cmd.Wait(); v.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
					t.Fatalf("the relay ended by itself: %v\n%s", err, v.say.String())
				}
				if got := p.rows(t); got != 700 {
					t.Fatalf("%d rows after three rounds of 100, want 700 of 1,000", got)
				}
				p.start(t)
				p.awaitEmpty(t)
				if got := p.wantInOrder(t, want); got != again {
					t.Errorf("%d events came again, want %d", got, again)
				}
			})
		}
	})
}

// Relays are killed at any moment while the service goes on writing.
func TestRelaysKilledAtRandom(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		p.fill(t, 20, 1, 200)
		filled := make(chan map[int]int)
		go func() { filled <- p.fill(t, 20, 201, 400) }()
		const kills = 8
		for range kills {
			v, had := p.start(t), p.records(t)
			eventually(t, "a relay at work", func() bool { return p.records(t) > had })
			time.Sleep(rand.N(30 * time.Millisecond))
			v.kill()
		}
		want := <-filled
		p.start(t)
		p.awaitEmpty(t)
		again := p.wantInOrder(t, want)
		t.Logf("%d relays killed, %d events came again", kills, again)
	})
}

func TestDatabaseIsKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		want := p.fill(t, 20, 1, 100)
		r := p.relay(t, p.emitter(t, producer.Options{}))
		var mu sync.Mutex
		var errs []error
		r.OnError = func(err error) { mu.Lock(); errs = append(errs, err); mu.Unlock() }
		run(t, r)
		eventually(t, "some rounds", func() bool { return r.Stats().Emitted >= 300 })
		p.server.Kill(t)
		eventually(t, "an error", func() bool { mu.Lock(); defer mu.Unlock(); return len(errs) > 0 })
		p.server.Start(t)
		p.awaitEmpty(t)
		again := p.wantInOrder(t, want)
		t.Logf("%d events came again; first error: %v", again, errs[0])
	})
}

// One relay works. When its connection ends, or it does, the other takes over.
func TestTwoRelays(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		a, b := p.relay(t, p.emitter(t, producer.Options{})), p.relay(t, p.emitter(t, producer.Options{}))
		stopA := run(t, a)
		p.fill(t, 5, 1, 1)
		p.awaitEmpty(t)
		run(t, b)
		want := map[int]int{}
		for i := 2; i <= 200; i++ {
			for person := range 5 {
				want[person] = i
				p.add(t, used(person, i))
			}
			if i == 100 {
				if got := b.Stats().Emitted; got != 0 {
					t.Errorf("the second relay emitted %d events beside the first", got)
				}
				stopA()
			}
		}
		p.awaitEmpty(t)
		if again := p.wantInOrder(t, want); again != 0 {
			t.Errorf("%d events came again at a clean hand-over", again)
		}
		if a.Stats().Emitted == 0 || b.Stats().Emitted == 0 {
			t.Errorf("the relays emitted %d and %d events, want both some", a.Stats().Emitted, b.Stats().Emitted)
		}
	})
}

// A relay that stops forgets what Kafka has acknowledged, so it comes once.
func TestStopForgetsWhatWasAcknowledged(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		p.fill(t, 5, 1, 10)
		ctx, stop := context.WithCancel(t.Context())
		r := p.relay(t, emitterFunc(func(ctx context.Context, ms ...event.Message) error {
			defer stop()
			return p.emitter(t, producer.Options{}).EmitMessages(ctx, ms...)
		}))
		if err := r.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if got := p.rows(t); got != 0 {
			t.Errorf("%d rows are left, want none", got)
		}
	})
}

// What a service has not committed yet keeps the relay from nothing.
func TestOpenTransactionHoldsUpNobody(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		tx, err := p.db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback() //nolint:errcheck // committed below
		p.fill(t, 5, 1, 10)
		if err := p.box.Add(t.Context(), tx, used(7, 1)); err != nil {
			t.Fatal(err)
		}
		for i := 11; i <= 20; i++ {
			p.add(t, used(0, i))
		}
		r := p.relay(t, p.emitter(t, producer.Options{}))
		run(t, r)
		eventually(t, "60 events", func() bool { return r.Stats().Emitted == 60 })
		p.awaitEmpty(t)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		p.awaitEmpty(t)
		p.wantInOrder(t, map[int]int{0: 20, 1: 10, 2: 10, 3: 10, 4: 10, 7: 1})
	})
}

// A relay that sleeps over the loss of its lock repeats what another has emitted
// meanwhile, and does no other harm.
func TestRelayThatLostItsLockOnlyRepeats(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		p.fill(t, 5, 1, 20)
		e := p.emitter(t, producer.Options{})
		asleep, awake := make(chan struct{}), make(chan struct{})
		wake := sync.OnceFunc(func() { close(awake) })
		sleeper := p.relay(t, emitterFunc(func(ctx context.Context, ms ...event.Message) error {
			close(asleep)
			<-awake
			return e.EmitMessages(ctx, ms...)
		}))
		run(t, sleeper)
		t.Cleanup(wake) // whatever fails: the sleeper ends
		<-asleep
		p.server.Kill(t)
		p.server.Start(t)
		run(t, p.relay(t, e))
		p.awaitEmpty(t)
		want := p.fill(t, 5, 21, 30)
		p.awaitEmpty(t)
		wake()
		eventually(t, "the sleeper's round", func() bool { return sleeper.Stats().Emitted == 100 })
		if again := p.wantInOrder(t, want); again != 100 {
			t.Errorf("%d events came again, want the sleeper's 100", again)
		}
	})
}
