package stream_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/stream"
)

func TestNothingAndEmptyAreToldApart(t *testing.T) {
	c, client := broker(t, 1)
	p := producer(t, c)
	produce(t, p, &kgo.Record{}, &kgo.Record{Key: []byte{}, Value: []byte{}, Headers: []kgo.RecordHeader{{Key: "h"}, {Key: "e", Value: []byte{}}}})
	rs := readAll(t, client, 0, 2)
	if rs[0].Key != nil || rs[0].Value != nil || rs[0].Headers != nil {
		t.Errorf("record of nothing = %#v", rs[0])
	}
	if rs[1].Key == nil || rs[1].Value == nil || len(rs[1].Key)+len(rs[1].Value) > 0 {
		t.Errorf("record of no bytes = %#v", rs[1])
	}
	if h := rs[1].Headers; h[0].Value != nil || h[1].Value == nil {
		t.Errorf("headers = %#v, want nil, then empty", h)
	}
}

func TestReadBeginsAtTheOffsetAsked(t *testing.T) {
	c, client := broker(t, 1)
	produce(t, producer(t, c), text(0, 10)...) // one record batch
	if rs := readAll(t, client, 7, 10); len(rs) != 3 || rs[0].Offset != 7 || string(rs[0].Value) != "value 7" {
		t.Errorf("read from 7 = %v", rs)
	}
}

func TestReadAtTheEndIsEmpty(t *testing.T) {
	c, client := broker(t, 1)
	produce(t, producer(t, c), text(0, 3)...)
	b, err := client.Read(context.Background(), "t", 0, 3)
	if err != nil || len(b.Records) != 0 || b.Next != 3 || b.HighWatermark != 3 {
		t.Errorf("Read at the end = %d records, next %d, high watermark %d, %v", len(b.Records), b.Next, b.HighWatermark, err)
	}
}

func TestOffsetsThatKafkaDoesNotHave(t *testing.T) {
	c, client := broker(t, 1)
	p := producer(t, c)
	for i := range 6 { // one record batch each
		produce(t, p, text(i, 1)...)
	}
	if err := c.DeleteRecords("t", 0, 4); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		offset int64
		gone   bool
	}{
		"expired":       {1, true},
		"not there yet": {9, false},
	} {
		_, err := client.Read(context.Background(), "t", 0, x.offset)
		var o *stream.OffsetError
		if !errors.As(err, &o) || o.First != 4 || o.End != 6 || o.Gone() != x.gone {
			t.Errorf("%s: Read(%d) = %v, want an offset error with [4, 6)", name, x.offset, err)
		}
	}
}

func TestLargeRecordComesWhole(t *testing.T) {
	c, client := broker(t, 1)
	big := bytes.Repeat([]byte("0123456789abcdef"), 50_000) // 800 kB in one record
	p := producer(t, c, kgo.ProducerBatchCompression(kgo.NoCompression()))
	for range 5 {
		produce(t, p, &kgo.Record{Value: big})
	}
	rs := readAll(t, client, 0, 5)
	for _, r := range rs {
		if !bytes.Equal(r.Value, big) {
			t.Errorf("record %d has %d bytes, want %d", r.Offset, len(r.Value), len(big))
		}
	}
	if len(rs) != 5 {
		t.Errorf("%d records, want 5", len(rs))
	}
}

func TestReadFollowsALeaderThatMoves(t *testing.T) {
	c, client := broker(t, 1)
	produce(t, producer(t, c), text(0, 3)...)
	readAll(t, client, 0, 3)
	leader := c.LeaderFor("t", 0)
	if err := c.MoveTopicPartition("t", 0, (leader+1)%3); err != nil {
		t.Fatal(err)
	}
	if rs := readAll(t, client, 0, 3); len(rs) != 3 {
		t.Errorf("%d records after the leader moved, want 3", len(rs))
	}
}

func TestCompactedOffsetsAreSkipped(t *testing.T) {
	c, client := broker(t, 1)
	if err := c.CreateTopic("compacted", 1, map[string]string{"cleanup.policy": "compact"}); err != nil {
		t.Fatal(err)
	}
	p := producer(t, c, kgo.DefaultProduceTopic("compacted"))
	for _, key := range []string{"a", "b", "b", "b", "c", "d"} {
		produce(t, p, &kgo.Record{Key: []byte(key), Value: []byte("x")})
	}
	c.Compact()
	var offsets []int64
	for at := int64(0); at < 6; {
		b, err := client.Read(context.Background(), "compacted", 0, at)
		if err != nil || b.Next <= at {
			t.Fatalf("Read(%d) = next %d, %v", at, b.Next, err)
		}
		for _, r := range b.Records {
			offsets = append(offsets, r.Offset)
		}
		at = b.Next
	}
	if want := []int64{0, 3, 4, 5}; !slices.Equal(offsets, want) {
		t.Errorf("offsets after compaction = %v, want %v", offsets, want)
	}
}
