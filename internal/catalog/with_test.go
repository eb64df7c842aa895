package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/vocabulary"
)

const parties = `parties:
  - {id: shop, en: Shop, role: controller, country: CN, companies: [{en: Shop Ltd, zh: 商店}]}
  - id: pay
    zh: 支付
    role: payment-institution
    country: CN
    contact: {email: privacy@pay.example}
    notice: {channel: webhook}
    source: [{policy: shop-1, section: "2"}]
  - {id: dispatch, en: Dispatch, role: logistics, country: CN, onward: [carrier, pay]}
  - {id: van, en: Van, role: carrier, country: CN}
  - {id: adverts, en: Adverts, role: advertising, country: CN}
  - {id: abroad, en: Abroad, role: overseas-seller, country: SG, approvals: [{ref: scc-1, mechanism: standard-contract, until: 2026-12-31}]}
`

const older = `id: shop-1
platform: shop
title: {en: Privacy policy, zh: 隐私政策}
controllers: [shop]
flows:
  - {id: payment, row: 9, kind: data.shared, categories: [order], purposes: [payment], legal-bases: [pipl-13-1-2], recipients: [pay]}
`

const newer = `id: shop-2
platform: shop
controllers: [shop]
published: 2022-07-20
effective: 2022-07-27
time-zone: Asia/Shanghai
law: pipl
reply-days: 15
rights: [access, deletion]
owner: {en: Shop Ltd}
main-recipients: [pay]
flows:
  - id: payment
    kind: data.shared
    categories: [order, payment-account]
    purposes: [payment, settlement]
    recipients: [pay]
    recipient-roles: [carrier]
    separate-consent: true
    protection: masked
    retention: {years: 3, minimum: true, after: completion}
  - {id: export, kind: data.transferred-abroad, categories: [order], purposes: [payment], recipient-roles: [overseas-seller], countries: [US, recipient], mechanisms: [contract-necessity]}
  - {id: intake, kind: data.collected, categories: [order, nickname], purposes: [registration]}
  - {id: storage, kind: data.used, categories: [collected, risk-score], purposes: [infrastructure]}
  - {id: closing, kind: erasure.requested, grounds: [account-closure], deadline-days: 15}
`

// with adds files of parties and policies to the standard vocabulary: name and text by turns.
func with(t *testing.T, partyFile string, policies ...string) (*catalog.Catalog, error) {
	t.Helper()
	files := fstest.MapFS{}
	for i := 0; i < len(policies); i += 2 {
		files[policies[i]] = &fstest.MapFile{Data: []byte(policies[i+1])}
	}
	return load(t).With(
		[]catalog.Dir{{Name: "parties", FS: fstest.MapFS{"p.yaml": {Data: []byte(partyFile)}}}},
		[]catalog.Dir{{Name: "policies", FS: files}})
}

func shop(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := with(t, parties, "1.yaml", older, "2.yaml", newer)
	if err != nil {
		t.Fatalf("With = %v, want no error", err)
	}
	return c
}

func at(t *testing.T, moment string) int64 {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, moment)
	if err != nil {
		t.Fatal(err)
	}
	return when.UnixNano()
}

// TestPolicyInForce: a version begins with its first day in the policy's zone,
// and ends where the next begins.
func TestPolicyInForce(t *testing.T) {
	tests := map[string]struct{ controller, at, want string }{
		"long ago":                  {"shop", "2001-01-01T00:00:00Z", "shop-1"},
		"a moment before":           {"shop", "2022-07-26T23:59:59.999999999+08:00", "shop-1"},
		"at midnight in Shanghai":   {"shop", "2022-07-27T00:00:00+08:00", "shop-2"},
		"the same, as UTC tells it": {"shop", "2022-07-26T16:00:00Z", "shop-2"},
		"today":                     {"shop", "2026-11-26T00:00:00Z", "shop-2"},
		"no controller":             {"pay", "2026-11-26T00:00:00Z", ""},
		"nobody we know":            {"stranger", "2026-11-26T00:00:00Z", ""},
	}
	c := shop(t)
	for name, test := range tests {
		got := ""
		if p := c.Policy([]byte(test.controller), at(t, test.at)); p != nil {
			got = p.ID
		}
		if got != test.want {
			t.Errorf("%s: Policy(%s, %s) = %q, want %q", name, test.controller, test.at, got, test.want)
		}
	}
}

func TestNoVersionBeforeTheFirst(t *testing.T) {
	c, err := with(t, strings.ReplaceAll(parties, "shop-1", "shop-2"), "2.yaml", newer)
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Policy([]byte("shop"), at(t, "2022-07-26T00:00:00Z")); p != nil {
		t.Errorf("Policy before the first version = %s, want none", p.ID)
	}
	if !c.Party([]byte("shop")).HasPolicy() || c.Party([]byte("pay")).HasPolicy() {
		t.Error("HasPolicy: want true of the shop, false of pay")
	}
}

func TestWhatIsRead(t *testing.T) {
	c := shop(t)
	pay := c.Party([]byte("pay"))
	if pay.Name.In("en") != "支付" || pay.Notice != "webhook" || pay.Contact.Email != "privacy@pay.example" || pay.Sources[0].Section != "2" {
		t.Errorf("pay = %+v", pay)
	}
	if shop := c.Party([]byte("shop")); shop.Notice != "manual" || shop.Companies[0].Chinese != "商店" || shop.Role.String() != "controller" {
		t.Errorf("shop = %+v", shop)
	}
	if !c.Party([]byte("adverts")).Advertiser || pay.Advertiser {
		t.Error("Advertiser: want true of adverts, false of pay")
	}
	dispatch, van, abroad := c.Party([]byte("dispatch")), c.Party([]byte("van")), c.Party([]byte("abroad"))
	if !dispatch.PassesOn(van) || !dispatch.PassesOn(pay) || dispatch.PassesOn(abroad) || dispatch.PassesOn(nil) || van.PassesOn(pay) {
		t.Error("PassesOn: want dispatch to carriers and to pay only")
	}
	if a := c.Approval([]byte("scc-1")); a == nil || a.Until != "2026-12-31" || c.Approval([]byte("scc-2")) != nil {
		t.Errorf("Approval(scc-1) = %+v", a)
	}
	p := c.PolicyNamed("shop-2")
	if p.ReplyDays != 15 || !slices.Equal(p.Rights, []string{"access", "deletion"}) || p.MainRecipients[0] != pay || p.Law != catalog.PIPL {
		t.Errorf("shop-2 = %+v", p)
	}
	f := p.Flows[0]
	if !f.SeparateConsent || f.Retention.Years != 3 || !f.Retention.Minimum || f.Protection.IDs[0] != "masked" || !f.Recipients.Allow(van) || f.Recipients.Allow(abroad) || f.Recipients.Allow(nil) {
		t.Errorf("payment = %+v", f)
	}
	if storage := p.FlowsOf(event.KindUsed)[0]; !storage.AllCollected || !slices.Equal(storage.Categories.IDs, []string{"risk-score", "order", "nickname"}) {
		t.Errorf("storage = %v, want its own category and all that are collected", storage.Categories.IDs)
	}
	export := p.FlowsOf(event.KindTransferredAbroad)[0]
	for country, want := range map[string]bool{"US": true, "SG": true, "DE": false, "CN": false} {
		if got := export.At(catalog.RegionOf(country), catalog.RegionOf("CN"), abroad); got != want {
			t.Errorf("export at %s = %v, want %v", country, got, want)
		}
	}
	if f.At(catalog.RegionOf("SG"), catalog.RegionOf("CN"), pay) || !f.At(catalog.RegionOf("CN"), catalog.RegionOf("CN"), pay) {
		t.Error("a flow without countries: want the controller's only")
	}
	settlement := c.Vocabulary().Lookup(event.ListPurpose, []byte("settlement"))
	if got := p.FlowsFor(event.KindShared, settlement); len(got) != 1 || got[0] != f {
		t.Errorf("FlowsFor(settlement) = %v, want payment", got)
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	_, err := with(t, `parties:
  - {id: Shop, en: Shop, role: controler, country: China}
  - {id: pay, role: payment-institution, colour: red}
  - {id: pay, en: Pay, role: payment-institution, onward: [carrier,
     carriers]}
  - just a text
`, "1.yaml", `id: a
platform: shop
controllers: [pay, stranger]
published: 2022-07-20
effective: 2022-07-19
time-zone: Asia/Hangzhou
rights: [acces]
flows:
  - id: payment
    kind: data.share
  - id: payment
    kind: data.shared
    categories: [ordr]
    purposes: [payment, payment]
    mechanisms: [treaty]
    contries: [CN]
    row: 51
`)
	var faults catalog.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("With = %v, want Faults", err)
	}
	for _, want := range []string{
		`parties/p.yaml:2: parties[Shop].id: want the id that events give: at most 63`,
		`parties/p.yaml:2: parties[Shop].role: there is no "controler"; want one of controller affiliate`,
		`did you mean "controller"?`,
		`parties/p.yaml:2: parties[Shop].country: there is no country "China"`,
		`parties/p.yaml:3: parties[pay].en: is missing`,
		`parties/p.yaml:3: parties[pay].colour: is unknown here`,
		`parties/p.yaml:4: parties[pay].id: pay is registered already, in parties/p.yaml:3`,
		`parties/p.yaml:5: parties[pay].onward: there is neither a party nor a role "carriers"; did you mean "carrier"?`,
		`parties/p.yaml:6: parties[4]: want fields and their values`,
		`policies/1.yaml:3: controllers: there is no party "stranger"`,
		`policies/1.yaml:5: effective: is before published, 2022-07-20`,
		`policies/1.yaml:6: time-zone: there is no zone "Asia/Hangzhou"`,
		`policies/1.yaml:7: rights: there is no "acces"`,
		`policies/1.yaml:10: flows[payment].kind: there is no kind of event "data.share"; did you mean "data.shared"?`,
		`policies/1.yaml:11: flows[payment].id: another flow of the policy is called payment, too`,
		`policies/1.yaml:13: flows[payment].categories: "ordr" is no term of the list category; did you mean "order"?`,
		`policies/1.yaml:14: flows[payment].purposes: "payment" stands here twice`,
		`policies/1.yaml:15: flows[payment].mechanisms: data.shared has no mechanism`,
		`policies/1.yaml:16: flows[payment].contries: is unknown here; did you mean "countries"?`,
		`policies/1.yaml:17: flows[payment].row: want a number from 1 to 50`,
		`policies/1.yaml:11: flows[payment].recipients: is missing: data.shared names recipients or recipient-roles`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("With lacks the fault %s\nhas:\n%v", want, err)
		}
	}
}

func TestVersions(t *testing.T) {
	tests := map[string]struct {
		change [2]string // of the newer one
		want   string
	}{
		"two in force at once":   {[2]string{"effective: 2022-07-27", "reply-days: 14"}, "2.yaml:1: effective: is that of shop-1, too: two versions of shop would be in force at once"},
		"one id twice":           {[2]string{"id: shop-2", "id: shop-1"}, "2.yaml:1: id: shop-1 is described already, in policies/1.yaml"},
		"two platforms":          {[2]string{"platform: shop", "platform: fair"}, "controllers: shop has the policies of fair"},
		"not YAML":               {[2]string{"flows:", "flows: ["}, "policies/2.yaml:"},
		"no flows":               {[2]string{"flows:", "flow:"}, "2.yaml:1: flows: is missing"},
		"several documents":      {[2]string{"law: pipl", "---"}, "2.yaml:1: holds 2 documents, want one"},
		"a party's other policy": {[2]string{"id: shop-2", "id: shop-3"}, ""},
	}
	for name, test := range tests {
		text := strings.Replace(newer, test.change[0], test.change[1], 1)
		if test.change[1] == "reply-days: 14" {
			text = strings.Replace(text, "reply-days: 15\n", "", 1)
		}
		_, err := with(t, parties, "1.yaml", older, "2.yaml", text)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: With = %v, want %q", name, err, test.want)
		}
	}
}

// What would take a reader of YAML gigabytes is told before it is read.
func TestHostileFiles(t *testing.T) {
	const many = 100_000
	for name, test := range map[string]struct{ text, want string }{
		"nothing":            {"", "1.yaml:1: is empty"},
		"only a comment":     {"# later\n", "1.yaml:1: is empty"},
		"too large":          {"id: shop-1\n#" + strings.Repeat("x", 1<<20), "1.yaml:1: has 1048588 bytes, at most 1048576 are read"},
		"brackets":           {"id: shop-1\nflows: " + strings.Repeat("[", many), "1.yaml:2: stands too deep"},
		"braces on lines":    {"flows:\n" + strings.Repeat("{a:\n", many), "1.yaml:102: stands too deep"},
		"dashes":             {"flows:\n" + strings.Repeat("- ", many) + "a", "1.yaml:2: stands too deep"},
		"indentation":        {"flows:\n" + strings.Repeat(" ", 300) + "a: b", "1.yaml:2: stands too deep"},
		"aliases in aliases": {"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "1.yaml:1: a: is unknown here"},
	} {
		_, err := with(t, parties, "1.yaml", test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: With = %v, want %q", name, err, test.want)
		}
	}
}

// TestUserFilesOverrideOurs: a later folder replaces a party or a policy as a whole.
func TestUserFilesOverrideOurs(t *testing.T) {
	dir := func(name, file, text string) catalog.Dir {
		return catalog.Dir{Name: name, FS: fstest.MapFS{file: {Data: []byte(text)}, "README.md": {Data: []byte("not read")}}}
	}
	c, err := load(t).With(
		[]catalog.Dir{dir("parties", "p.yaml", parties), dir("ours", "p.yaml", "parties:\n  - {id: pay, en: Payments, role: payment-institution, country: SG}\n  - {id: bike, en: Bike, role: carrier}\n")},
		[]catalog.Dir{dir("policies", "1.yaml", older), dir("ours", "own.yaml", strings.Replace(older, "purposes: [payment]", "purposes: [settlement]", 1))})
	if err != nil {
		t.Fatalf("With = %v, want no error", err)
	}
	if pay := c.Party([]byte("pay")); pay.Country != "SG" || pay.Notice != "manual" {
		t.Errorf("pay = %+v, want the user's", pay)
	}
	if c.Party([]byte("bike")) == nil || c.Party([]byte("van")) == nil {
		t.Error("want the user's parties beside ours")
	}
	if got := c.PolicyNamed("shop-1").Flows[0].Purposes.IDs; len(c.Policies()) != 1 || got[0] != "settlement" {
		t.Errorf("purposes = %v, want the user's", got)
	}
}

// TestDigests: whoever changes anything that events are judged by changes the
// catalogue's digest; a policy's is that of its file alone.
func TestDigests(t *testing.T) {
	c := shop(t)
	again := shop(t)
	if c.Digest() != again.Digest() || len(c.Digest()) != 64 {
		t.Errorf("digests = %s, %s, want the same", c.Digest(), again.Digest())
	}
	for name, change := range map[string]func(string, string, string) (string, string, string){
		"a party": func(p, a, b string) (string, string, string) {
			return p + "  - {id: bike, en: Bike, role: carrier}\n", a, b
		},
		"an old version": func(p, a, b string) (string, string, string) { return p, a + "# seen\n", b },
		"a new version":  func(p, a, b string) (string, string, string) { return p, a, b + "# seen\n" },
	} {
		p, a, b := change(parties, older, newer)
		other, err := with(t, p, "1.yaml", a, "2.yaml", b)
		if err != nil {
			t.Fatal(err)
		}
		if other.Digest() == c.Digest() {
			t.Errorf("%s: the catalogue's digest is the same", name)
		}
		if same, want := other.PolicyNamed("shop-2").Digest == c.PolicyNamed("shop-2").Digest, b == newer; same != want {
			t.Errorf("%s: the digest of shop-2 is the same = %v, want %v", name, same, want)
		}
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	c, controller := shop(t), []byte("shop")
	now := at(t, "2026-01-01T00:00:00Z")
	if n := testing.AllocsPerRun(100, func() { _ = c.Policy(controller, now); _ = c.Party(controller) }); n != 0 {
		t.Errorf("Policy and Party allocate %v times, want never", n)
	}
}

func TestTooManyTermsForASet(t *testing.T) {
	text := "list: purpose\nterms:\n"
	for i := range 512 {
		id := "p" + strings.Repeat("x", i%20) + string(rune('a'+i/20))
		text += "  - {id: " + id + ", en: x, zh: 词, definition: x}\n"
	}
	_, err := catalog.Load(vocabulary.Files, fstest.MapFS{"x.yaml": {Data: []byte(text)}})
	if err == nil || !strings.Contains(err.Error(), "list purpose has 563 terms, at most 511 fit") {
		t.Errorf("Load = %.200v, want too many terms", err)
	}
}
