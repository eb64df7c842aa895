package simulate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

var start = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)

func digest(o simulate.Options, n int) string {
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
		h.Write([]byte(e.Outcome + e.Reason.String() + e.Recipient + strings.Join(e.Findings, " ")))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	const want = "79bfa158b8fd21b9debc0d866bb401e7"
	if got := digest(simulate.Day(42, start), 50_000); got != want {
		t.Errorf("the first 50,000 messages of seed 42 hash to %s, want %s: who replays a day gets another", got, want)
	}
	if digest(simulate.Day(42, start), 1000) == digest(simulate.Day(43, start), 1000) {
		t.Error("seeds 42 and 43 give the same messages")
	}
}

func TestSharesAreKept(t *testing.T) {
	const n = 200_000
	o := simulate.Day(5, start)
	o.Conflicts = 0.01
	s, got, inBinary := simulate.New(o), map[string]float64{}, 0.0
	for range n {
		m, e := s.Next()
		got[e.Outcome]++
		if len(m.Headers) > 2 {
			inBinary++
		}
	}
	for outcome, want := range map[string]float64{
		simulate.Duplicate: 0.02, simulate.Conflict: 0.01, simulate.Rejected: 0.005, simulate.Accepted: 0.965,
	} {
		if share := got[outcome] / n; math.Abs(share-want) > 0.002 {
			t.Errorf("%.4f of the messages are %s, want %.4f", share, outcome, want)
		}
	}
	if share := inBinary / n; math.Abs(share-0.2) > 0.01 {
		t.Errorf("%.3f of the messages are in binary mode, want 0.2", share)
	}
}

func TestWithoutSharesAllIsAccepted(t *testing.T) {
	s := simulate.New(simulate.Options{Seed: 3, Subjects: 1, Start: start})
	for i := range 20_000 {
		if _, e := s.Next(); e.Outcome != simulate.Accepted {
			t.Fatalf("message %d is %s", i, e.Outcome)
		}
	}
}

// The seed flows that are no event of the shop's but questions to the log
// (47, 48) are there as the look-ups that somebody made.
func TestEverySeedFlowHappens(t *testing.T) {
	s, rows, kinds := simulate.New(simulate.Day(1, start)), map[int]bool{}, map[event.Kind]bool{}
	everyone := map[string]int{}
	for range 200_000 {
		m, e := s.Next()
		rows[e.Row], kinds[e.Kind] = true, true
		if e.Outcome == simulate.Accepted && e.Kind == event.KindErasureRequested && e.Person < 0 {
			everyone[string(m.Key)]++
		}
	}
	if len(everyone) != 2 || everyone["/tmall/privacy-desk"] != 1 || everyone["/1688/privacy-desk"] != 1 {
		t.Errorf("requests about everyone = %v, want one of each of two shops", everyone)
	}
	for row := 1; row <= 50; row++ {
		if !rows[row] {
			t.Errorf("nothing of flow %d happens in 200,000 events", row)
		}
	}
	for kind := event.NoKind + 1; kind < event.KindCount; kind++ {
		if !kinds[kind] {
			t.Errorf("no %s happens in 200,000 events", kind)
		}
	}
}

func TestSubjectsAreUUIDv8(t *testing.T) {
	s := simulate.New(simulate.Options{Seed: 1})
	seen := map[event.Subject]bool{}
	for person := range 1000 {
		for _, subject := range []event.Subject{s.Subject(person), s.Alias(person)} {
			id := subject[len(subject)-36:]
			if id[14] != '8' || (id[19] != '8' && id[19] != '9' && id[19] != 'a' && id[19] != 'b') {
				t.Fatalf("%s is no UUIDv8", subject)
			}
			if seen[subject] {
				t.Fatalf("%s is two persons", subject)
			}
			seen[subject] = true
		}
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
	b.ReportMetric(float64(bytes)/float64(b.N), "B/value")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
