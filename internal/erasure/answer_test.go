package erasure_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func TestTake(t *testing.T) {
	evidence := &event.Evidence{URI: "https://sto.example/proof"}
	for name, c := range map[string]struct {
		party  string
		answer erasure.Answer
		want   string // kinds, or a part of the error
	}{
		"acknowledged":       {"sto", erasure.Answer{ID: "1", Status: "acknowledged"}, "[erasure.acknowledged]"},
		"executed":           {"sto", erasure.Answer{ID: "1", Status: "executed"}, "[erasure.executed]"},
		"restricted":         {"sto", erasure.Answer{ID: "1", Status: "restricted", Exemption: "backup", Until: "2026-06-01"}, "[erasure.restricted]"},
		"refused":            {"sto", erasure.Answer{ID: "1", Status: "refused", Refusal: "own-authorisation"}, "[erasure.refused]"},
		"verified":           {"sto", erasure.Answer{ID: "1", Status: "verified", Evidence: evidence}, "[erasure.verified]"},
		"verified by nobody": {"sto", erasure.Answer{ID: "1", Status: "verified"}, "data.evidence"},
		"passed on": {"sto", erasure.Answer{ID: "1", Status: "acknowledged", PassedOn: []erasure.PassedOn{
			{Recipient: "locker", Categories: []string{"name"}, Purpose: "order-delivery", Reference: "l-1", Time: day(1)},
		}}, "[data.shared erasure.acknowledged]"},
		"passed on what is no kind of data": {"sto", erasure.Answer{ID: "1", Status: "acknowledged", PassedOn: []erasure.PassedOn{
			{Recipient: "locker", Categories: []string{"fun"}, Purpose: "order-delivery", Time: day(1)},
		}}, "data.categories"},
		"an unknown word":    {"sto", erasure.Answer{ID: "1", Status: "fine"}, "status: want"},
		"an unknown refusal": {"sto", erasure.Answer{ID: "1", Status: "refused", Refusal: "no"}, "data.refusal"},
		"without an id":      {"sto", erasure.Answer{Status: "executed"}, "id: is required"},
		"another party":      {"zto", erasure.Answer{ID: "1", Status: "executed"}, erasure.ErrNotAsked.Error()},
		"a personal value":   {"sto", erasure.Answer{ID: "1", Status: "acknowledged", Note: "call 13912345678"}, "data.note"},
	} {
		t.Run(name, func(t *testing.T) {
			fold := erasure.Fold(plan(erase("name")), nil, rules, day(2))
			events, err := fold.Take(c.party, c.answer, "/custody/answers", day(2))
			var kinds []string
			for _, e := range events {
				kinds = append(kinds, strings.TrimSuffix(strings.TrimPrefix(e.Kind().Type(), "org.datacustody."), ".v1"))
			}
			got := fmt.Sprint(kinds)
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, c.want) || strings.Contains(got, "13912345678") || err != nil && events != nil {
				t.Errorf("Take = %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnAnswerThatIsReplayedSaysNothingNew(t *testing.T) {
	fold := erasure.Fold(plan(erase("name")), nil, rules, day(2))
	ids := map[string]bool{}
	for range 2 {
		events, err := fold.Take("sto", erasure.Answer{ID: "1", Status: "executed"}, "/custody/answers", day(2))
		if err != nil {
			t.Fatal(err)
		}
		ids[events[0].(*event.ErasureExecuted).ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("ids = %v, want one", ids)
	}
	if _, err := fold.Take("zto", erasure.Answer{ID: "1", Status: "executed"}, "/custody/answers", day(2)); !errors.Is(err, erasure.ErrNotAsked) {
		t.Errorf("Take = %v, want ErrNotAsked", err)
	}
	for id := range ids {
		done := with(executed(3), func(a *lineage.Act) { a.Event.ID = id })
		fold = erasure.Fold(plan(erase("name")), []lineage.Act{done}, rules, day(4))
		if _, err := fold.Take("sto", erasure.Answer{ID: "1", Status: "executed"}, "/custody/answers", day(4)); !errors.Is(err, erasure.ErrTaken) {
			t.Errorf("Take of what is logged = %v, want ErrTaken", err)
		}
	}
}
