package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

// decode is an event as Kafka gives it, judged.
func decode(t testing.TB, kind, source, id, subject string, at time.Time, data string) *event.Record {
	t.Helper()
	m := &event.Message{
		Key:     []byte(subject),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
		Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.%s.v1","source":%q,"id":%q,"subject":%q,"time":%q,"data":%s,"traceparent":"00-ab-01"}`,
			kind, source, id, subject, at.Format(time.RFC3339Nano), data),
	}
	r, rejection := event.NewDecoder(event.Options{}).Decode(m, at)
	if rejection != nil {
		t.Fatalf("%s: %s %s: %s", kind, rejection.Reason, rejection.Field, rejection.Rule)
	}
	return r
}

// story puts events into a partition, each a row.
type story struct {
	source string
	rows   []*ledger.Row
}

func (s *story) tell(t testing.TB, kind, subject string, at time.Time, data string) {
	t.Helper()
	n := len(s.rows)
	e := decode(t, kind, s.source, fmt.Sprint("event-", n), subject, at, data)
	s.rows = append(s.rows, &ledger.Row{
		Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: at, Outcome: ledger.Accepted,
		EventHash: e.EventHash(), ContentHash: e.ContentHash(), Event: e,
	})
}

// subjects returns n pseudonyms that no other test has.
func subjects(n int) []string {
	ns := strings.ToLower(testkit.Unique("s"))
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s:0190b5b4-0000-8000-8000-%012d", ns, i)
	}
	return out
}

const shared = `{"controller":"tmall","recipient":"cainiao","relationship":"provision","purpose":"order-delivery",
	"categories":["phone-number","delivery-address"],"legal_basis":"pipl-13-1-2","record_ref":"o-1","recipient_ref":"wb-1",
	"retention_until":"2029-04-18","parents":[{"id":"p1"},{"source":"/x","id":"p2"}],"sdk":{"name":"kit","version":"1"}}`

// What is put in comes out, and nothing else.
func TestEventComesBack(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	at := time.Date(2026, 4, 18, 1, 2, 3, 456789123, time.UTC)
	s.tell(t, "data.shared", who, at, shared)
	s.rows[0].Findings, s.rows[0].Misplaced = []string{"a-finding"}, true
	s.rows[0].Judged = ledger.Judged{Policy: "tmall-2023-04-18", PolicyDigest: "ab", CatalogDigest: "cd"}
	insert(t, l, p, s.rows...)

	got, err := reader(t).Event(t.Context(), ledger.Known{}, s.source, "event-0")
	if err != nil || len(got) != 1 {
		t.Fatalf("Event = %v, %v, want one row", got, err)
	}
	e := got[0]
	if e.RecordedAt.IsZero() || !e.KafkaTime.Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("recorded at %v, Kafka time %v", e.RecordedAt, e.KafkaTime)
	}
	e.RecordedAt, e.KafkaTime = time.Time{}, time.Time{}
	want := store.Event{
		Cluster: p.Cluster, Topic: p.Topic, Partition: p.ID, LostFrom: -1, Outcome: "accepted", Misplaced: true,
		Findings:  []string{"a-finding"},
		Judged:    s.rows[0].Judged,
		EventHash: fmt.Sprintf("%x", s.rows[0].EventHash), ContentHash: fmt.Sprintf("%x", s.rows[0].ContentHash),
		Source: s.source, ID: "event-0", Type: "org.datacustody.data.shared.v1", Kind: "data.shared", Subject: who, Time: at,
		Parents:    []lineage.Ref{{Source: s.source, ID: "p1"}, {Source: "/x", ID: "p2"}},
		Extensions: map[string]string{"traceparent": "00-ab-01"},
		Data: []store.Value{
			{Name: "controller", Value: "tmall"}, {Name: "holder", Value: "tmall"}, {Name: "recipient", Value: "cainiao"}, {Name: "relationship", Value: "provision"},
			{Name: "categories", Value: []string{"phone-number", "delivery-address"}}, {Name: "purpose", Value: "order-delivery"},
			{Name: "legal_basis", Value: "pipl-13-1-2"}, {Name: "sdk.name", Value: "kit"}, {Name: "sdk.version", Value: "1"}, {Name: "retention_until", Value: "2029-04-18"},
			{Name: "recipient_ref", Value: "wb-1"}, {Name: "minor", Value: false}, {Name: "record_ref", Value: "o-1"},
		},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("Event =\n%+v, want\n%+v", e, want)
	}
	for _, source := range []string{"", "/elsewhere"} {
		got, err := reader(t).Event(t.Context(), ledger.Known{}, source, "event-0")
		found := slices.ContainsFunc(got, func(e store.Event) bool { return e.Cluster == p.Cluster })
		if err != nil || found != (source == "") {
			t.Errorf("Event of source %q: found %v, %v", source, found, err)
		}
	}
}

// Rows that are no event hold the log's own columns and nothing of the data.
func TestRefusedRowsHoldNoData(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	for range 3 {
		s.tell(t, "data.shared", who, day, shared)
	}
	s.rows[0].Outcome, s.rows[0].Reason, s.rows[0].ReasonField = ledger.Rejected, event.ReasonBadValue, "data.note"
	s.rows[1].Outcome, s.rows[1].Findings = ledger.Duplicate, []string{"never stored"}
	s.rows[2].Outcome = ledger.Conflict
	lost := &ledger.Row{LostFrom: 3, Offset: 7, Seq: 3, Outcome: ledger.Lost}
	insert(t, l, p, append(s.rows, lost)...)
	got, err := reader(t).Events(t.Context(), store.Filter{Since: time.Time{}, Source: s.source})
	if err != nil || len(got) != 3 {
		t.Fatalf("Events = %d, %v, want 3", len(got), err)
	}
	for i, want := range []string{"rejected bad-value data.note", "duplicate  ", "conflict  "} {
		e := got[i]
		if g := e.Outcome + " " + e.Reason + " " + e.ReasonField; g != want {
			t.Errorf("row %d is %q, want %q", i, g, want)
		}
		if len(e.Data)+len(e.Extensions)+len(e.Findings)+len(e.Parents) > 0 || e.Subject != who {
			t.Errorf("row %d holds %+v", i, e)
		}
	}
	outcomes, err := reader(t).Counts(t.Context())
	if err != nil || outcomes[ledger.Lost] == 0 || outcomes[ledger.Conflict] == 0 {
		t.Errorf("Counts = %v, %v", outcomes, err)
	}
}

func TestFlowsAndRecipients(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(2)
	s := &story{source: "/t/" + p.Cluster}
	s.tell(t, "data.collected", who[0], day, `{"controller":"tmall","categories":["phone-number"],"purpose":"registration","origin":"person"}`)
	s.tell(t, "data.shared", who[0], day.Add(time.Hour), shared)
	s.tell(t, "data.shared", who[0], day.Add(2*time.Hour), `{"controller":"tmall","holder":"cainiao","recipient":"sto","relationship":"entrustment",
		"categories":["delivery-address"],"purpose":"order-delivery","parents":[{"id":"event-1"}]}`)
	s.tell(t, "data.shared", who[1], day, shared)
	insert(t, l, p, s.rows...)
	flows, err := reader(t).Flows(t.Context(), ledger.Known{}, who[0])
	if err != nil || len(flows) != 3 {
		t.Fatalf("Flows = %d, %v, want 3", len(flows), err)
	}
	if f := flows[2]; f.Holder != "cainiao" || f.Recipient != "sto" || f.Kind != event.KindShared || f.Subject != who[0] ||
		!f.Time.Equal(day.Add(2*time.Hour)) || f.Parents[0] != (lineage.Ref{Source: s.source, ID: "event-1"}) {
		t.Errorf("Flows[2] = %+v", f)
	}
	var got []string
	for _, r := range lineage.Recipients(flows) {
		got = append(got, strings.Join(r.Path, ">"))
	}
	if want := []string{"tmall>cainiao", "tmall>cainiao>sto"}; !slices.Equal(got, want) {
		t.Errorf("Recipients = %v, want %v", got, want)
	}
	if flows, err := reader(t).Flows(t.Context(), ledger.Known{}, "nobody", "tmall:x'); DROP TABLE custody.log --"); err != nil || len(flows) > 0 {
		t.Errorf("Flows of nobody = %v, %v", flows, err)
	}
	view := answer(t, "auditor", `SELECT concat(recipient, ' ', toString(events)) FROM custody.recipients
		WHERE subject_namespace = ? ORDER BY ALL`, strings.Split(who[0], ":")[0])
	if want := []string{"cainiao 1", "cainiao 1", "sto 1"}; !slices.Equal(view, want) {
		t.Errorf("the view recipients has %v, want %v", view, want)
	}
}

// Aliases are found over any number of links, in either direction, as the newest
// event on each pair says.
func TestAliases(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(8)
	s := &story{source: "/t/" + p.Cluster}
	link := func(kind string, a, b, hour int) {
		s.tell(t, "subject."+kind, who[a], day.Add(time.Duration(hour)*time.Hour), fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[b]))
	}
	link("linked", 0, 1, 0)
	link("linked", 2, 1, 0) // the other way round
	link("linked", 2, 3, 0)
	link("unlinked", 3, 2, 1) // and no longer, said from the other side
	link("linked", 3, 4, 0)
	link("linked", 5, 6, 0)
	link("unlinked", 5, 6, 1)
	link("linked", 6, 5, 2) // again
	insert(t, l, p, s.rows...)
	for start, want := range map[int][]int{0: {0, 1, 2}, 2: {0, 1, 2}, 3: {3, 4}, 6: {5, 6}, 7: {7}} {
		got, err := reader(t).Aliases(t.Context(), ledger.Known{}, who[start])
		var names []string
		for _, w := range want {
			names = append(names, who[w])
		}
		if err != nil || !slices.Equal(got, names) {
			t.Errorf("Aliases of %d = %v, %v, want %v", start, got, err, names)
		}
	}
}

// A look-up that hits its limit fails; a list may be asked for its newest part.
func TestEventsLimit(t *testing.T) {
	l, p := writer(t), partition(t)
	all := rows(0, 10)
	for _, r := range all {
		r.Event.Source = []byte("/limit/" + p.Cluster)
	}
	insert(t, l, p, all...)
	f := store.Filter{Source: "/limit/" + p.Cluster, Limit: 10}
	if got, err := reader(t).Events(t.Context(), f); err != nil || len(got) != 10 {
		t.Errorf("Events = %d, %v, want 10", len(got), err)
	}
	f.Limit = 9
	if got, err := reader(t).Events(t.Context(), f); !errors.Is(err, store.ErrTooMany) || got != nil {
		t.Errorf("Events = %d, %v, want ErrTooMany", len(got), err)
	}
	f.Newest, f.Limit = true, 3
	got, err := reader(t).Events(t.Context(), f)
	if err != nil || len(got) != 3 || got[0].Offset != 9 || got[2].Offset != 7 {
		t.Errorf("the newest = %v, %v, want offsets 9 to 7", got, err)
	}
}

func TestEventsFilter(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(2)
	s := &story{source: "/t/" + p.Cluster}
	s.tell(t, "data.shared", who[0], day, shared)
	s.tell(t, "data.used", who[0], day.Add(time.Hour), `{"controller":"tmall","categories":["phone-number"],"purpose":"security"}`)
	s.tell(t, "data.shared", who[1], day.Add(2*time.Hour), shared)
	insert(t, l, p, s.rows...)
	for name, c := range map[string]struct {
		filter store.Filter
		want   string
	}{
		"all":          {store.Filter{}, "[0 1 2]"},
		"a subject":    {store.Filter{Subjects: who[:1]}, "[0 1]"},
		"two subjects": {store.Filter{Subjects: who}, "[0 1 2]"},
		"a recipient":  {store.Filter{Recipient: "cainiao"}, "[0 2]"},
		"a kind":       {store.Filter{Kinds: []event.Kind{event.KindUsed}}, "[1]"},
		"kinds":        {store.Filter{Kinds: []event.Kind{event.KindUsed, event.KindShared}}, "[0 1 2]"},
		"an outcome":   {store.Filter{Outcomes: []ledger.Outcome{ledger.Rejected, ledger.Conflict}}, "[]"},
		"from":         {store.Filter{From: day.Add(time.Hour)}, "[1 2]"},
		"to":           {store.Filter{To: day.Add(time.Hour)}, "[0]"},
		"since":        {store.Filter{Since: time.Now().AddDate(1, 0, 0)}, "[]"},
		"several":      {store.Filter{Subjects: who[:1], Recipient: "cainiao", From: day, To: day.Add(1)}, "[0]"},
		"no subject":   {store.Filter{Subjects: []string{"x"}}, "[]"},
		"an id":        {store.Filter{ID: "event-1"}, "[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			c.filter.Source = s.source
			got, err := reader(t).Events(t.Context(), c.filter)
			offsets := []int64{}
			for _, e := range got {
				offsets = append(offsets, e.Offset)
			}
			if err != nil || fmt.Sprint(offsets) != c.want {
				t.Errorf("Events = %v, %v, want %v", offsets, err, c.want)
			}
		})
	}
}

func TestEnds(t *testing.T) {
	l, p := writer(t), partition(t)
	insert(t, l, p, rows(0, 5)...)
	holed := p
	holed.ID++
	insert(t, l, holed, append(rows(0, 2), rows(3, 5)...)...)
	empty := p
	empty.Epoch = 1
	floor(t, empty, 50, 5)
	ends, err := reader(t).Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []store.End
	for _, e := range ends {
		if e.Partition.Cluster == p.Cluster {
			if e.Last.IsZero() != (e.Rows == 0) {
				t.Errorf("Ends: %+v: last", e)
			}
			e.Last = time.Time{}
			got = append(got, e)
		}
	}
	want := []store.End{{Partition: p, Next: 5, Rows: 5}, {Partition: holed, Next: 5, Rows: 4, Hole: true}, {Partition: empty, Next: 50}}
	if !slices.Equal(got, want) {
		t.Errorf("Ends = %+v, want %+v", got, want)
	}
}
