//go:build kafka

package e2e_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/testkit/apache"
	"github.com/datacustody/custody/producer"
)

// startBrokers starts an Apache Kafka of the test's own, to be ill-treated.
func startBrokers(t *testing.T, o apache.Options) *apache.Cluster {
	t.Helper()
	o.Version = os.Getenv(apache.Version)
	c, err := apache.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// A consumer that is there before its broker waits for it, for its topic and for
// the coordinator of its group, and ends of none of them.
func TestAConsumerIsThereBeforeItsBroker(t *testing.T) {
	c := startBrokers(t, apache.Options{})
	if err := c.Stop(0); err != nil { // no group was ever there
		t.Fatal(err)
	}
	w := newWorldOn(t, "before", c.Addrs())
	w.consume(t)
	if err := c.Restart(0); err != nil {
		t.Fatal(err)
	}
	w.createTopics(t, 2, 1)
	if err := w.kafka.InitGroup(t.Context(), w.Group+"-other", w.Topic); err != nil { // the first use of groups
		t.Error(err)
	}
	sent := map[string][]string{}
	s := simulate.New(simulate.Options{Seed: 5, Start: yesterday(), Events: 1000, Subjects: 50})
	w.send(t, w.emitter(t), next(t, s, 1000, sent))
	w.await(t, 1000)
	w.intact(t)
	w.inOrder(t, sent)
}

// While a producer emits and writers log, each broker in turn is stopped, and
// one is killed. Nothing is lost, nothing is logged twice, nothing changes its order.
func TestBrokersRestart(t *testing.T) {
	for name, brokers := range map[string]int{"one": 1, "three": 3} {
		t.Run(name, func(t *testing.T) {
			c := startBrokers(t, apache.Options{Brokers: brokers})
			w := newWorldOn(t, "restart", c.Addrs())
			w.createTopics(t, 4, c.Replication())
			if err := w.kafka.InitGroup(t.Context(), w.Group, w.Topic); err != nil {
				t.Fatal(err)
			}
			w.consume(t)
			w.consume(t)
			over := make(chan struct{})
			sent := make(chan map[string][]string, 1)
			go func() { sent <- w.emitUntil(t, over) }()
			for i := range brokers {
				w.restart(t, c, i, c.Stop)
			}
			w.restart(t, c, 0, c.Kill)
			close(over)
			ids := <-sent
			w.awaitAll(t)
			w.intact(t)
			w.inOrder(t, ids)
			for what, n := range w.counts(t) {
				if what != simulate.Accepted && what != simulate.Duplicate { // an answer that was lost
					t.Errorf("%d events are %s", n, what)
				}
			}
		})
	}
}

// restart takes broker i away and back, and waits until events are logged again
// and another may go.
func (w *world) restart(t *testing.T, c *apache.Cluster, i int, away func(int) error) {
	t.Helper()
	if err := away(i); err != nil {
		t.Fatal(err)
	}
	if err := c.Restart(i); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := c.Whole(ctx); err != nil {
		t.Fatal(err)
	}
	w.await(t, w.logged()+500)
}

// emitUntil emits a little at a time; every event is acknowledged in the end.
func (w *world) emitUntil(t *testing.T, over <-chan struct{}) (sent map[string][]string) {
	p, err := producer.New(w.Brokers, producer.Options{Topic: w.Topic, DeliveryTimeout: 10 * time.Minute})
	if err != nil {
		t.Error(err)
		return nil
	}
	defer p.Close(context.Background())
	const enough = 1_000_000
	s := simulate.New(simulate.Options{Seed: 6, Start: yesterday(), Events: enough, Subjects: 200})
	sent = map[string][]string{}
	for n := 0; n < enough; n += 50 {
		if err := p.EmitMessages(t.Context(), next(t, s, 50, sent)...); err != nil {
			t.Error(err)
			return sent
		}
		select {
		case <-over:
			return sent
		case <-time.After(50 * time.Millisecond):
		}
	}
	return sent
}

// awaitAll waits until the log has as many rows as Kafka has records.
func (w *world) awaitAll(t *testing.T) {
	t.Helper()
	ranges, err := w.kafka.Ranges(t.Context(), w.Topic)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range ranges {
		n += int(r.End - r.First)
	}
	t.Logf("%d records", n)
	w.await(t, n)
}
