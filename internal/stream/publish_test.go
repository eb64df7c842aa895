package stream_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// What is published stands in the partition of its key, as Java places it, in
// order, with its headers; as much of it as one likes at once.
func TestPublishedMessagesArePlacedByTheirKey(t *testing.T) {
	const partitions, messages = 7, 600
	k := keptTopic(t, partitions, nil)
	all := make([]event.Message, messages)
	for i := range all {
		all[i] = event.Message{
			Key: fmt.Append(nil, "key-", i%40), Value: append(fmt.Append(nil, i, " "), bytes.Repeat([]byte("x"), 4<<10)...), // 2.4 MB, more than one request may hold
			Headers: []event.Header{header("content-type", "application/cloudevents+json")},
		}
	}
	p := k.client.Publisher(k.topic)
	if err := p.Publish(t.Context(), nil); err != nil {
		t.Errorf("Publish of nothing = %v", err)
	}
	if err := p.Publish(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	c := k.kgo(kgo.ConsumeTopics(k.topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	latest, n := map[string]int{}, 0
	for n < messages {
		fetches := c.PollFetches(t.Context())
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			var number int
			if _, err := fmt.Sscan(string(r.Value), &number); err != nil {
				t.Fatal(err)
			}
			if want := event.Partition(r.Key, partitions); int(r.Partition) != want {
				t.Errorf("%s is in partition %d, want %d", r.Key, r.Partition, want)
			}
			if before, ok := latest[string(r.Key)]; ok && number != before+40 {
				t.Errorf("after message %d of %s comes %d, want %d", before, r.Key, number, before+40)
			}
			if len(r.Headers) != 1 || r.Headers[0].Key != "content-type" {
				t.Errorf("headers = %v, want those of the message", r.Headers)
			}
			latest[string(r.Key)] = number
			n++
		})
	}
	if n != messages {
		t.Errorf("%d records, want %d", n, messages)
	}
}

// A topic that is not there is an error, and names itself.
func TestPublishingIntoNoTopic(t *testing.T) {
	k := keptTopic(t, 1, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := k.client.Publisher("nowhere").Publish(ctx, []event.Message{{Key: []byte("k"), Value: []byte("v")}})
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("Publish = %v, want an error that names the topic", err)
	}
}

// What is sent again after a refusal that passes is the whole of it: keys, values and
// headers, as a message of its own, in a batch, and as a dead letter.
func TestWhatIsSentAgainIsWhole(t *testing.T) {
	m := event.Message{Key: []byte("k"), Value: []byte("the value"), Headers: []event.Header{header("content-type", "t")}}
	for name, c := range map[string]struct {
		send func(context.Context, *stream.Client) error
		key  string
	}{
		"Publish": {func(ctx context.Context, c *stream.Client) error {
			return c.Publisher("t").Publish(ctx, []event.Message{m})
		}, "k"},
		"Send": {func(ctx context.Context, c *stream.Client) error { return c.Send(ctx, "t", m) }, "k"},
		"a dead letter": {func(ctx context.Context, c *stream.Client) error {
			return c.DeadLetters("t").Publish(ctx, []stream.Letter{{ID: ledger.Identity{Partition: ledger.Partition{Cluster: "c", Topic: "t"}}, Message: m}})
		}, "c/t/0/0/0"},
	} {
		t.Run(name, func(t *testing.T) {
			k, client := broker(t, 1)
			notLeading(k, 2)
			if err := c.send(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			got := readTopic(t, client, "t", 0, 1)[0]
			if string(got.Key) != c.key || string(got.Value) != "the value" || headersOf(got.Message)["content-type"] != "t" {
				t.Errorf("record = %q %q %v, want key %q and the whole message", got.Key, got.Value, headersOf(got.Message), c.key)
			}
		})
	}
}

// notLeading makes the brokers refuse so many produce requests, as those do that lead no longer.
func notLeading(c *kfake.Cluster, times int) {
	c.ControlKey(int16(kmsg.Produce), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if times == 0 {
			return nil, nil, false
		}
		times--
		answer := r.ResponseKind().(*kmsg.ProduceResponse)
		topic, partition := kmsg.NewProduceResponseTopic(), kmsg.NewProduceResponseTopicPartition()
		partition.ErrorCode = kerr.NotLeaderForPartition.Code
		topic.Topic, topic.Partitions = "t", append(topic.Partitions, partition)
		answer.Topics = append(answer.Topics, topic)
		return answer, nil, true
	})
}
