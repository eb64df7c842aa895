package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// A mutation changes one thing of a declared event to what the policy declares
// nowhere. But is nil where the kind has no such field, or the policy takes anything.
type mutation struct {
	name string
	rule func(event.Kind) string // the rule that has to find it
	but  func(*declaredEvent) fields
}

var mutations = []mutation{
	{"recipient", func(k event.Kind) string {
		if k.Requires(event.FieldCategories) || k == event.KindConsentGranted {
			return "undeclared-recipient"
		}
		return "unregistered-party" // a case of erasure may be about anybody who is known
	}, mutateRecipient},
	{"category", always("undeclared-category"), mutateCategory},
	{"purpose", always("undeclared-purpose"), mutatePurpose},
	{"ground", always("undeclared-ground"), mutateGround},
	{"country", always("undeclared-country"), mutateCountry},
}

func always(rule string) func(event.Kind) string { return func(event.Kind) string { return rule } }

func mutateRecipient(d *declaredEvent) fields {
	k := d.flow.Kind
	switch {
	case k == event.KindConsentGranted:
		return fields{"recipients": []string{d.undeclaredParty()}}
	case k.Requires(event.FieldCategories) && k.Requires(event.FieldRecipient):
		return fields{"recipient": d.undeclaredParty()}
	case k.Requires(event.FieldRecipient):
		return fields{"recipient": "stranger"}
	}
	return nil
}

// undeclaredParty is registered, and named by no entry of the policy.
func (d *declaredEvent) undeclaredParty() string {
	for _, p := range d.catalog.Parties() {
		if !d.policy.Declared.Recipients.Name(p) {
			return p.ID
		}
	}
	return "nobody"
}

func mutateCategory(d *declaredEvent) fields {
	if !d.flow.Kind.Requires(event.FieldCategories) && d.flow.Kind != event.KindConsentGranted {
		return nil
	}
	var kept []string
	if sent, ok := d.data["categories"].([]string); ok {
		kept = sent[:min(63, len(sent))]
	}
	return fields{"categories": append(slices.Clone(kept), d.undeclared(event.ListCategory, d.policy.Declared.Categories.IDs))}
}

func mutatePurpose(d *declaredEvent) fields {
	undeclared := d.undeclared(event.ListPurpose, d.policy.Declared.Purposes.IDs)
	switch {
	case d.flow.Kind == event.KindConsentGranted:
		return fields{"purposes": append(slices.Clone(d.data["purposes"].([]string)), undeclared)}
	case d.flow.Kind.Requires(event.FieldPurpose):
		return fields{"purpose": undeclared}
	}
	return nil
}

// undeclared is a term that is not among those that are declared.
func (d *declaredEvent) undeclared(l event.List, declared []string) string {
	for _, t := range d.catalog.List(l).Terms {
		if !slices.Contains(declared, t.ID) {
			return t.ID
		}
	}
	return "nothing"
}

func mutateGround(d *declaredEvent) fields {
	field, list, terms := "legal_basis", event.ListLegalBasis, func(f *catalog.Flow) *catalog.Terms { return &f.LegalBases }
	switch {
	case d.flow.Kind == event.KindErasureRequested:
		field, list, terms = "ground", event.ListGround, func(f *catalog.Flow) *catalog.Terms { return &f.Grounds }
	case !d.flow.Kind.Requires(event.FieldCategories):
		return nil
	}
	var declared []string
	for _, f := range d.policy.FlowsOf(d.flow.Kind) {
		if terms(f).Any() {
			return nil
		}
		declared = append(declared, terms(f).IDs...)
	}
	return fields{field: d.undeclared(list, declared)}
}

func mutateCountry(d *declaredEvent) fields {
	const country = "AQ"
	switch k := d.flow.Kind; {
	case k == event.KindConsentGranted:
		return fields{"countries": []string{country}}
	case k.Requires(event.FieldCategories) && k.Allows(event.FieldCountry):
		return fields{"country": country}
	}
	return nil
}

// A cell counts the events of a row and a policy that are judged as they should be.
type cell struct{ tried, right int }

func (c cell) String() string {
	switch c.tried {
	case 0:
		return "–"
	case c.right:
		return fmt.Sprint(c.right)
	}
	return fmt.Sprintf("%d of %d", c.right, c.tried)
}

// A seedRow is one row of the design's list of flows in one policy.
type seedRow struct {
	row      int
	policy   *catalog.Policy
	declared cell
	found    [5]cell
}

// seedCatalog is ours and one party more, as a user registers it: a policy speaks
// of customs abroad, and names none.
func seedCatalog(t *testing.T) *catalog.Catalog {
	t.Helper()
	own := fstest.MapFS{"own.yaml": {Data: []byte("parties:\n  - {id: customs-abroad, en: Customs abroad, role: customs, country: KR}\n")}}
	c, err := standard(t).With([]catalog.Dir{catalog.OurParties, {Name: "own", FS: own}}, []catalog.Dir{catalog.OurPolicies})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// seedFlows judges, for every entry of every policy, the event that it declares
// and what comes of it by changing one thing.
func seedFlows(t *testing.T, fail func(format string, a ...any)) (table []*seedRow) {
	t.Helper()
	c := seedCatalog(t)
	for _, p := range c.Policies() {
		for _, f := range p.Flows {
			at := slices.IndexFunc(table, func(r *seedRow) bool { return r.row == f.Row && r.policy == p })
			if at < 0 {
				at = len(table)
				table = append(table, &seedRow{row: f.Row, policy: p})
			}
			judgeSeed(t, table[at], declaredBy(c, p, f), fail)
		}
	}
	slices.SortStableFunc(table, func(a, b *seedRow) int { return (a.row+50)%51 - (b.row+50)%51 }) // 0 is beyond the fifty
	return table
}

func judgeSeed(t *testing.T, row *seedRow, d *declaredEvent, fail func(string, ...any)) {
	t.Helper()
	name := fmt.Sprintf("%s %s (row %d, %s)", d.policy.ID, d.flow.ID, d.flow.Row, d.flow.Kind)
	row.declared.tried++
	v := judge(t, d.catalog, d.flow.Kind.String(), d.when(), d.data)
	if len(v.Findings) == 0 && (v.Policy == d.policy || !policyMatters(d.flow.Kind)) {
		row.declared.right++
	} else {
		fail("%s: the declared event %v: findings %v by %v, want none", name, d.data, v.Findings, v.Policy)
	}
	for i, m := range mutations {
		but := m.but(d)
		if but == nil {
			continue
		}
		row.found[i].tried++
		v := judge(t, d.catalog, d.flow.Kind.String(), d.when(), d.data.with(but))
		if want := m.rule(d.flow.Kind); slices.Contains(v.Findings, want) {
			row.found[i].right++
		} else {
			fail("%s: with another %s, %v: findings %v, want %s", name, m.name, but, v.Findings, want)
		}
	}
}

// policyMatters says of which kinds a policy says anything.
func policyMatters(k event.Kind) bool { return k != event.KindAccessLogged }

// TestSeedFlows is "what is declared is logged without a finding, and whatever
// is changed in it is found", for each of the fifty rows and each policy that has it.
func TestSeedFlows(t *testing.T) {
	table := seedFlows(t, t.Errorf)
	rows := map[int]bool{}
	for _, r := range table {
		rows[r.row] = true
	}
	for row := 1; row <= 50; row++ {
		if !rows[row] {
			t.Errorf("no policy has an entry of row %d", row)
		}
	}
}

// TestVersionOfTheTime: an event is judged by the version that was in force when
// it happened, not when it is logged.
func TestVersionOfTheTime(t *testing.T) {
	c, err := catalog.Standard()
	if err != nil {
		t.Fatal(err)
	}
	device := fields{"controller": "alibaba-com", "categories": []string{"mac-address"}, "purpose": "security", "origin": "observed", "legal_basis": "pipl-13-1-2"}
	tests := map[string]struct{ when, policy, findings string }{
		"the day before": {"2022-07-26T12:00:00+08:00", "alibaba-com-before-2022-07-27", "undeclared-"},
		"the day after":  {"2022-07-28T12:00:00+08:00", "alibaba-com-2022-07-27", ""},
	}
	for name, test := range tests {
		v := judge(t, c, dataCollected, test.when, device)
		got := strings.Join(v.Findings, " ")
		if v.Policy == nil || v.Policy.ID != test.policy || (test.findings == "") != (got == "") || !strings.HasPrefix(got, test.findings) {
			t.Errorf("%s: findings %q by %v, want %q by %s", name, got, v.Policy, test.findings, test.policy)
		}
	}
}
