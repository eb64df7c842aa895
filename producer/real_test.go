package producer_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/producer"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// keptBroker is a Kafka that writes to disk: embedded, or the real one that the
// environment names; with a topic of its own.
func keptBroker(t testing.TB, partitions int) (b *broker, topic string) {
	t.Helper()
	addrs := testkit.Kafka(t)
	b = &broker{t: t, addrs: addrs, read: stream.New(stream.Config{Brokers: addrs})}
	topic = fmt.Sprintf("producer-test-%d", time.Now().UnixNano())
	if _, err := b.read.EnsureTopic(t.Context(), stream.Topic{Name: topic, Partitions: partitions, Replication: testkit.Replication()}); err != nil {
		t.Fatal(err)
	}
	return b, topic
}

func TestManyCallersOnKeptKafka(t *testing.T) {
	b, topic := keptBroker(t, 8)
	p := b.producer(producer.Options{Topic: topic, BatchBytes: 20000})
	const callers, subjects, each = 8, 25, 40
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() { // all send the same: the log would keep one of each
			if err := p.EmitMessages(t.Context(), messages(subjects, each)...); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	logged := b.loggedIn(topic)
	wantInOrder(t, logged, subjects, each)
	if got, want := count(logged), callers*subjects*each; got != want {
		t.Errorf("%d events logged, want %d", got, want)
	}
}

// Throughput with acknowledgement by a Kafka that writes to disk.
func BenchmarkKept(b *testing.B) {
	for _, size := range []int{1, 100, 10000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			k, topic := keptBroker(b, 16)
			p, ms := k.producer(producer.Options{Topic: topic}), load(size)
			b.ReportAllocs()
			for b.Loop() {
				if err := p.EmitMessages(b.Context(), ms...); err != nil {
					b.Fatal(err)
				}
			}
			perSecond(b, size)
		})
	}
	b.Run("64-callers", func(b *testing.B) {
		k, topic := keptBroker(b, 16)
		p, ms := k.producer(producer.Options{Topic: topic}), load(1000)
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				if err := p.EmitMessages(b.Context(), ms[i%1000]); err != nil {
					b.Error(err)
				}
			}
		})
		perSecond(b, 1)
	})
}
