package simulate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

// neverSimulated are rules that the parties and policies which we are built with
// give no occasion to break: no approval and no authority abroad is registered,
// and a day has a policy in force from its first event to its last.
var neverSimulated = []string{"policy-not-in-force", "approval-expired", "foreign-authority-unapproved"}

// What the simulation says it broke is what the rules find, event by event: none
// is missed and none invented.
func TestFindingsAreThoseOfTheRules(t *testing.T) {
	c, err := catalog.Standard()
	if err != nil {
		t.Fatal(err)
	}
	s, d, now := simulate.New(simulate.Day(17, start)), event.NewDecoder(event.Options{}), start.Add(72*time.Hour)
	var verdict rules.Verdict
	found, clean, wrong := map[string]int{}, 0, map[string]bool{}
	for range 120_000 {
		m, want := s.Next()
		if want.Outcome != simulate.Accepted {
			if want.Findings != nil {
				t.Fatalf("a %s message has the findings %v", want.Outcome, want.Findings)
			}
			continue
		}
		r, why := d.Decode(&m, now)
		if why != nil {
			t.Fatal(why)
		}
		rules.Judge(c, r, &verdict)
		if line := string(r.Source) + " " + want.Kind.String(); !slices.Equal(verdict.Findings, want.Findings) && !wrong[line] {
			wrong[line] = true
			t.Errorf("findings of flow %d at %s = %v, want %v\n%+v\n%s", want.Row, r.Source, verdict.Findings, want.Findings, verdict.Explain("en"), m.Value)
		}
		if len(want.Findings) == 0 {
			clean++
		}
		for _, id := range want.Findings {
			found[id]++
		}
	}
	if clean < 110_000 {
		t.Errorf("%d of some 117,000 events are without finding: drift is not the rule", clean)
	}
	for _, r := range rules.All() {
		if never := slices.Contains(neverSimulated, r.ID); (found[r.ID] > 0) == never {
			t.Errorf("%s was found %d times", r.ID, found[r.ID])
		}
	}
}
