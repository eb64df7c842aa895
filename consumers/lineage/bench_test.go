package lineage_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// pad makes an event as long as the usual ones, 700 bytes, and one that its policy declares.
func pad(m event.Message) event.Message {
	m.Value = []byte(strings.Replace(string(m.Value), `["name"],"purpose":"payment"`, `["order"],"purpose":"account-management"`, 1))
	more := `,"contract_ref":"` + strings.Repeat("x", 120) + `","record_ref":"` + strings.Repeat("y", 120) + `","legal_basis":"pipl-13-1-2","channel":"api"}}`
	m.Value = []byte(strings.TrimSuffix(string(m.Value), "}}") + more)
	return m
}

// feed is a partition that never ends: fetch after fetch of new events, whose
// ids count up inside the same memory, in turn that of three fetches: one that is
// judged and two ahead.
type feed struct {
	n       int64
	turn    int
	sets    [3][]stream.Record
	records []stream.Record // of the first
	at      []int           // where the number stands in each value
	nanos   []int           // where its time's fraction does
	offset  int64
}

func newFeed(n int, batch int) *feed {
	f := &feed{n: int64(n)}
	for i := range batch {
		m := pad(of(i%997, "id 0000000000000000", "note", time.Now().Add(-time.Hour).Truncate(time.Second).Add(123456789)))
		f.at = append(f.at, strings.Index(string(m.Value), "id 0")+3)
		f.nanos = append(f.nanos, strings.Index(string(m.Value), "123456789"))
		for i := range f.sets {
			own := m
			own.Value = bytes.Clone(m.Value)
			f.sets[i] = append(f.sets[i], stream.Record{Message: own, Timestamp: time.Now().UnixMilli()})
		}
	}
	f.records = f.sets[0]
	return f
}

func (f *feed) Committed(context.Context) (int64, string, error) {
	return f.offset, ledger.Idle(time.Time{}), nil
}
func (f *feed) Commit(context.Context, int64, string) error    { return nil }
func (f *feed) Publish(context.Context, []stream.Letter) error { return nil }
func (f *feed) Fetch(ctx context.Context, offset int64, b *stream.Batch) error {
	if offset >= f.n {
		<-ctx.Done()
		return ctx.Err()
	}
	f.turn = (f.turn + 1) % len(f.sets)
	b.Records = append(b.Records[:0], f.sets[f.turn][:min(int64(len(f.records)), f.n-offset)]...)
	for i := range b.Records {
		b.Records[i].Offset = offset + int64(i)
		copy(b.Records[i].Value[f.at[i]:], digits(offset+int64(i), 16))
		copy(b.Records[i].Value[f.nanos[i]:], digits(offset+int64(i), 9))
	}
	b.Next, b.HighWatermark, b.Troubled = offset+int64(len(b.Records)), f.n, false
	return nil
}

func (f *feed) Range(context.Context) (first, end int64, err error) { return 0, 0, nil }

// digits is a number's, without an allocation.
func digits(n int64, width int) []byte {
	var b [16]byte
	for i := width - 1; i >= 0; i, n = i-1, n/10 {
		b[i] = byte('0' + n%10)
	}
	return b[:width]
}

// A sink is a store that forgets rows.
type sink struct {
	lineage.Store
	n    int
	all  int
	done chan struct{}
	make func() ledger.Block
}

func (s *sink) NewBlock() ledger.Block { return s.make() }
func (s *sink) Insert(_ context.Context, b ledger.Block, _ ledger.Intent) error {
	if s.n += b.Rows(); s.n == s.all {
		close(s.done)
	}
	return nil
}
func (s *sink) Clock(context.Context) (time.Time, error)              { return time.Now(), nil }
func (s *sink) Epoch(context.Context, string, string) (uint32, error) { return 0, nil }
func (s *sink) Extent(context.Context, ledger.Partition) (ledger.Extent, error) {
	return ledger.Extent{}, nil
}
func (s *sink) Begun(context.Context, string, string, uint32) ([]int32, error) {
	return []int32{0}, nil
}
func (s *sink) Connections() uint64 { return 0 }

// court judges by the policies that Custody knows.
func court(b *testing.B) *rules.Court {
	b.Helper()
	c, err := catalog.Standard()
	if err != nil {
		b.Fatal(err)
	}
	return rules.NewCourt(c)
}

// BenchmarkJudge is the path of a record from the fetch to a block ready to be
// sent, in one partition: decode, scan, hash, window, rules, columns. Ns/op is per record.
func BenchmarkJudge(b *testing.B) {
	log, err := store.OpenLog(store.Config{Addr: []string{"127.0.0.1:1"}})
	if err != nil {
		b.Fatal(err)
	}
	f := newFeed(b.N, 1500)
	s := &sink{all: b.N, done: make(chan struct{}), make: log.NewBlock}
	ctx, cancel := context.WithCancel(context.Background())
	left := make(chan error, 1)
	b.SetBytes(int64(len(f.records[0].Value)))
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		left <- lineage.New(lineage.Options{Store: s, Letters: f, Cluster: "main", Rules: court(b), MaxAge: 20 * time.Millisecond}).Write(ctx, "t", 0, 1, f)
	}()
	<-s.done
	b.StopTimer()
	cancel()
	<-left
}

// BenchmarkEndToEnd is the whole way: events in embedded Kafka, rows in embedded
// ClickHouse, all in two processes of this machine. Ns/op is per event.
func BenchmarkEndToEnd(b *testing.B) {
	s := newSite(b, 8)
	var batch []*kgo.Record
	now := time.Now().Add(-time.Hour)
	for i := range b.N {
		m := pad(of(i%99_991, fmt.Sprint("event ", i), "note", now.Add(time.Duration(i)*time.Microsecond)))
		batch = append(batch, &kgo.Record{
			Key: m.Key, Value: m.Value, Partition: int32(event.Partition(m.Key, s.partitions)),
			Headers: []kgo.RecordHeader{{Key: "content-type", Value: m.Headers[0].Value}},
		})
		if len(batch) == 20_000 || i == b.N-1 {
			if err := s.producer.ProduceSync(context.Background(), batch...).FirstErr(); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	s.tune = func(o *lineage.Options) { o.MaxRows, o.MaxAge, o.Rules = 0, 0, court(b) }
	b.ResetTimer()
	stop := s.start()
	s.await(b.N)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	stop()
}
