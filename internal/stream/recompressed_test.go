//go:build kafka

package stream_test

import (
	"context"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// What a producer sent in one codec and the broker stores in another is read:
// the broker's own codecs frame their output in their own ways.
func TestBatchesThatTheBrokerCompressedAreRead(t *testing.T) {
	stored := map[string]uint8{"uncompressed": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
	for setting, number := range stored {
		for name, codec := range codecs {
			t.Run(name+" stored as "+setting, func(t *testing.T) {
				k := keptTopic(t, 1, map[string]string{"compression.type": setting})
				want := variety()
				produce(t, k.kgo(kgo.ProducerBatchCompression(codec)), want...)
				if got := k.codec(); got != number {
					t.Fatalf("the broker stores codec %d, want %d", got, number)
				}
				k.holds(want)
			})
		}
	}
}

// codec is the number of the first batch's.
func (k kept) codec() uint8 {
	k.t.Helper()
	c := k.kgo(kgo.ConsumeTopics(k.topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	rs := c.PollRecords(context.Background(), 1).Records()
	if len(rs) == 0 {
		k.t.Fatal("no record")
	}
	return rs[0].Attrs.CompressionType()
}
