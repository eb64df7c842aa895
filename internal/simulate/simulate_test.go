package simulate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

var start = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)

func golden(t *testing.T, o simulate.Options, n int) string {
	t.Helper()
	s, h := simulate.New(o), sha256.New()
	for range n {
		m, e := s.Next()
		h.Write(m.Key)
		h.Write([]byte{0})
		h.Write(m.Value)
		for _, header := range m.Headers {
			h.Write([]byte(header.Name))
			h.Write(header.Value)
		}
		h.Write([]byte(e.Outcome + e.Reason.String() + e.Recipient))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	const want = "1f"
	if got := golden(t, simulate.Day(42, start), 50_000); got != want {
		t.Errorf("the first 50,000 messages of seed 42 hash to %s, want %s: who replays a day gets another", got, want)
	}
	if golden(t, simulate.Day(42, start), 1000) == golden(t, simulate.Day(43, start), 1000) {
		t.Error("seeds 42 and 43 give the same messages")
	}
}

func BenchmarkNext(b *testing.B) {
	s := simulate.New(simulate.Day(1, start))
	b.ReportAllocs()
	bytes := 0
	for b.Loop() {
		m, _ := s.Next()
		bytes += len(m.Value)
	}
	b.SetBytes(int64(bytes / b.N))
	b.ReportMetric(float64(bytes)/float64(b.N), "B/event")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

var _ event.Message
