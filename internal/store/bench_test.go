package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// order is the n-th event of a shop: what a share with a carrier looks like.
func order(b testing.TB, n int) *ledger.Row {
	at := day.Add(time.Duration(n) * time.Millisecond)
	e := decode(b, "data.shared", "/tmall/order-service", fmt.Sprintf("0190b5b4-7e3f-7abc-8def-%012x", n*7919),
		fmt.Sprintf("tmall:0190b5b4-0000-8000-8000-%012x", n%30_000), at,
		fmt.Sprintf(`{"controller":"tmall","recipient":%q,"relationship":"provision","purpose":"order-delivery","legal_basis":"pipl-13-1-2",
			"categories":["name","phone-number","delivery-address"],"channel":"api","record_ref":"order-%d","recipient_ref":"waybill-%d"}`,
			[]string{"cainiao", "alipay", "mybank"}[n%3], n, n*31))
	return &ledger.Row{
		Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: at, Outcome: ledger.Accepted,
		EventHash: e.EventHash(), ContentHash: e.ContentHash(), Event: e,
	}
}

const batch = 65_536

// BenchmarkAppend is a row put into a block.
func BenchmarkAppend(b *testing.B) {
	l, err := store.OpenLog(store.Config{Addr: []string{"unused"}})
	if err != nil {
		b.Fatal(err)
	}
	block := l.NewBlock()
	r := order(b, 1)
	block.Reset(ledger.Partition{}, day)
	for range batch {
		block.Append(r)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%batch == 0 {
			block.Reset(ledger.Partition{}, day)
		}
		block.Append(r)
	}
}

// BenchmarkBlock is a block made ready for the wire: its columns encoded, and then
// compressed. Ns/op is per row.
func BenchmarkBlock(b *testing.B) {
	l, err := store.OpenLog(store.Config{Addr: []string{"unused"}})
	if err != nil {
		b.Fatal(err)
	}
	const rows = 1024
	block := l.NewBlock()
	block.Reset(ledger.Partition{}, day)
	for n := range rows {
		block.Append(order(b, n))
	}
	e := store.NewEncoder(block)
	for _, step := range []struct {
		name string
		do   func() (int, error)
	}{{"encode", e.Encode}, {"compress", e.Compress}} {
		b.Run(step.name, func(b *testing.B) {
			size, err := e.Encode()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += rows {
				if size, err = step.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size)/rows, "B/row")
		})
	}
}

// BenchmarkInsert is a block sent and stored.
func BenchmarkInsert(b *testing.B) {
	for _, n := range []int{1, 1000, batch} {
		b.Run(fmt.Sprint(n, "-rows"), func(b *testing.B) { benchmarkInsert(b, n) })
	}
}

func benchmarkInsert(b *testing.B, rows int) {
	l, p := writer(b), partition(b)
	block := l.NewBlock()
	now, err := l.Clock(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	block.Reset(p, now)
	for n := range rows {
		block.Append(order(b, n))
	}
	b.ReportAllocs()
	for b.Loop() {
		err := l.Insert(b.Context(), block, ledger.Intent{End: int64(rows), RecordedAt: now, LeaseUntil: time.Now().Add(time.Minute)})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
	if rows < batch {
		return
	}
	size := answer(b, "admin", `SELECT toString(round(sum(bytes_on_disk) / sum(rows))) FROM system.parts
		WHERE database = 'custody' AND table = 'log' AND active AND rows >= ?`, rows)
	b.Logf("%s bytes a row on disk, %d in memory", size[0], block.Bytes()/rows)
}
