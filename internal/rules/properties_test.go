package rules_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
)

// pool is what random events and policies are made of: few terms, so that they meet often.
var pool = struct{ categories, purposes, bases, recipients, relationships, countries, mechanisms, forms, protections []string }{
	categories:    []string{"order", "nickname", "face", "delivery-address", "payment-account"},
	purposes:      []string{"payment", "order-delivery", "advertising"},
	bases:         []string{"pipl-13-1-1", "pipl-13-1-2", "pipl-13-1-3", "gdpr-6-1-f"},
	recipients:    []string{"pay", "dispatch", "van", "adverts", "osaka", "stranger"},
	relationships: []string{"provision", "entrustment", "sub-entrustment", "joint-processing"},
	countries:     []string{"CN", "JP", "US"},
	mechanisms:    []string{"standard-contract", "contract-necessity", "treaty"},
	forms:         []string{"general", "explicit", "separate", "guardian"},
	protections:   []string{"plain", "masked", "deidentified"},
}

func one(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// some is a part of from that is not empty, in any order.
func some(r *rand.Rand, from []string) []string {
	all := slices.Clone(from)
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+r.IntN(len(all))]
}

// randomEvent is a share or a transfer abroad that the contract accepts.
func randomEvent(r *rand.Rand) (kind string, data fields) {
	data = fields{"controller": "shop", "categories": some(r, pool.categories), "purpose": one(r, pool.purposes),
		"recipient": one(r, pool.recipients), "relationship": one(r, pool.relationships)}
	for name, from := range map[string][]string{"legal_basis": pool.bases, "consent_form": pool.forms, "protection": pool.protections} {
		if r.IntN(3) > 0 {
			data[name] = one(r, from)
		}
	}
	if r.IntN(4) == 0 {
		data["holder"] = one(r, []string{"dispatch", "cloud"})
	}
	data["minor"] = r.IntN(5) == 0
	if r.IntN(2) == 0 {
		if r.IntN(3) == 0 {
			data["country"] = one(r, pool.countries)
		}
		return dataShared, data
	}
	data["country"] = one(r, pool.countries)
	if r.IntN(2) == 0 {
		data["mechanism"] = one(r, pool.mechanisms)
	}
	return abroad, data
}

// randomFlow is an entry of a policy, as YAML.
func randomFlow(r *rand.Rand, id, kind string) string {
	list := func(from []string) string { return "[" + strings.Join(some(r, from), ", ") + "]" }
	s := "  - {id: " + id + ", kind: " + kind + ", categories: " + list(pool.categories) + ", purposes: " + list(pool.purposes) + ", recipients: " + list(pool.recipients[:5])
	if r.IntN(2) == 0 {
		s += ", legal-bases: " + list(pool.bases)
	}
	if r.IntN(2) == 0 {
		s += ", relationships: " + list(pool.relationships)
	}
	if r.IntN(3) == 0 {
		s += ", protection: " + one(r, pool.protections)
	}
	if kind == abroad {
		s += ", countries: " + list(pool.countries) + ", mechanisms: " + list(pool.mechanisms)
	}
	return s + "}\n"
}

func catalogOf(t *testing.T, flows string) *catalog.Catalog {
	t.Helper()
	text := "id: shop-2\nplatform: shop\ncontrollers: [shop]\nflows:\n" + flows
	c, err := standard(t).With([]catalog.Dir{{Name: "parties", FS: fstest.MapFS{"p.yaml": {Data: []byte(testParties)}}}},
		[]catalog.Dir{{Name: "policies", FS: fstest.MapFS{"p.yaml": {Data: []byte(text)}}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCoveringAnEventClearsIt: declaring one more flow never makes an event
// worse in what the policy declares: where it covers the event, nothing that is
// undeclared is left; where not, it is at most as far from the nearest entry as it was.
func TestDeclaringMoreNeverAddsAnUndeclaredThing(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for range 150 {
		var flows []string
		for i := range 1 + r.IntN(4) {
			flows = append(flows, randomFlow(r, string(rune('a'+i)), one(r, []string{dataShared, abroad})))
		}
		fewer, more := catalogOf(t, strings.Join(flows, "")), catalogOf(t, strings.Join(flows, "")+randomFlow(r, "z", one(r, []string{dataShared, abroad})))
		for range 20 {
			kind, data := randomEvent(r)
			before, after := declared(judge(t, fewer, kind, usualTime, data)), declared(judge(t, more, kind, usualTime, data))
			if len(before) == 0 && len(after) > 0 {
				t.Fatalf("%s %v: undeclared with one flow more: %v, with fewer: nothing\n%s", kind, data, after, flows)
			}
			if grave(after) > grave(before) {
				t.Fatalf("%s %v: undeclared with one flow more: %v, with fewer: %v\n%s", kind, data, after, before, flows)
			}
		}
	}
}

// declared are the findings that compare the event with the policy.
func declared(v *rules.Verdict) (ids []string) {
	for _, id := range v.Findings {
		if strings.HasPrefix(id, "undeclared-") || id == "protection-weaker-than-declared" || id == "necessity-mismatch" {
			ids = append(ids, id)
		}
	}
	return ids
}

// grave counts the errors; no entry at all is the farthest.
func grave(ids []string) (n int) {
	for _, id := range ids {
		switch {
		case id == "undeclared-kind":
			n += 100
		case rules.Named(id).Severity == rules.Error && id != "protection-weaker-than-declared":
			n++
		}
	}
	return n
}

// TestJudgingIsDeterministic: the same event, judged again, by another verdict,
// after other events and with its lists in another order, has the same findings.
func TestJudgingIsDeterministic(t *testing.T) {
	r, c, used := rand.New(rand.NewPCG(6, 2)), testCatalog(t), new(rules.Verdict)
	for range 3000 {
		kind, data := randomEvent(r)
		want := judge(t, c, kind, usualTime, data)
		categories := slices.Clone(data["categories"].([]string))
		slices.Reverse(categories)
		rules.Judge(c, decode(t, c, kind, usualTime, data.with(fields{"categories": categories})), used)
		if !slices.Equal(used.Findings, want.Findings) || used.Policy != want.Policy || used.Flow != want.Flow {
			t.Fatalf("%s %v: findings = %v, want %v", kind, data, used.Findings, want.Findings)
		}
	}
}

// TestFewerCategoriesNeverAddAFinding: leaving data out makes no event worse.
func TestFewerCategoriesNeverAddAFinding(t *testing.T) {
	r, c := rand.New(rand.NewPCG(6, 3)), testCatalog(t)
	for range 3000 {
		kind, data := randomEvent(r)
		all := data["categories"].([]string)
		if len(all) == 1 {
			continue
		}
		before := declared(judge(t, c, kind, usualTime, data))
		after := declared(judge(t, c, kind, usualTime, data.with(fields{"categories": all[1:]})))
		if grave(after) > grave(before) {
			t.Fatalf("%s %v: without %s undeclared = %v, with it %v", kind, data, all[0], after, before)
		}
	}
}

func TestJudgeDoesNotAllocate(t *testing.T) {
	c, v := testCatalog(t), new(rules.Verdict)
	for name, test := range map[string]struct {
		kind string
		data fields
	}{"clean": {dataShared, shared}, "with findings": {dataShared, shared.with(fields{"recipient": "van", "purpose": "marketing", "legal_basis": "gdpr-6-1-f"})},
		"consent": {granted, consent}, "erasure": {requested, closing}} {
		record := decode(t, c, test.kind, usualTime, test.data)
		rules.Judge(c, record, v)
		if n := testing.AllocsPerRun(100, func() { rules.Judge(c, record, v) }); n != 0 {
			t.Errorf("%s: Judge allocates %v times, want never", name, n)
		}
	}
}
