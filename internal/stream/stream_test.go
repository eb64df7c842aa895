package stream_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/stream"
)

// broker is a fake cluster with a topic "t" of so many partitions, and a client of it.
func broker(t *testing.T, partitions int32) (*kfake.Cluster, *stream.Client) {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(partitions, "t"), kfake.GroupMinSessionTimeout(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	client := stream.New(stream.Config{Brokers: c.ListenAddrs()})
	t.Cleanup(func() { client.Close(); c.Close() })
	return c, client
}

func producer(t *testing.T, c *kfake.Cluster, o ...kgo.Opt) *kgo.Client {
	t.Helper()
	p, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(c.ListenAddrs()...), kgo.DefaultProduceTopic("t"), kgo.RecordPartitioner(kgo.ManualPartitioner()),
	}, o...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func produce(t *testing.T, p *kgo.Client, rs ...*kgo.Record) {
	t.Helper()
	if err := p.ProduceSync(context.Background(), rs...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func text(from, n int) (rs []*kgo.Record) {
	for i := range n {
		rs = append(rs, &kgo.Record{Key: []byte("k"), Value: fmt.Appendf(nil, "value %d", from+i)})
	}
	return rs
}

// readAll reads partition 0 of "t" from an offset up to another.
func readAll(t *testing.T, c *stream.Client, from, end int64) []stream.Record {
	t.Helper()
	return readTopic(t, c, "t", from, end)
}

func readTopic(t *testing.T, c *stream.Client, topic string, from, end int64) (rs []stream.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for from < end {
		b, err := c.Read(ctx, topic, 0, from)
		if err != nil {
			t.Fatal(err)
		}
		rs = append(rs, b.Records...)
		from = b.Next
	}
	return rs
}
