package store_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// shopPolicies are two versions of the policy of a platform that no other test has.
func shopPolicies(t testing.TB, platform string) *catalog.Catalog {
	t.Helper()
	words, err := catalog.Load(vocabulary.Files)
	if err != nil {
		t.Fatal(err)
	}
	version := func(effective, flows string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "id: %[1]s-%[2]s\nplatform: %[1]s\ntitle: {en: Shop, zh: 店}\ncontrollers: [%[1]s]\neffective: %[2]s\ntime-zone: UTC\nflows:\n%[3]s", platform, effective, flows)}
	}
	flow := func(id, kind, categories, purposes, more string) string {
		return fmt.Sprintf("  - {id: %s, kind: %s, categories: [%s], purposes: [%s], summary: {en: %[1]s, zh: 项}%[5]s}\n", id, kind, categories, purposes, more)
	}
	c, err := words.With(
		[]catalog.Dir{{Name: "parties", FS: fstest.MapFS{"p.yaml": {Data: fmt.Appendf(nil,
			"parties:\n  - {id: %s, en: Shop, role: controller, country: CN}\n  - {id: alipay, en: A, role: payment-institution, country: CN}\n"+
				"  - {id: yto, en: Y, role: carrier, country: CN}\n  - {id: sto, en: S, role: carrier, country: CN}\n", platform)}}}},
		[]catalog.Dir{{Name: "policies", FS: fstest.MapFS{
			"a.yaml": version("2020-01-01", flow("old", "data.shared", "name", "payment", ", recipients: [alipay]")),
			"b.yaml": version("2026-01-01", flow("collect", "data.collected", "name, email", "registration", ", necessity: necessary")+
				flow("pay", "data.shared", "payment-record, name", "payment", ", recipients: [alipay]")+
				flow("carry", "data.shared", "delivery-address", "order-delivery", ", recipient-roles: [carrier]")),
		}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What is seen is held against the policy that was in force when it happened.
func TestDriftAndLists(t *testing.T) {
	l, p := writer(t), partition(t)
	platform := testkit.Unique("shop")
	who := subjects(2)
	s := &story{source: "/t/" + p.Cluster}
	give := func(who string, at time.Time, recipient, purpose, categories string) {
		s.tell(t, "data.shared", who, at, fmt.Sprintf(`{"controller":%q,"recipient":%q,"relationship":"provision","purpose":%q,"categories":[%s],"channel":"api"}`, platform, recipient, purpose, categories))
	}
	give(who[0], day, "alipay", "payment", `"name"`)
	give(who[1], day, "alipay", "payment", `"name","email"`) // e-mail is not declared
	give(who[0], day, "yto", "order-delivery", `"delivery-address"`)
	give(who[0], day, "weibo", "advertising", `"nickname"`)                                                  // nor is this
	give(who[0], time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), "yto", "order-delivery", `"delivery-address"`) // by the older policy
	s.tell(t, "data.collected", who[0], day, fmt.Sprintf(`{"controller":%q,"origin":"person","purpose":"registration","categories":["name"]}`, platform))
	stranger := testkit.Unique("stranger") // whose policy nobody knows
	s.tell(t, "data.used", who[0], day, fmt.Sprintf(`{"controller":%q,"purpose":"marketing","categories":["order"]}`, stranger))
	insert(t, l, p, s.rows...)
	db := openDB(t, testkit.ClickHouse(t).Config("writer"))
	c := shopPolicies(t, platform)
	for range 2 { // noting it twice changes nothing
		if err := db.Declare(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}

	drifts, err := reader(t).Drift(t.Context(), platform)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range drifts {
		if want := []string{platform}; !slices.Equal(d.Controllers, want) {
			t.Errorf("Drift(%s) has controllers %q, want %q", platform, d.Controllers, want)
		}
		got = append(got, fmt.Sprintf("%s %s %s%v%v%d", d.Drift, d.Policy[len(platform)+1:], d.Entry, d.Parties, d.Categories, d.Events))
	}
	slices.Sort(got)
	want := []string{
		"declared-unseen 2026-01-01 collect[][email]1",
		"declared-unseen 2026-01-01 pay[alipay][payment-record]2",
		"seen-undeclared 2020-01-01 [yto][delivery-address]1",
		"seen-undeclared 2026-01-01 [alipay][email]1",
		"seen-undeclared 2026-01-01 [weibo][nickname]1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Drift = %q, want %q", got, want)
	}

	all, err := reader(t).Drift(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	named := slices.ContainsFunc(all, func(d ledger.Drift) bool {
		return d.Drift == "seen-undeclared" && d.Platform == "" && slices.Equal(d.Controllers, []string{stranger})
	})
	if !named {
		t.Errorf("Drift does not name %s, of whom no policy is known", stranger)
	}

	listed, err := reader(t).Lists(t.Context(), platform)
	if err != nil {
		t.Fatal(err)
	}
	got = nil
	for _, l := range listed {
		got = append(got, fmt.Sprintf("%s %s %s%v%v%v%v%d", l.List, l.Party, l.Purpose, l.Declared, l.Seen, l.Entries, l.Channels, l.Events))
	}
	want = []string{
		"collected  registration[email name][name][collect][]1",
		"sharing *carrier order-delivery[delivery-address][][carry][]0",
		"sharing alipay payment[name payment-record][email name][pay][api]3",
		"sharing weibo advertising[][nickname][][api]1",
		"sharing yto order-delivery[delivery-address][delivery-address][carry][api]2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Lists = %q, want %q", got, want)
	}
}
