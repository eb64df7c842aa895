package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func TestCovered(t *testing.T) {
	end := func(cluster, topic string, epoch uint32, id int32, next int64) store.End {
		return store.End{Partition: ledger.Partition{Cluster: cluster, Topic: topic, Epoch: epoch, ID: id}, Next: next}
	}
	holed := func(e store.End) store.End { e.Hole, e.Lost = true, 2; return e }
	events := stream.EventsTopic
	asked := question{cluster: "kafka", ranges: []stream.Range{{Partition: 0, End: 10}, {Partition: 1, First: 5, End: 20}}, behind: []int64{10, 20}}
	for name, c := range map[string]struct {
		ends []store.End
		want string // of each partition: where it is, how far of what, and what lacks
	}{
		"an empty log":           {nil, "kafka/0/0 0 of 10, 10; kafka/0/1 0 of 20, 20"},
		"all logged":             {[]store.End{end("kafka", events, 0, 0, 10), end("kafka", events, 0, 1, 20)}, "kafka/0/0 10 of 10, 0; kafka/0/1 20 of 20, 0"},
		"more than was asked":    {[]store.End{end("kafka", events, 0, 0, 11), end("kafka", events, 0, 1, 30)}, "kafka/0/0 11 of 10, 0; kafka/0/1 30 of 20, 0"},
		"a hole in one":          {[]store.End{holed(end("kafka", events, 0, 0, 10)), end("kafka", events, 0, 1, 20)}, "kafka/0/0 10 of 10, 0 and a hole, 2 lost; kafka/0/1 20 of 20, 0"},
		"one behind":             {[]store.End{end("kafka", events, 0, 0, 7), end("kafka", events, 0, 1, 20)}, "kafka/0/0 7 of 10, 3; kafka/0/1 20 of 20, 0"},
		"behind what has gone":   {[]store.End{end("kafka", events, 0, 0, 10), end("kafka", events, 0, 1, 2)}, "kafka/0/0 10 of 10, 0; kafka/0/1 2 of 20, 18"},
		"another cluster":        {[]store.End{end("kafka", events, 0, 1, 20), end("west", events, 0, 0, 10)}, "kafka/0/1 20 of 20, 0; west/0/0 10 of -1, 0; kafka/0/0 0 of 10, 10"},
		"another topic":          {[]store.End{end("kafka", events, 0, 1, 20), end("kafka", "x", 0, 0, 10)}, "kafka/0/1 20 of 20, 0; kafka/0/0 10 of -1, 0; kafka/0/0 0 of 10, 10"},
		"the newest epoch rules": {[]store.End{end("kafka", events, 0, 0, 100), end("kafka", events, 1, 0, 4), end("kafka", events, 0, 1, 20)}, "kafka/0/0 100 of -1, 0; kafka/1/0 4 of 10, 6; kafka/0/1 20 of 20, 0"},
	} {
		var said []string
		for _, p := range asked.covered(c.ends) {
			end := int64(-1)
			if p.End != nil {
				end = *p.End
			}
			word := fmt.Sprintf("%s/%d/%d %d of %d, %d", p.Cluster, p.Epoch, p.Partition, p.Logged, end, p.Missing)
			if p.Hole {
				word += fmt.Sprintf(" and a hole, %d lost", p.Lost)
			}
			said = append(said, word)
		}
		if got := strings.Join(said, "; "); got != c.want {
			t.Errorf("covered, %s = %s, want %s", name, got, c.want)
		}
	}
}

// Consumers that were away for longer than Kafka keeps records: it holds nothing
// that they lack, and still the log lacks it.
func TestExpiredUnreadIsMissing(t *testing.T) {
	q := question{cluster: "kafka", ranges: []stream.Range{{First: 1000, End: 1000}}, behind: []int64{1000}}
	ends := []store.End{{Partition: ledger.Partition{Cluster: "kafka", Topic: stream.EventsTopic}, Next: 900}}
	if got := q.covered(ends)[0]; got.Missing != 100 || got.Lost != 0 {
		t.Errorf("covered = %d missing, %d lost, want 100 missing until a writer says that they are lost", got.Missing, got.Lost)
	}
}

// What Kafka keeps between records is not waited for: the marker that ends a transaction.
func TestMarkersAreNotMissing(t *testing.T) {
	broker, err := embedded.StartKafka(t.Context(), t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer broker.Close()
	client := stream.New(stream.Config{Brokers: []string{broker.Addr()}})
	defer client.Close()
	if _, err := client.EnsureTopic(t.Context(), stream.Topic{Name: stream.EventsTopic, Partitions: 1, Replication: 1}); err != nil {
		t.Fatal(err)
	}
	tx, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()), kgo.TransactionalID("tx"), kgo.DefaultProduceTopic(stream.EventsTopic))
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Close()
	if err := tx.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := tx.ProduceSync(t.Context(), kgo.StringRecord("x")).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.EndTransaction(t.Context(), kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	for next, want := range map[int64]int64{2: 2, 3: 0} { // of 3 records and the marker
		ranges, err := client.Ranges(t.Context(), stream.EventsTopic)
		if err != nil || ranges[0].End != 4 {
			t.Fatalf("Ranges = %v, %v, want an end of 4", ranges, err)
		}
		q, err := ask(t.Context(), client, "kafka")
		if err != nil {
			t.Fatal(err)
		}
		ends := []store.End{{Partition: ledger.Partition{Cluster: "kafka", Topic: stream.EventsTopic}, Next: next}}
		q.trim(t.Context(), ends, time.Now().Add(time.Minute))
		if got := q.covered(ends)[0]; got.Missing != want || *got.End != 4 {
			t.Errorf("behind %d: %d missing of %d, want %d of 4", next, got.Missing, *got.End, want)
		}
	}
}

// What cannot be read is missing, in every partition, and fails no look-up.
func TestWhatCannotBeReadIsMissing(t *testing.T) {
	client := stream.New(stream.Config{Brokers: []string{"127.0.0.1:1"}}) // nobody is there
	defer client.Close()
	q := question{cluster: "kafka", kafka: client, ranges: []stream.Range{{Partition: 0, End: 4}, {Partition: 1, End: 7}}, behind: []int64{4, 7}, record: []int64{-1, -1}}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	q.trim(ctx, nil, time.Now())
	if ctx.Err() != nil {
		t.Error("trim read on when patience and its grace had ended")
	}
	var missing []int64
	for _, p := range q.covered(nil) {
		missing = append(missing, p.Missing)
	}
	if want := []int64{4, 7}; !slices.Equal(missing, want) {
		t.Errorf("missing = %d, want %d", missing, want)
	}
}
