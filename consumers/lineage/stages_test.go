package lineage_test

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func newJudge(b *testing.B) *lineage.Judge {
	b.Helper()
	log, err := store.OpenLog(store.Config{Addr: []string{"127.0.0.1:1"}})
	if err != nil {
		b.Fatal(err)
	}
	return lineage.NewJudge(lineage.Options{Store: &sink{make: log.NewBlock}, Rules: court(b), MaxRows: 4096, Window: 8192})
}

// BenchmarkRecord is what BenchmarkJudge is, without goroutines and clocks: one
// record decoded, hashed, looked up, held against the rules and put into the block.
func BenchmarkRecord(b *testing.B) {
	j, f, batch := newJudge(b), newFeed(math.MaxInt, 1500), new(stream.Batch)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i % len(f.records)
		if at == 0 {
			if err := f.Fetch(context.Background(), batch.Next, batch); err != nil {
				b.Fatal(err)
			}
		}
		j.Record(&batch.Records[at])
	}
}

// BenchmarkWindow looks up an event that is new, in a window that is full, and remembers it.
func BenchmarkWindow(b *testing.B) {
	j := newJudge(b)
	var key [16]byte
	look := func(n uint64) {
		binary.LittleEndian.PutUint64(key[:], n*0x9e3779b97f4a7c15) // spread as hashes are
		if j.Known(key, key) {
			b.Fatalf("event %d is known", n)
		}
		if n%4096 == 0 {
			j.Learn()
		}
	}
	n := uint64(1)
	for ; n < 3*8192; n++ { // two generations
		look(n)
	}
	b.ReportAllocs()
	for ; b.Loop(); n++ {
		look(n)
	}
}

// BenchmarkLetter scans a refused record and makes its dead letter.
func BenchmarkLetter(b *testing.B) {
	j, f := newJudge(b), newFeed(math.MaxInt, 1)
	b.ReportAllocs()
	for b.Loop() {
		if l := j.Letter(&f.records[0]); l.Message.Value == nil {
			b.Fatal("a pointer")
		}
	}
}
