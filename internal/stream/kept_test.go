package stream_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// A kept topic is on a Kafka that writes to disk: embedded, or the real one that
// the environment names.
type kept struct {
	t      *testing.T
	client *stream.Client
	topic  string
}

func keptTopic(t *testing.T, partitions int, config map[string]string) kept {
	t.Helper()
	k := kept{t, stream.New(stream.Config{Brokers: testkit.Kafka(t)}), testkit.Unique("kept")}
	t.Cleanup(k.client.Close)
	_, err := k.client.EnsureTopic(t.Context(), stream.Topic{Name: k.topic, Partitions: partitions, Replication: testkit.Replication(), Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (k kept) kgo(o ...kgo.Opt) *kgo.Client {
	k.t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(testkit.Kafka(k.t)...), kgo.DefaultProduceTopic(k.topic)}, o...)...)
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(c.Close)
	return c
}

// end is the offset after the last record or marker.
func (k kept) end() int64 {
	k.t.Helper()
	rs, err := k.client.Ranges(k.t.Context(), k.topic)
	if err != nil {
		k.t.Fatal(err)
	}
	return rs[0].End
}

// values are those of the records from an offset on.
func (k kept) values(from int64) (vs []string) {
	k.t.Helper()
	for _, r := range readTopic(k.t, k.client, k.topic, from, k.end()) {
		vs = append(vs, string(r.Value))
	}
	return vs
}

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

func TestEveryCodecIsRead(t *testing.T) {
	for name, codec := range codecs {
		t.Run(name, func(t *testing.T) {
			k := keptTopic(t, 1, nil)
			want := variety()
			produce(t, k.kgo(kgo.ProducerBatchCompression(codec)), want...)
			k.holds(want)
		})
	}
}

// variety are records of many sizes, each with a key, a time and headers.
func variety() (rs []*kgo.Record) {
	for i := range 300 {
		rs = append(rs, &kgo.Record{
			Key: fmt.Appendf(nil, "key %d", i), Value: []byte(strings.Repeat("custody ", i)),
			Timestamp: time.UnixMilli(1700000000000 + int64(i)),
			Headers:   []kgo.RecordHeader{{Key: "ce_id", Value: fmt.Append(nil, i)}, {Key: "content-type", Value: []byte("x")}},
		})
	}
	return rs
}

// holds fails unless the topic holds these records and no other.
func (k kept) holds(want []*kgo.Record) {
	k.t.Helper()
	got := readTopic(k.t, k.client, k.topic, 0, k.end())
	if len(got) != len(want) {
		k.t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i, r := range got {
		w := want[i]
		if r.Offset != int64(i) || !bytes.Equal(r.Key, w.Key) || !bytes.Equal(r.Value, w.Value) || r.Timestamp != w.Timestamp.UnixMilli() {
			k.t.Fatalf("record %d = %q %d bytes at %d, want %q %d bytes at %d", i, r.Key, len(r.Value), r.Timestamp, w.Key, len(w.Value), w.Timestamp.UnixMilli())
		}
		if len(r.Headers) != 2 || r.Headers[0].Name != "ce_id" || string(r.Headers[0].Value) != fmt.Sprint(i) || r.Headers[1].Name != "content-type" {
			k.t.Fatalf("record %d headers = %v", i, r.Headers)
		}
	}
}

func TestAbortedRecordsAndMarkersAreNoEvents(t *testing.T) {
	k := keptTopic(t, 1, nil)
	tx, plain := k.kgo(kgo.TransactionalID(k.topic)), k.kgo()
	for _, try := range []struct {
		commit kgo.TransactionEndTry
		values []string
	}{
		{kgo.TryCommit, []string{"kept 1", "kept 2"}},
		{kgo.TryAbort, []string{"aborted 1", "aborted 2"}},
		{kgo.TryCommit, []string{"kept 3"}},
		{kgo.TryAbort, []string{"aborted 3"}}, // its marker is the last in the log
	} {
		if err := tx.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for _, v := range try.values {
			produce(t, tx, kgo.StringRecord(v))
			produce(t, plain, kgo.StringRecord("plain beside "+v))
		}
		if err := tx.EndTransaction(t.Context(), try.commit); err != nil {
			t.Fatal(err)
		}
	}
	want := "kept 1,plain beside kept 1,kept 2,plain beside kept 2,plain beside aborted 1,plain beside aborted 2,kept 3,plain beside kept 3,plain beside aborted 3"
	if s := strings.Join(k.values(0), ","); s != want {
		t.Errorf("records = %s\nwant %s", s, want)
	}
	for from := range k.end() { // from the middle of a transaction on, too
		for _, v := range k.values(from) {
			if strings.HasPrefix(v, "aborted") {
				t.Errorf("read from %d gives %s", from, v)
			}
		}
	}
}

// While a transaction is open, nothing behind its first record is an event yet:
// it may still be aborted, and the log's order is Kafka's.
func TestAnOpenTransactionIsWaitedFor(t *testing.T) {
	k := keptTopic(t, 1, nil)
	tx, plain := k.kgo(kgo.TransactionalID(k.topic)), k.kgo()
	produce(t, plain, kgo.StringRecord("before"))
	if err := tx.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, tx, kgo.StringRecord("open"))
	produce(t, plain, kgo.StringRecord("behind"))
	ctx := context.Background()
	if b, err := k.client.Read(ctx, k.topic, 0, 0); err != nil || len(b.Records) != 1 || b.Next != 1 {
		t.Errorf("Read with a transaction open = %d records, next %d, %v, want 1 and 1", len(b.Records), b.Next, err)
	}
	if b, err := k.client.Read(ctx, k.topic, 0, 1); err != nil || len(b.Records) != 0 || b.Next != 1 {
		t.Errorf("Read at an open transaction = %d records, next %d, %v, want none and 1", len(b.Records), b.Next, err)
	}
	if err := tx.EndTransaction(ctx, kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	if s := strings.Join(k.values(0), ","); s != "before,open,behind" {
		t.Errorf("records afterwards = %s, want before,open,behind", s)
	}
}
