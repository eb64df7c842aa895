package producer_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A broker is a Kafka whose answers to produce requests a test can spoil.
type broker struct {
	t       testing.TB
	cluster *kfake.Cluster
	addrs   []string
	read    *stream.Client
}

func startBroker(t testing.TB, partitions int, more ...kfake.Opt) *broker {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(int32(partitions), producer.Topic)}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return &broker{t, cluster, cluster.ListenAddrs(), stream.New(stream.Config{Brokers: cluster.ListenAddrs()})}
}

// producer returns one that does not check what it is given, and closes it.
func (b *broker) producer(o producer.Options) *producer.Producer {
	b.t.Helper()
	o.Unchecked = true
	o.MinBackoff = time.Millisecond
	p, err := producer.New(b.addrs, o)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = p.Close(context.Background()) })
	return p
}

// logged is the values of every partition, in order.
func (b *broker) logged() [][]string { return b.loggedIn(producer.Topic) }

func (b *broker) loggedIn(topic string) [][]string {
	b.t.Helper()
	ranges, err := b.read.Ranges(b.t.Context(), topic)
	if err != nil {
		b.t.Fatal(err)
	}
	var all [][]string
	for _, r := range ranges {
		var values []string
		for next := r.First; next < r.End; {
			batch, err := b.read.Read(b.t.Context(), topic, r.Partition, next)
			if err != nil {
				b.t.Fatal(err)
			}
			for _, rec := range batch.Records {
				values = append(values, string(rec.Value))
			}
			next = batch.Next
		}
		all = append(all, values)
	}
	return all
}

// messages are the first partition's.
func (b *broker) messages() []event.Message {
	b.t.Helper()
	var ms []event.Message
	for next := int64(0); ; {
		ranges, err := b.read.Ranges(b.t.Context(), producer.Topic)
		if err != nil {
			b.t.Fatal(err)
		}
		if next >= ranges[0].End {
			return ms
		}
		batch, err := b.read.Read(b.t.Context(), producer.Topic, 0, next)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, rec := range batch.Records {
			ms = append(ms, rec.Message)
		}
		next = batch.Next
	}
}

// spoil answers the next n produce requests in the partition's stead.
func (b *broker) spoil(n int, answer func(*kmsg.ProduceRequest) (kmsg.Response, error, bool)) {
	var done atomic.Int32
	b.cluster.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) {
		b.cluster.KeepControl()
		if int(done.Add(1)) > n {
			return nil, nil, false
		}
		return answer(req.(*kmsg.ProduceRequest))
	})
}

// failing answers with an error of Kafka.
func failing(e *kerr.Error) func(*kmsg.ProduceRequest) (kmsg.Response, error, bool) {
	return func(req *kmsg.ProduceRequest) (kmsg.Response, error, bool) {
		res := req.ResponseKind().(*kmsg.ProduceResponse)
		for _, t := range req.Topics {
			topic := kmsg.NewProduceResponseTopic()
			topic.Topic, topic.TopicID = t.Topic, t.TopicID
			for _, p := range t.Partitions {
				partition := kmsg.NewProduceResponseTopicPartition()
				partition.Partition, partition.ErrorCode = p.Partition, e.Code
				topic.Partitions = append(topic.Partitions, partition)
			}
			res.Topics = append(res.Topics, topic)
		}
		return res, nil, true
	}
}

// hangingUp closes the connection instead of an answer.
func hangingUp(*kmsg.ProduceRequest) (kmsg.Response, error, bool) { return nil, io.EOF, true }

// message is one whose value says whose it is and which.
func message(subject string, n int) event.Message {
	return event.Message{
		Key:     []byte(subject),
		Value:   fmt.Appendf(nil, "%s %d", subject, n),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
	}
}

func messages(subjects, each int) (ms []event.Message) {
	for n := range each {
		for s := range subjects {
			ms = append(ms, message(fmt.Sprintf("tmall:%d", s), n))
		}
	}
	return ms
}

// wantInOrder fails unless every message is there, first seen in its subject's order.
func wantInOrder(t *testing.T, logged [][]string, subjects, each int) {
	t.Helper()
	next := make(map[string]int)
	for _, values := range logged {
		seen := make(map[string]bool)
		for _, v := range values {
			var subject string
			var n int
			if _, err := fmt.Sscan(v, &subject, &n); err != nil {
				t.Fatal(err)
			}
			if !seen[v] && n != next[subject] {
				t.Fatalf("%s: event %d comes first where %d is due", subject, n, next[subject])
			}
			if !seen[v] {
				next[subject]++
			}
			seen[v] = true
		}
	}
	for s := range subjects {
		if got := next[fmt.Sprintf("tmall:%d", s)]; got != each {
			t.Errorf("subject %d: %d events logged, want %d", s, got, each)
		}
	}
}

func count(logged [][]string) int {
	n := 0
	for _, values := range logged {
		n += len(values)
	}
	return n
}

func sorted(logged [][]string) []string {
	all := slices.Concat(logged...)
	slices.Sort(all)
	return all
}
