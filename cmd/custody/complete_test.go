package main

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func TestMissing(t *testing.T) {
	end := func(cluster, topic string, epoch uint32, id int32, next int64) store.End {
		return store.End{Partition: ledger.Partition{Cluster: cluster, Topic: topic, Epoch: epoch, ID: id}, Next: next}
	}
	holed := func(e store.End) store.End { e.Hole = true; return e }
	events := stream.EventsTopic
	asked := question{cluster: "kafka", ranges: []stream.Range{{Partition: 0, End: 10}, {Partition: 1, First: 5, End: 20}}}
	for name, c := range map[string]struct {
		ends []store.End
		want int64
	}{
		"an empty log":           {nil, 25},
		"all logged":             {[]store.End{end("kafka", events, 0, 0, 10), end("kafka", events, 0, 1, 20)}, 0},
		"more than was asked":    {[]store.End{end("kafka", events, 0, 0, 11), end("kafka", events, 0, 1, 30)}, 0},
		"a hole in one":          {[]store.End{holed(end("kafka", events, 0, 0, 10)), end("kafka", events, 0, 1, 20)}, 1},
		"one behind":             {[]store.End{end("kafka", events, 0, 0, 7), end("kafka", events, 0, 1, 20)}, 3},
		"behind what has gone":   {[]store.End{end("kafka", events, 0, 0, 10), end("kafka", events, 0, 1, 2)}, 15},
		"another cluster":        {[]store.End{end("west", events, 0, 0, 10), end("kafka", events, 0, 1, 20)}, 10},
		"another topic":          {[]store.End{end("kafka", "x", 0, 0, 10), end("kafka", events, 0, 1, 20)}, 10},
		"the newest epoch rules": {[]store.End{end("kafka", events, 0, 0, 100), end("kafka", events, 1, 0, 4), end("kafka", events, 0, 1, 20)}, 6},
	} {
		if got := asked.missing(c.ends); got != c.want {
			t.Errorf("missing, %s = %d, want %d", name, got, c.want)
		}
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
		q := question{"kafka", ranges, client}
		ends := []store.End{{Partition: ledger.Partition{Cluster: "kafka", Topic: stream.EventsTopic}, Next: next}}
		if err := q.trim(t.Context(), ends); err != nil {
			t.Fatal(err)
		}
		if got := q.missing(ends); got != want {
			t.Errorf("missing behind %d = %d, want %d", next, got, want)
		}
	}
}
