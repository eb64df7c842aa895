package catalog_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/vocabulary"
)

func load(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(vocabulary.Files)
	if err != nil {
		t.Fatalf("Load(standard) = %v, want no error", err)
	}
	return c
}

// TestContract holds the lists to the terms that the contract names.
func TestContract(t *testing.T) {
	want := map[event.List]string{
		event.ListOrigin:           "person observed third-party public-source",
		event.ListRelationship:     "provision entrustment sub-entrustment joint-processing succession",
		event.ListChannel:          "api sdk file message web app phone manual",
		event.ListNoticeChannel:    "kafka webhook opendsr file email manual",
		event.ListLegalBasis:       "pipl-13-1-1 pipl-13-1-2 pipl-13-1-3 pipl-13-1-4 pipl-13-1-5 pipl-13-1-6 pipl-13-1-7 gdpr-6-1-a gdpr-6-1-b gdpr-6-1-c gdpr-6-1-d gdpr-6-1-e gdpr-6-1-f",
		event.ListConsentForm:      "general explicit separate written guardian",
		event.ListProtection:       "plain masked hashed tokenised encrypted deidentified anonymised",
		event.ListNecessity:        "necessary optional",
		event.ListMechanism:        "security-assessment certification standard-contract contract-necessity hr-necessity statutory-duty emergency treaty other",
		event.ListDisclosureGround: "separate-consent own-choice violation statutory-duty already-public",
		event.ListAudience:         "public members search-engines",
		event.ListGround:           "pipl-47-1-1 pipl-47-1-2 pipl-47-1-3 pipl-47-1-4 pipl-47-1-5 account-closure consent-withdrawn entrustment-ended cessation person-request",
		event.ListScope:            "all categories recipients controller",
		event.ListMethod:           "erase delete anonymise",
		event.ListExemption:        "statutory-retention backup legal-claim technically-infeasible",
		event.ListRefusal:          "own-authorisation legal-claim identity-not-verified repeated unfounded statutory-retention",
		event.ListState:            "acknowledged false-positive resolved reopened",
		event.ListDelivery:         "sent failed",
		event.ListAction:           "recipients events graph report erasure-plan export",
		event.ListOperationAction:  "replay retention-drop heal topic-renew key-rotation",
	}
	c := load(t)
	for l, terms := range want {
		var got []string
		for _, term := range c.List(l).Terms {
			got = append(got, term.ID)
		}
		if strings.Join(got, " ") != terms {
			t.Errorf("terms of %s = %v, want %v", c.List(l).Name, got, terms)
		}
	}
	some := map[event.List]string{
		event.ListCategory: "name phone-number email delivery-address member-name nickname avatar password id-card-number id-card-image face order payment-record payment-account bank-card delivery-progress browsing-history search-query location clipboard device-model os-version network-info oaid idfa android-id imei mac-address call-record review tax-id business-licence",
		event.ListPurpose:  "registration identity-verification order-fulfilment order-delivery payment settlement customer-service security fraud-prevention recommendation advertising analytics research model-training legal-duty",
	}
	for l, terms := range some {
		for _, id := range strings.Fields(terms) {
			if _, ok := c.Term(l, id); !ok {
				t.Errorf("Term(%s, %s) = not found, want found", c.List(l).Name, id)
			}
		}
	}
}

func TestEveryTermIsWhole(t *testing.T) {
	for _, l := range load(t).Lists() {
		if l.English == "" || l.Chinese == "" || l.Definition == "" {
			t.Errorf("list %s lacks a label or its definition", l.Name)
		}
		for _, term := range l.Terms {
			if term.IRI == "" || term.Law == "" {
				t.Errorf("%s %s: IRI = %q, law = %q, want both", l.Name, term.ID, term.IRI, term.Law)
			}
			if !strings.ContainsFunc(term.Chinese, func(r rune) bool { return r > 0x7f }) && !allCaps(term.Chinese) {
				t.Errorf("%s %s: Chinese label = %q, want Chinese", l.Name, term.ID, term.Chinese)
			}
		}
	}
}

// allCaps are names such as OAID that Chinese texts leave as they are.
func allCaps(s string) bool {
	return s == "Cookie" || s == "Android ID" || s == "OpenUDID" || s == strings.ToUpper(s)
}

// TestIRITraps: an account of a platform and a device's identifiers are unique
// identifiers; pd:AccountIdentifier is an account with money in it.
func TestIRITraps(t *testing.T) {
	c := load(t)
	for _, id := range []string{"platform-account", "oaid", "idfa", "android-id", "third-party-account", "imei"} {
		if term, _ := c.Term(event.ListCategory, id); term.IRI != "pd:UID" {
			t.Errorf("IRI of %s = %s, want pd:UID", id, term.IRI)
		}
	}
	if term, _ := c.Term(event.ListCategory, "payment-account"); term.IRI != "pd:AccountIdentifier" {
		t.Errorf("IRI of payment-account = %s, want pd:AccountIdentifier", term.IRI)
	}
}

func TestSensitive(t *testing.T) {
	tests := map[string]struct{ pipl, gdpr bool }{
		"face":              {true, true},
		"health":            {true, true},
		"religious-belief":  {true, true},
		"payment-account":   {true, false},
		"bank-card":         {true, false},
		"location":          {true, false},
		"child-information": {true, false},
		"id-card-number":    {true, false},
		"phone-number":      {false, false},
		"oaid":              {false, false},
	}
	c := load(t)
	for id, want := range tests {
		term, ok := c.Term(event.ListCategory, id)
		if !ok || term.SensitivePIPL != want.pipl || term.SensitiveGDPR != want.gdpr {
			t.Errorf("%s: found %v, sensitive PIPL %v, GDPR %v, want true, %v, %v", id, ok, term.SensitivePIPL, term.SensitiveGDPR, want.pipl, want.gdpr)
		}
	}
}

func TestLabel(t *testing.T) {
	c := load(t)
	tests := map[string]struct{ id, language, want string }{
		"English":             {"payment", "en", "Payment"},
		"Chinese":             {"payment", "zh-CN", "支付"},
		"any other language":  {"payment", "de", "Payment"},
		"a term of elsewhere": {"nonsense", "zh", "nonsense"},
	}
	for name, test := range tests {
		if got := c.Label(event.ListPurpose, test.id, test.language); got != test.want {
			t.Errorf("%s: Label(%s, %s) = %q, want %q", name, test.id, test.language, got, test.want)
		}
	}
}

const gift = `list: purpose
terms:
  - id: gift-wrapping
    en: Gift wrapping
    zh: 礼品包装
    definition: Wrap what was ordered.
`

func TestUserAddsTerms(t *testing.T) {
	c, err := catalog.Load(vocabulary.Files, fstest.MapFS{
		"ours.yaml": {Data: []byte(gift)}, "README.md": {Data: []byte("not read")},
	})
	if err != nil {
		t.Fatalf("Load = %v, want no error", err)
	}
	if got := c.Label(event.ListPurpose, "gift-wrapping", "zh"); got != "礼品包装" {
		t.Errorf("Label(gift-wrapping) = %q, want 礼品包装", got)
	}
	v := c.Vocabulary()
	if v.Lookup(event.ListPurpose, []byte("gift-wrapping")) == 0 || v.Lookup(event.ListPurpose, []byte("payment")) == 0 {
		t.Error("Vocabulary() lacks the user's term or the standard's")
	}
	if event.Standard().Lookup(event.ListPurpose, []byte("gift-wrapping")) != 0 {
		t.Error("the standard vocabulary has learnt the user's term")
	}
}

func TestErrorsNameFileAndLine(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"no such list":        {"list: porpoise\nterms: []\n", `x.yaml: list: there is no list "porpoise"; the lists are origin,`},
		"unknown key":         {"list: purpose\nterms:\n  - id: a-b\n    english: x\n", `x.yaml:4: unknown field "english"`},
		"not YAML":            {"list: purpose\nterms: [\n", "x.yaml:2: "},
		"standard's term":     {"list: purpose\nterms:\n  - id: payment\n    en: x\n    zh: x\n    definition: x\n", "x.yaml:3: payment: list purpose has this term already"},
		"own term twice":      {gift + "  - id: gift-wrapping\n    en: x\n    zh: x\n    definition: x\n", "x.yaml:7: gift-wrapping: list purpose has this term already"},
		"bad id":              {"list: purpose\nterms:\n  - id: Gift_Wrap\n", `x.yaml:3: id "Gift_Wrap": want lower-case`},
		"no Chinese label":    {"list: purpose\nterms:\n  - id: gift\n    en: x\n    definition: x\n", "x.yaml:3: gift: zh is missing"},
		"unknown prefix":      {gift + "    iri: foo:Bar\n", `x.yaml:3: gift-wrapping: iri "foo:Bar": want`},
		"sensitive purpose":   {gift + "    sensitive-pipl: true\n", "x.yaml:3: gift-wrapping: only a category can be sensitive"},
		"relabelling a list":  {"list: purpose\nen: Porpoise\n", "x.yaml: list purpose has its labels already"},
		"a number for a text": {"list: purpose\nterms:\n  - id: [1]\n", "x.yaml:3: "},
	}
	for name, test := range tests {
		_, err := catalog.Load(vocabulary.Files, fstest.MapFS{"x.yaml": {Data: []byte(test.file)}})
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: Load = %v, want %s…", name, err, test.want)
		}
	}
}

func TestStandardMustBeWhole(t *testing.T) {
	_, err := catalog.Load(fstest.MapFS{"purpose.yaml": {Data: []byte(gift)}})
	if err == nil || !strings.Contains(err.Error(), "list origin is missing or empty") {
		t.Errorf("Load(one list) = %v, want list origin is missing", err)
	}
}

func TestFullIRI(t *testing.T) {
	tests := map[string]string{
		"pd:Name":                        "https://w3id.org/dpv/pd#Name",
		"eu-gdpr:A6-1-a":                 "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a",
		"justifications:LegallyExempted": "https://w3id.org/dpv/justifications#LegallyExempted",
		"pipl:SeparateConsent":           "https://datacustody.org/pipl#SeparateConsent",
		"https://example.org/x":          "https://example.org/x",
		"foo:Bar":                        "",
		"Name":                           "",
	}
	for iri, want := range tests {
		if got := catalog.FullIRI(iri); got != want {
			t.Errorf("FullIRI(%s) = %q, want %q", iri, got, want)
		}
	}
}
