package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// A numbering is a log of numbered events of some sources.
type numbering struct {
	t         testing.TB
	log       *store.Log
	db        *store.DB
	partition ledger.Partition
	told      map[string]*story
	next      int
}

func newNumbering(t testing.TB) *numbering {
	t.Helper()
	return &numbering{t: t, log: writer(t), db: openDB(t, writerConfig(t)), partition: partition(t), told: map[string]*story{}}
}

// send logs one event for each number, "-" for one that bears none, as recorded some time ago.
func (n *numbering) send(source, numbers string, ago time.Duration) {
	n.t.Helper()
	s := n.told[source]
	if s == nil {
		s = &story{source: "/" + source + "/" + n.partition.Cluster}
		n.told[source] = s
	}
	before := len(s.rows)
	for _, number := range strings.Fields(numbers) {
		s.tell(n.t, "data.shared", subjects(1)[0], day.Add(time.Duration(len(s.rows))*time.Minute), shared)
		if number != "-" {
			s.number(strings.TrimSuffix(number, "!"))
		}
		r := s.rows[len(s.rows)-1]
		r.Offset, r.LostFrom, r.Seq = int64(n.next), int64(n.next), uint64(n.next)
		if n.next++; strings.HasSuffix(number, "!") {
			s.refuse(ledger.Conflict)
		}
	}
	now, err := n.log.Clock(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	b, fresh := n.log.NewBlock(), s.rows[before:]
	b.Reset(n.partition, now.Add(-ago))
	for _, r := range fresh {
		b.Append(r)
	}
	i := ledger.Intent{Start: fresh[0].Offset, End: int64(n.next), RecordedAt: now.Add(-ago), LeaseUntil: now.Add(30 * time.Second)}
	if err := n.log.Insert(n.t.Context(), b, i); err != nil {
		n.t.Fatal(err)
	}
}

// gaps are the changes of this log's findings of gaps: source and what is missing,
// and "-" where a gap is none any more.
func (n *numbering) gaps() (found []ledger.Finding, said []string) {
	n.t.Helper()
	all, err := n.db.Judge(judging).SourceGaps(n.t.Context(), ledger.Known{Below: map[ledger.Partition]int64{n.partition: int64(n.next)}})
	if err != nil {
		n.t.Fatal(err)
	}
	for _, f := range all {
		source, ours := strings.CutSuffix(f.Source, "/"+n.partition.Cluster)
		if !ours {
			continue // what another test has stored
		}
		word := source[1:] + ": " + f.Because
		if !f.Stands {
			word = "-" + word
		}
		found, said = append(found, f), append(said, word)
	}
	slices.Sort(said)
	return found, said
}

// CloudEvents' sequence is text that can be sorted; numbers that follow each other
// are what it recommends. Only numbers can have a gap.
func TestSourceGaps(t *testing.T) {
	n := newNumbering(t)
	for source, numbers := range map[string]string{
		"unnumbered":      "- - -",
		"every-number":    "7 8 9 10",
		"some-missing":    "1 2 5 9",
		"two-of-the-same": "1 2 2 3",
		"leading-zeros":   "0001 0003",
		"out-of-order":    "3 6 2 5",
		"no-numbers":      "a1 2026-11-20 01J9ZQ4",
		"a-conflict":      "1 2! 3",
		"began-anew":      "1000 1002 1 2 3",
		"from-zero":       "0 2",
		"the-greatest":    "18446744073709551610 18446744073709551615",
		"between-buckets": "65534 65537",
		"a-whole-bucket":  "10 200000",
		"another":         "1 2 5 9",
	} {
		n.send(source, numbers, 2*time.Minute)
	}
	n.send("horizon", "1", 0)
	want := []string{
		"a-conflict: sequence 2 is missing",
		"a-whole-bucket: sequence 11 to 199999 is missing",
		"another: sequence 3 to 4 is missing", "another: sequence 6 to 8 is missing",
		"between-buckets: sequence 65535 to 65536 is missing",
		"from-zero: sequence 1 is missing",
		"leading-zeros: sequence 2 is missing",
		"out-of-order: sequence 4 is missing",
		"some-missing: sequence 3 to 4 is missing", "some-missing: sequence 6 to 8 is missing",
		"the-greatest: sequence 18446744073709551611 to 18446744073709551614 is missing",
	}
	found, got := n.gaps()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("gaps = %q, want %q", got, want)
	}
	ids := map[string]bool{}
	for _, f := range found {
		ids[f.ID] = true
		if f.Rule != store.GapRule || f.Subject != "" || f.Time.Before(day) || f.Place != (ledger.Identity{}) {
			t.Errorf("finding = %+v, want one of no person and no record", f)
		}
	}
	if len(ids) != len(found) {
		t.Errorf("%d ids of %d gaps", len(ids), len(found))
	}
}

// What came within the last minute of the log may be ahead of what is on its way
// in another partition.
func TestAGapIsNoneForAMinute(t *testing.T) {
	n := newNumbering(t)
	n.send("shop", "1 2", 5*time.Minute)
	n.send("shop", "5", 55*time.Second)
	n.send("other", "1", 0)
	if _, got := n.gaps(); len(got) > 0 {
		t.Errorf("gaps = %q, want none yet", got)
	}
	n.send("shop", "7", 65*time.Second)
	if _, got := n.gaps(); fmt.Sprint(got) != "[shop: sequence 3 to 4 is missing shop: sequence 6 is missing]" {
		t.Errorf("gaps below what is a minute old = %q, want both", got)
	}
}

// A late event makes void what it fills, and the rest is what is missing still.
func TestALateEventFillsAGap(t *testing.T) {
	n := newNumbering(t)
	n.send("shop", "1 6", 3*time.Minute)
	n.send("other", "1 3", 3*time.Minute)
	n.send("horizon", "1", 0)
	found, got := n.gaps()
	if want := []string{"other: sequence 2 is missing", "shop: sequence 2 to 5 is missing"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("gaps = %q, want %q", got, want)
	}
	l := lead(t, n.db)
	l.store(t, 1, found)
	if _, got := n.gaps(); len(got) > 0 {
		t.Errorf("gaps after they were stored = %q, want no change", got)
	}
	n.send("shop", "4", 0) // of the two gaps the first is that of before, and smaller
	found, got = n.gaps()
	if want := []string{"shop: sequence 2 to 3 is missing", "shop: sequence 5 is missing"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("gaps after number 4 = %q, want %q", got, want)
	}
	l.store(t, 2, found)
	n.send("shop", "5 2 3", 0)
	if _, got = n.gaps(); fmt.Sprint(got) != "[-shop: sequence 2 to 3 is missing -shop: sequence 5 is missing]" {
		t.Errorf("gaps after every number came = %q, want both of the shop void", got)
	}
}
