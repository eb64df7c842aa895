package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// refused adds a row of a record that was refused; a conflict where reason is none.
func (s *story) refused(id, subject string, reason event.Reason, field string) {
	n := len(s.rows)
	r := &event.Record{Kind: event.KindUsed, Source: []byte(s.source), ID: []byte(id), Time: day.UnixNano(), HasTime: true}
	if namespace, _, ok := strings.Cut(subject, ":"); ok {
		r.Namespace, r.Subject = []byte(namespace), [16]byte{1}
	}
	row := &ledger.Row{Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: day, Outcome: ledger.Rejected, Reason: reason, ReasonField: field, Event: r}
	if reason == event.ReasonNone {
		row.Outcome, row.EventHash = ledger.Conflict, r.EventHash()
	}
	s.rows = append(s.rows, row)
}

// operation adds what an operator did to a letter.
func (s *story) operation(t *testing.T, action, letter string, outcome ledger.Outcome) {
	t.Helper()
	n := len(s.rows)
	m := &event.Message{
		Key: []byte("/ops"), Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
		Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.operation.logged.v1","source":"/ops","id":"op-%s-%d","time":%q,"data":{"action":%q,"actor":"dpo","record_ref":%q}}`,
			letter, n, day.Format(time.RFC3339), action, letter),
	}
	e, rejection := event.NewDecoder(event.Options{}).Decode(m, day)
	if rejection != nil {
		t.Fatal(rejection)
	}
	s.rows = append(s.rows, &ledger.Row{Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: day, Outcome: outcome,
		EventHash: e.EventHash(), ContentHash: e.ContentHash(), Event: e})
}

func TestLettersAndWhatSettlesThem(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	key := func(offset int64) string { return ledger.Identity{Partition: p, Offset: offset}.String() }
	s := &story{source: "/t/" + p.Cluster}
	s.refused("term", who, event.ReasonUnknownTerm, "data.purpose")    // 0: open, see below
	s.refused("event-9", who, event.ReasonUnknownTerm, "data.purpose") // 1: accepted later, by that id
	s.refused("again", who, event.ReasonKeyMismatch, "")               // 2: replayed
	s.refused("twice", who, event.ReasonNone, "")                      // 3: a conflict, resolved
	s.refused("event-9", who, event.ReasonNone, "")                    // 4: a conflict; that the log has the event settles nothing
	s.refused("", "", event.ReasonSyntax, "")                          // 5: open, nothing is known
	s.operation(t, "replay", key(2), ledger.Accepted)
	s.operation(t, "heal", key(3), ledger.Accepted)
	s.operation(t, "replay", key(5), ledger.Duplicate)                                 // counts for nothing
	s.tell(t, "data.shared", who, day, shared)                                         // event-9
	s.rows[0].Event.Source, s.rows[0].Event.ID = []byte("/another"), []byte("event-9") // another source's id
	insert(t, l, p, s.rows...)

	db, all := reader(t), store.LetterFilter{Cluster: p.Cluster}
	letters, err := db.Letters(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range letters {
		got = append(got, strings.TrimSpace(fmt.Sprint(l.ID.Offset, " ", l.Reason, " ", l.Field, " ", l.ResolvedBy)))
	}
	want := []string{"0 unknown-term data.purpose", "1 unknown-term data.purpose accepted", "2 key-mismatch  replayed", "3 conflict  resolved", "4 conflict", "5 syntax"}
	if !slices.Equal(got, want) {
		t.Errorf("Letters = %q, want %q", got, want)
	}
	if first := letters[0]; first.ID.String() != key(0) || first.EventID != "event-9" || first.Source != "/another" || !strings.HasPrefix(first.Subject, strings.Split(who, ":")[0]+":01000000-") ||
		!first.Time.Equal(day) || first.RecordedAt.IsZero() || first.Type != "org.datacustody.data.used.v1" {
		t.Errorf("letter 0 = %+v", first)
	}
	if last := letters[5]; last.Subject != "" || last.EventID != "" {
		t.Errorf("the letter of which nothing is known = %+v", last)
	}

	groups, err := db.LetterGroups(t.Context(), store.LetterFilter{Cluster: p.Cluster, Unresolved: true})
	if err != nil {
		t.Fatal(err)
	}
	got = got[:0]
	for _, g := range groups {
		got = append(got, fmt.Sprint(g.Reason, " ", g.Count, " ", g.Unresolved, " ", g.Example))
	}
	want = []string{"conflict 2 1 " + key(4), "syntax 1 1 " + key(5), "unknown-term 1 1 " + key(0)}
	if !slices.Equal(got, want) {
		t.Errorf("LetterGroups = %q, want those with an open letter, which is the example: %q", got, want)
	}
}

// However many are picked, what settles them is the same, and what the view says.
func TestManyLetters(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	const many = 1100 // more than are looked for by their ids
	for i := range many {
		s.refused(fmt.Sprint("event-", i), who, event.ReasonUnknownTerm, "data.purpose")
	}
	s.tell(t, "data.shared", who, day, shared) // event-1100
	s.refused("event-1100", who, event.ReasonBadValue, "data.country")
	insert(t, l, p, s.rows...)
	db := reader(t)
	for _, f := range []store.LetterFilter{{Cluster: p.Cluster}, {Cluster: p.Cluster, Reason: "bad-value"}} {
		groups, err := db.LetterGroups(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			want := uint64(many)
			if g.Reason == "bad-value" {
				want = 0
			}
			if g.Unresolved != want {
				t.Errorf("%d of %s are unresolved of those that %+v picks, want %d", g.Unresolved, g.Reason, f, want)
			}
		}
		if f.Reason == "" && len(groups) != 2 || f.Reason != "" && len(groups) != 1 {
			t.Errorf("%d groups of those that %+v picks", len(groups), f)
		}
	}
	got := answer(t, "auditor", `SELECT concat(reason, ' ', resolved_by, ' ', toString(count())) FROM custody.dead_letters WHERE kafka_cluster = ? GROUP BY reason, resolved_by ORDER BY reason`, p.Cluster)
	if want := []string{"bad-value accepted 1", fmt.Sprint("unknown-term  ", many)}; !slices.Equal(got, want) {
		t.Errorf("custody.dead_letters = %q, want %q", got, want)
	}
}

func TestLettersArePicked(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	for i := range 3 {
		s.refused(fmt.Sprint("term-", i), who, event.ReasonUnknownTerm, "data.purpose")
	}
	s.refused("value", who, event.ReasonBadValue, "data.country")
	insert(t, l, p, s.rows...)
	db, base := reader(t), store.LetterFilter{Cluster: p.Cluster}
	whole, err := db.Letters(t.Context(), base)
	if err != nil || len(whole) != 4 {
		t.Fatalf("Letters = %d, %v, want 4", len(whole), err)
	}
	at := whole[0].RecordedAt
	for name, c := range map[string]struct {
		pick func(*store.LetterFilter)
		want int
	}{
		"by reason":       {func(f *store.LetterFilter) { f.Reason = "bad-value" }, 1},
		"by field":        {func(f *store.LetterFilter) { f.Field = "data.purpose" }, 3},
		"by source":       {func(f *store.LetterFilter) { f.Source = s.source }, 4},
		"another source":  {func(f *store.LetterFilter) { f.Source = "/t" }, 0},
		"by keys":         {func(f *store.LetterFilter) { f.Keys = []string{whole[1].ID.String(), whole[3].ID.String()} }, 2},
		"from its moment": {func(f *store.LetterFilter) { f.From = at }, 4},
		"up to it":        {func(f *store.LetterFilter) { f.To = at }, 0},
		"just enough":     {func(f *store.LetterFilter) { f.Limit = 4 }, 4},
	} {
		f := base
		c.pick(&f)
		if got, err := db.Letters(t.Context(), f); err != nil || len(got) != c.want {
			t.Errorf("%s: %d letters, %v, want %d", name, len(got), err, c.want)
		}
	}
	if got, err := db.Letters(t.Context(), store.LetterFilter{Cluster: p.Cluster, Limit: 3}); !errors.Is(err, store.ErrTooMany) || got != nil {
		t.Errorf("4 letters with a limit of 3 = %v, %v, want ErrTooMany", got, err)
	}
	if got, err := db.LetterGroups(t.Context(), store.LetterFilter{Cluster: p.Cluster, Limit: 1}); !errors.Is(err, store.ErrTooMany) || got != nil {
		t.Errorf("2 groups with a limit of 1 = %v, %v, want ErrTooMany", got, err)
	}
}

func TestContents(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	for range 3 {
		s.tell(t, "data.shared", who, day, shared)
	}
	want := map[[16]byte][16]byte{}
	for _, r := range s.rows[:2] {
		want[r.EventHash] = r.ContentHash
	}
	s.rows[2].Outcome = ledger.Duplicate
	insert(t, l, p, s.rows...)
	ids := []string{"event-0", "event-2"}
	for i := range 1000 { // more than one question
		ids = append(ids, fmt.Sprint(strings.Repeat("é", 100), i))
	}
	got, err := reader(t).Contents(t.Context(), append(ids, "event-1"))
	if err != nil {
		t.Fatal(err)
	}
	for e, c := range want {
		if got[e] != c {
			t.Errorf("Contents lacks an accepted event")
		}
	}
	if _, ok := got[s.rows[2].EventHash]; ok {
		t.Error("Contents has an event that was not accepted")
	}
}
