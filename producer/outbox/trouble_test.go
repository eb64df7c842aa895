//go:build outbox

package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/producertest"
	"github.com/datacustody/custody/schemas/event"
)

type emitterFunc func(context.Context, ...event.Message) error

func (f emitterFunc) EmitMessages(ctx context.Context, ms ...event.Message) error {
	return f(ctx, ms...)
}

func TestKafkaIsAwayForAWhile(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		dir := t.TempDir()
		k, err := embedded.StartKafka(t.Context(), dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		p.Brokers = []string{k.Addr()}
		p.kafka = stream.New(stream.Config{Brokers: p.Brokers})
		t.Cleanup(p.kafka.Close)
		if _, err := p.kafka.EnsureTopic(t.Context(), stream.Topic{Name: p.Topic, Partitions: 4, Replication: 1}); err != nil {
			t.Fatal(err)
		}
		var port int
		if _, err := fmt.Sscanf(k.Addr(), "127.0.0.1:%d", &port); err != nil {
			t.Fatal(err)
		}
		want := p.fill(t, 10, 1, 60)
		r := p.relay(t, p.emitter(t, producer.Options{DeliveryTimeout: 300 * time.Millisecond}))
		run(t, r)
		eventually(t, "some events", func() bool { return r.Stats().Emitted > 0 })
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		for person := range 10 {
			p.add(t, used(person, 61))
			want[person] = 61
		}
		eventually(t, "events that are tried again", func() bool { return r.Stats().Retried > 0 })
		if k, err = embedded.StartKafka(t.Context(), dir, port); err != nil {
			t.Fatal(err)
		}
		defer k.Close() //nolint:errcheck // nothing hangs on it
		p.awaitEmpty(t)
		p.wantInOrder(t, want)
	})
}

// An event that can never be sent is parked, visibly; those behind it go on.
func TestParkedEventsHoldUpNobody(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		const phone = "13812345678"
		p.add(t, used(1, 1))
		p.exec(t, "INSERT INTO "+p.Table+" (subject, source, event_id, content_type, value) VALUES ($1, '/shop/orders', 'x', $2, $3)",
			string(subject(1)), "application/cloudevents+json", []byte(`{"specversion":"1.0","id":"`+phone+`"}`))
		p.add(t, used(1, 2), used(2, 1))
		r := p.relay(t, p.emitter(t, producer.Options{}))
		said := make(chan error, 10)
		r.OnError = func(err error) { said <- err }
		run(t, r)
		eventually(t, "one row left", func() bool { return p.rows(t) == 1 })
		p.wantInOrder(t, map[int]int{1: 2, 2: 1})
		eventually(t, "a parked event", func() bool { return r.Stats().Parked == 1 })
		l, err := p.box.Backlog(t.Context(), p.db)
		if err != nil || l.Parked != 1 || l.Pending != 0 {
			t.Errorf("Backlog = %+v, %v, want one parked and none pending", l, err)
		}
		var reason string
		if err := p.db.QueryRowContext(t.Context(), "SELECT reason FROM "+p.Table).Scan(&reason); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(reason, "personal-value") || strings.Contains(reason, phone) {
			t.Errorf("reason = %q, want the rule and no value", reason)
		}
		if err := <-said; !strings.Contains(err.Error(), "is parked: personal-value") || strings.Contains(err.Error(), phone) {
			t.Errorf("OnError was told %v, want what is parked and no value", err)
		}
		p.exec(t, "UPDATE "+p.Table+" SET parked_at = NULL")
		eventually(t, "another try", func() bool { return r.Stats().Parked == 2 })
	})
}

func TestWhatIsParkedAndWhatIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		failure error
		parked  bool
	}{
		"too large for the topic":  {fmt.Errorf("%w: %w", producer.ErrRefused, kafka.MessageSizeTooLarge), true},
		"rejected by the contract": {&event.Rejection{Reason: event.ReasonUnknownTerm}, true},
		"Kafka does not know us":   {fmt.Errorf("%w: %w", producer.ErrRefused, kafka.SASLAuthenticationFailed), false},
		"we may not write":         {fmt.Errorf("%w: %w", producer.ErrRefused, kafka.TopicAuthorizationFailed), false},
		"not acknowledged":         {producer.ErrUnacknowledged, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := onPostgres(t)
			p.add(t, used(1, 1), used(2, 1))
			var rounds atomic.Int64
			r := p.relay(t, emitterFunc(func(context.Context, ...event.Message) error {
				rounds.Add(1)
				return &producer.BatchError{Failed: map[int]error{0: c.failure}} // the second is acknowledged
			}))
			stop := run(t, r)
			eventually(t, "a round", func() bool { return rounds.Load() > 0 && p.rows(t) == 1 })
			if !c.parked {
				eventually(t, "further rounds", func() bool { return rounds.Load() > 3 })
			}
			stop()
			l, err := p.box.Backlog(t.Context(), p.db)
			if err != nil || (l.Parked == 1) != c.parked || (l.Pending == 1) == c.parked {
				t.Errorf("Backlog = %+v, %v, want parked %v", l, err, c.parked)
			}
		})
	}
}

func TestBacklogMoves(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		empty, err := p.box.Backlog(t.Context(), p.db)
		if err != nil || empty.Pending != 0 || empty.Oldest != 0 {
			t.Errorf("Backlog of an empty box = %+v, %v, want nothing", empty, err)
		}
		p.fill(t, 3, 1, 1)
		first, err := p.box.Backlog(t.Context(), p.db)
		if err != nil || first.Pending != 3 {
			t.Errorf("Backlog = %+v, %v, want 3 pending", first, err)
		}
		var later = first
		eventually(t, "the oldest to grow older", func() bool {
			later, err = p.box.Backlog(t.Context(), p.db)
			return err == nil && later.Oldest > first.Oldest
		})
		if later.Oldest > time.Hour {
			t.Errorf("the oldest event has waited for %v: two clocks, or two time zones", later.Oldest)
		}
		r := p.relay(t, p.emitter(t, producer.Options{}))
		run(t, r)
		p.awaitEmpty(t)
		if last, err := p.box.Backlog(t.Context(), p.db); err != nil || last != empty {
			t.Errorf("Backlog of an emptied box = %+v, %v, want %+v", last, err, empty)
		}
		eventually(t, "the counter", func() bool { return r.Stats().Emitted == 3 })
	})
}

func TestClosedProducerEndsTheRelay(t *testing.T) {
	p := onPostgres(t)
	p.add(t, used(1, 1))
	var r producertest.Recorder
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.relay(t, &r).Run(t.Context()); !errors.Is(err, producer.ErrClosed) {
		t.Errorf("Run = %v, want ErrClosed", err)
	}
	if got := p.rows(t); got != 1 {
		t.Errorf("%d rows, want the event kept", got)
	}
}
