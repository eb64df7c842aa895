package main

import (
	"testing"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func TestMissing(t *testing.T) {
	end := func(cluster, topic string, epoch uint32, id int32, next int64) store.End {
		return store.End{Partition: ledger.Partition{Cluster: cluster, Topic: topic, Epoch: epoch, ID: id}, Next: next}
	}
	events := stream.EventsTopic
	asked := question{cluster: "kafka", ranges: []stream.Range{{Partition: 0, End: 10}, {Partition: 1, First: 5, End: 20}}}
	for name, c := range map[string]struct {
		ends []store.End
		want int64
	}{
		"an empty log":           {nil, 25},
		"all logged":             {[]store.End{end("kafka", events, 0, 0, 10), end("kafka", events, 0, 1, 20)}, 0},
		"more than was asked":    {[]store.End{end("kafka", events, 0, 0, 11), end("kafka", events, 0, 1, 30)}, 0},
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
