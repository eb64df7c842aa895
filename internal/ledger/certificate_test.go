package ledger_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// covered is a partition that is logged up to an offset of ten.
func covered(logged int64) ledger.Coverage {
	end := int64(10)
	return ledger.Coverage{Cluster: "kafka", Topic: "events", Partition: 3, End: &end, Logged: logged, Missing: end - logged}
}

func TestConclude(t *testing.T) {
	older := ledger.Coverage{Cluster: "kafka", Topic: "events", Logged: 7}
	holed, losing, west := covered(10), covered(10), older
	holed.Hole, losing.Lost, west.Cluster = true, 4, "west"
	then := time.Date(2026, 11, 26, 8, 0, 0, 0, time.FixedZone("", 8*3600))
	for name, c := range map[string]struct {
		given         ledger.Certificate
		missing       int64
		gaps, caveats string
	}{
		"nothing to know":    {},
		"all logged":         {given: ledger.Certificate{Partitions: []ledger.Coverage{covered(10), older}}},
		"one behind":         {given: ledger.Certificate{Partitions: []ledger.Coverage{covered(9)}}, missing: 1, gaps: "1 record is not logged yet, of kafka/events/0/3 from offset 9 on"},
		"several behind":     {given: ledger.Certificate{Partitions: []ledger.Coverage{covered(8), covered(7)}}, missing: 5, gaps: "2 records are not logged yet, of kafka/events/0/3 from offset 8 on; 3 records are not logged yet, of kafka/events/0/3 from offset 7 on"},
		"a hole":             {given: ledger.Certificate{Partitions: []ledger.Coverage{holed}}, gaps: "rows of kafka/events/0/3 are missing below offset 10"},
		"a rejected record":  {given: ledger.Certificate{DeadLetters: ledger.DeadLetters{OfSubject: 1}}, gaps: "1 record of this person was rejected, and nobody has resolved that"},
		"a conflict":         {given: ledger.Certificate{DeadLetters: ledger.DeadLetters{Conflicts: 2}}, caveats: "2 records contradict an event of this person that was accepted first, and nobody has resolved that"},
		"nobody's record":    {given: ledger.Certificate{DeadLetters: ledger.DeadLetters{Unattributable: 1}}, caveats: "1 rejected record names no person, and nobody has resolved that: some may be of this one"},
		"anyone's records":   {given: ledger.Certificate{DeadLetters: ledger.DeadLetters{OfAnyone: 2, Unattributable: 1}}, caveats: "2 records were rejected, and nobody has resolved that: some may belong in this answer"},
		"lost for good":      {given: ledger.Certificate{Partitions: []ledger.Coverage{losing}}, caveats: "4 offsets were lost in kafka/events/0/3: Kafka dropped them before they were read"},
		"numbers skipped":    {given: ledger.Certificate{Sources: []ledger.Source{{Source: "/a", Missing: 3}, {Source: "/b"}}}, caveats: "/a skips 3 numbers in the sequence of its events"},
		"another cluster":    {given: ledger.Certificate{Partitions: []ledger.Coverage{covered(10), west}}, caveats: "west/events/0/0 was not asked how far it is; the log has it up to offset 7"},
		"as known at a time": {given: ledger.Certificate{KnownAt: &then}, caveats: "what was recorded after 2026-11-26T00:00:00Z is left out"},
	} {
		c.given.Conclude()
		gaps, caveats := strings.Join(c.given.Gaps(), "; "), strings.Join(c.given.Caveats, "; ")
		if c.given.Missing != c.missing || gaps != c.gaps || caveats != c.caveats || c.given.Complete != (c.gaps == "") {
			t.Errorf("%s: complete %v, missing %d, gaps %q, caveats %q, want %d, %q, %q", name, c.given.Complete, c.given.Missing, gaps, caveats, c.missing, c.gaps, c.caveats)
		}
	}
}

func TestACertificateIsReadBack(t *testing.T) {
	want := ledger.Certificate{
		AskedAt: at(1700000000000001), Partitions: []ledger.Coverage{covered(7)}, DeadLetters: ledger.DeadLetters{OfSubject: 1, Conflicts: 2, Unattributable: 3},
		Sources: []ledger.Source{{Source: "/a", Since: at(1), Last: at(2), Events: 9, Missing: 1}},
	}
	want.Conclude()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got ledger.Certificate
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read as %+v, %v, want %+v", text, got, err, want)
	}
}

// A certificate holds what is needed to give its answer again.
func TestKnown(t *testing.T) {
	then := at(77)
	c := ledger.Certificate{KnownAt: &then, Partitions: []ledger.Coverage{covered(7)}}
	want := ledger.Known{At: then, Below: map[ledger.Partition]int64{{Cluster: "kafka", Topic: "events", ID: 3}: 7}}
	if got := c.Known(); !reflect.DeepEqual(got, want) {
		t.Errorf("Known() = %v, want %v", got, want)
	}
	if got := (&ledger.Certificate{}).Known(); got.Below == nil || !got.At.IsZero() {
		t.Errorf("Known() of an empty log = %v, want no partition at all", got)
	}
	holed := covered(7)
	holed.Hole = true
	if c.Holed() {
		t.Error("Holed() = true without a hole")
	}
	if c.Partitions = slices.Insert(c.Partitions, 0, holed); !c.Holed() {
		t.Error("Holed() = false with a hole")
	}
}
