package e2e_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// yesterday is a day of which nothing lies in the future.
func yesterday() time.Time { return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1) }

// A simulated day is logged as the simulation says: so many rows of each
// outcome and reason, as many as there are records, and each person's
// recipients are those that its data went to.
func TestSimulatedDay(t *testing.T) {
	const n = 40_000
	w := newWorld(t, "day", 4)
	w.consume(t)
	o := simulate.Day(2026, yesterday())
	o.Events, o.Subjects, o.Conflicts, o.Bad = n, 4000, 0.005, 0.02
	s, want, messages := simulate.New(o), map[string]int{}, make([]event.Message, n)
	for i := range messages {
		var e simulate.Expect
		messages[i], e = s.Next()
		want[strings.TrimSpace(e.Outcome+" "+e.Reason.String())]++
	}
	w.send(t, w.emitter(t), messages)
	w.await(t, n)
	if got := w.counts(t); !maps.Equal(got, want) {
		t.Errorf("the log holds %v, want %v", got, want)
	}
	w.intact(t)
	w.rowsFit(t)

	db, err := store.Open(w.server.Config("auditor"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for person := range 300 {
		flows, err := db.Flows(t.Context(), ledger.Known{}, string(s.Subject(person)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range lineage.Recipients(flows) {
			if r.Party != lineage.Public && !r.Inferred {
				got = append(got, r.Party)
			}
		}
		slices.Sort(got)
		if want := s.Recipients(person); !slices.Equal(got, want) {
			t.Errorf("person %d: the log names %v, want %v", person, got, want)
		}
	}
}

// Sending the same day twice, the second time in the other content mode, adds
// duplicates and nothing else.
func TestG3OneEventOnce(t *testing.T) {
	const n = 5000
	w := newWorld(t, "twice", 2)
	w.consume(t)
	day := func(binary float64) (messages []event.Message) {
		s := simulate.New(simulate.Options{Seed: 3, Start: yesterday(), Events: n, Subjects: 500, Binary: binary})
		for range n {
			m, _ := s.Next()
			messages = append(messages, m)
		}
		return messages
	}
	p := w.emitter(t)
	w.send(t, p, day(0))
	w.await(t, n)
	w.send(t, p, day(1))
	w.await(t, 2*n)
	if got, want := w.counts(t), map[string]int{"accepted": n, "duplicate": n}; !maps.Equal(got, want) {
		t.Errorf("the log holds %v, want %v", got, want)
	}
	w.intact(t)
}
