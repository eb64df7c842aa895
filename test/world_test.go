package e2e_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A world is a topic, its dead letters and a consumer group of one test. Worlds
// share the servers, and the log: the topic's name keeps them apart.
type world struct {
	orders
	kafka  *stream.Client
	server *testkit.Server
}

func newWorld(t *testing.T, name string, partitions int) *world {
	t.Helper()
	w := newWorldOn(t, name, testkit.Kafka(t))
	w.createTopics(t, partitions, testkit.Replication())
	if err := w.kafka.InitGroup(t.Context(), w.Group, w.Topic); err != nil {
		t.Fatal(err)
	}
	return w
}

// newWorldOn is one of brokers that need not be there yet.
func newWorldOn(t *testing.T, name string, brokers []string) *world {
	t.Helper()
	return newWorldIn(t, name, brokers, testkit.ClickHouse(t))
}

// newWorldIn is one that logs into a server.
func newWorldIn(t *testing.T, name string, brokers []string, server *testkit.Server) *world {
	t.Helper()
	w := &world{server: server}
	w.orders = orders{
		Brokers: brokers, Topic: testkit.Unique(name), Cluster: "e2e",
		Age: 200 * time.Millisecond, Lease: 5 * time.Second, Session: 6 * time.Second,
	}
	w.Store.Addr, w.Store.User, w.Store.Password = w.server.Addr, "writer", w.server.Passwords["writer"]
	w.Letters, w.Group = w.Topic+"-letters", w.Topic+"-group"
	w.kafka = stream.New(stream.Config{Brokers: w.Brokers})
	t.Cleanup(w.kafka.Close)
	return w
}

func (w *world) createTopics(t *testing.T, partitions, replication int) {
	t.Helper()
	for topic, n := range map[string]int{w.Topic: partitions, w.Letters: 1} {
		if _, err := w.kafka.EnsureTopic(t.Context(), stream.Topic{Name: topic, Partitions: n, Replication: replication}); err != nil {
			t.Fatal(err)
		}
	}
}

// consume runs a consumer until it is stopped, or the test ends.
func (w *world) consume(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// emitter returns a producer that sends what it is given, be it right or wrong.
func (w *world) emitter(t *testing.T) *producer.Producer {
	t.Helper()
	p, err := producer.New(w.Brokers, producer.Options{Topic: w.Topic, Unchecked: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (w *world) send(t *testing.T, p *producer.Producer, ms []event.Message) {
	t.Helper()
	for len(ms) > 0 {
		n := min(len(ms), 5000)
		if err := p.EmitMessages(t.Context(), ms[:n]...); err != nil {
			t.Fatal(err)
		}
		ms = ms[n:]
	}
}

// each gives every record of a topic up to its present end, partition by
// partition, in the order of their offsets.
func (w *world) each(t *testing.T, topic string, do func(partition int32, r *stream.Record)) {
	t.Helper()
	ranges, err := w.kafka.Ranges(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range ranges {
		for at := r.First; at < r.End; {
			b, err := w.kafka.Read(t.Context(), topic, r.Partition, at)
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.Records {
				do(r.Partition, &b.Records[i])
			}
			at = b.Next
		}
	}
}

// eventually waits for what must come; the deadline only ends a test that has failed.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(4 * time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after four minutes", what)
		}
	}
}
