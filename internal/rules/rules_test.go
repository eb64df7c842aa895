package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

func split(documents string) []string { return strings.Split(documents, "---\n") }

// The events that the shop's policy declares.
var (
	collected = fields{"controller": "shop", "categories": []string{"phone-number"}, "purpose": "registration", "origin": "person", "legal_basis": "pipl-13-1-2"}
	shared    = fields{"controller": "shop", "categories": []string{"order"}, "purpose": "payment", "recipient": "pay", "relationship": "provision", "legal_basis": "pipl-13-1-2"}
	onward    = fields{"controller": "shop", "holder": "dispatch", "categories": []string{"delivery-address"}, "purpose": "order-delivery", "recipient": "van", "relationship": "provision", "legal_basis": "pipl-13-1-2"}
	ads       = fields{"controller": "shop", "categories": []string{"ad-exposure"}, "purpose": "advertising", "recipient": "adverts", "relationship": "entrustment", "legal_basis": "pipl-13-1-2", "protection": "deidentified"}
	hosting   = fields{"controller": "shop", "categories": []string{"service-log"}, "purpose": "infrastructure", "recipient": "cloud", "relationship": "entrustment", "legal_basis": "pipl-13-1-2", "contract_ref": "dpa-1"}
	partner   = fields{"controller": "shop", "categories": []string{"nickname"}, "purpose": "joint-event", "recipient": "pay", "relationship": "provision", "legal_basis": "pipl-13-1-1", "consent_form": "separate", "consent_id": "c1"}
	export    = fields{"controller": "shop", "categories": []string{"order"}, "purpose": "order-fulfilment", "recipient": "osaka", "relationship": "provision", "country": "JP", "mechanism": "contract-necessity", "legal_basis": "pipl-13-1-2"}
	review    = fields{"controller": "shop", "categories": []string{"review"}, "purpose": "content-publication", "audience": "public", "disclosure_ground": "separate-consent", "legal_basis": "pipl-13-1-1", "consent_form": "separate", "consent_id": "c1"}
	consent   = fields{"controller": "shop", "consent_id": "c1", "consent_form": "separate", "purposes": []string{"payment"}, "categories": []string{"order"}, "recipients": []string{"pay"}, "notice": "shop-2"}
	closing   = fields{"controller": "shop", "ground": "account-closure", "scope": "all", "deadline": "2026-12-05T08:00:00Z"}
)

const (
	dataCollected = "data.collected"
	dataShared    = "data.shared"
	abroad        = "data.transferred-abroad"
	disclosed     = "data.disclosed"
	granted       = "consent.granted"
	requested     = "erasure.requested"
)

// TestRules shows each rule broken, and each near miss of one.
func TestRules(t *testing.T) {
	tests := map[string]struct {
		kind  string
		event fields
		but   fields
		want  string
	}{
		"a declared collection":         {dataCollected, collected, nil, ""},
		"a declared share":              {dataShared, shared, nil, ""},
		"a declared onward transfer":    {dataShared, onward, nil, ""},
		"a declared entrustment":        {dataShared, ads, nil, ""},
		"a declared transfer abroad":    {abroad, export, nil, ""},
		"a declared disclosure":         {disclosed, review, nil, ""},
		"a declared consent":            {granted, consent, nil, ""},
		"a declared erasure":            {requested, closing, nil, ""},
		"a share with separate consent": {dataShared, partner, nil, ""},

		"controller without a policy":          {dataShared, shared, fields{"controller": "kiosk"}, "policy-missing"},
		"controller that nobody knows":         {dataShared, shared, fields{"controller": "stall"}, "policy-missing unregistered-party"},
		"unregistered recipient":               {dataShared, shared, fields{"recipient": "stranger"}, "unregistered-party undeclared-recipient"},
		"unregistered holder":                  {dataShared, shared, fields{"holder": "stranger"}, "unregistered-party undeclared-holder"},
		"unregistered source":                  {dataCollected, collected, fields{"origin": "third-party", "from": "stranger"}, "unregistered-party undeclared-origin"},
		"unregistered recipient of an erasure": {requested, closing, fields{"scope": "recipients", "recipients": []string{"stranger"}}, "unregistered-party"},

		"a kind that is not declared": {"data.used", fields{"controller": "shop", "categories": []string{"order"}, "purpose": "payment", "legal_basis": "pipl-13-1-2"}, nil, "undeclared-kind"},
		"another recipient":           {dataShared, shared, fields{"recipient": "van"}, "undeclared-recipient"},
		"another holder":              {dataShared, shared, fields{"holder": "van"}, "undeclared-holder"},
		"another category":            {dataShared, shared, fields{"categories": []string{"order", "face", "religious-belief"}}, "undeclared-category"},
		"another purpose":             {dataShared, shared, fields{"purpose": "marketing"}, "undeclared-purpose"},
		"another ground":              {dataShared, shared, fields{"legal_basis": "pipl-13-1-3"}, "undeclared-ground"},
		"another country":             {abroad, export, fields{"country": "US"}, "undeclared-country"},
		"another mechanism":           {abroad, export, fields{"mechanism": "treaty"}, "undeclared-mechanism"},
		"another relationship":        {dataShared, shared, fields{"relationship": "joint-processing", "contract_ref": "c"}, "undeclared-relationship"},
		"another origin":              {dataCollected, collected, fields{"origin": "observed"}, "undeclared-origin"},
		"another source":              {dataCollected, collected, fields{"origin": "third-party", "from": "van", "purpose": "identity-verification", "categories": []string{"authentication-result"}}, "undeclared-origin"},
		"another audience":            {disclosed, review, fields{"audience": "search-engines"}, "undeclared-audience"},
		"another SDK":                 {dataShared, shared, fields{"channel": "sdk", "sdk": fields{"name": "spy-sdk"}}, "undeclared-sdk"},
		"a declared SDK":              {dataShared, shared, fields{"channel": "sdk", "sdk": fields{"name": "pay-sdk"}}, ""},
		"another channel":             {dataShared, shared, fields{"channel": "file"}, "undeclared-sdk"},
		"two things at once":          {dataShared, shared, fields{"recipient": "van", "legal_basis": "pipl-13-1-3"}, "undeclared-recipient undeclared-ground"},

		"no ground":                          {dataShared, shared, fields{"legal_basis": nil}, "ground-missing"},
		"legitimate interest":                {dataShared, shared, fields{"legal_basis": "gdpr-6-1-f"}, "undeclared-ground legitimate-interest-under-pipl"},
		"legitimate interest in France":      {"data.used", fields{"controller": "boutique", "categories": []string{"order"}, "purpose": "analytics", "legal_basis": "gdpr-6-1-f"}, nil, ""},
		"no ground of disclosure":            {disclosed, review, fields{"disclosure_ground": nil}, "disclosure-ground-missing"},
		"another ground of disclosure":       {disclosed, review, fields{"disclosure_ground": "violation"}, "undeclared-ground"},
		"general consent to a share":         {dataShared, partner, fields{"consent_form": "general"}, "separate-consent-missing"},
		"no form of consent to a share":      {dataShared, partner, fields{"consent_form": nil}, "separate-consent-missing"},
		"general consent to a transfer":      {abroad, export, fields{"legal_basis": "pipl-13-1-1", "consent_form": "general", "consent_id": "c1"}, "separate-consent-missing"},
		"general consent to being public":    {disclosed, review, fields{"consent_form": "general"}, "separate-consent-missing"},
		"own choice to be public":            {disclosed, review, fields{"disclosure_ground": "own-choice", "consent_form": nil}, ""},
		"general consent to a face":          {dataCollected, collected, fields{"categories": []string{"face"}, "purpose": "identity-verification", "legal_basis": "pipl-13-1-1", "consent_form": "general", "consent_id": "c1"}, "separate-consent-missing"},
		"separate consent to a face":         {dataCollected, collected, fields{"categories": []string{"face"}, "purpose": "identity-verification", "legal_basis": "pipl-13-1-1", "consent_form": "separate", "consent_id": "c1"}, ""},
		"child by contract":                  {dataCollected, collected, fields{"minor": true}, "guardian-consent-missing"},
		"child with its guardian":            {dataCollected, collected, fields{"minor": true, "legal_basis": "pipl-13-1-1", "consent_form": "guardian", "consent_id": "c1"}, ""},
		"child by law":                       {dataCollected, collected, fields{"minor": true, "legal_basis": "pipl-13-1-3"}, "undeclared-ground"},
		"child's own consent":                {granted, consent, fields{"minor": true}, "guardian-consent-missing"},
		"entry for children only":            {dataCollected, collected, fields{"categories": []string{"child-information"}, "purpose": "minor-protection", "channel": "phone"}, "undeclared-category undeclared-purpose undeclared-sdk"},
		"consent in too weak a form":         {dataCollected, collected, fields{"categories": []string{"nickname"}, "legal_basis": "pipl-13-1-1", "consent_form": "general", "consent_id": "c1"}, "consent-form-insufficient"},
		"consent that is not named":          {dataCollected, collected, fields{"legal_basis": "pipl-13-1-1", "consent_form": "explicit"}, "consent-id-missing"},
		"notice that nobody knows":           {granted, consent, fields{"notice": "shop-9"}, "unknown-notice"},
		"consent to an undeclared recipient": {granted, consent, fields{"recipients": []string{"pay", "police-abroad"}}, "undeclared-recipient"},
		"consent to undeclared purposes":     {granted, consent, fields{"purposes": []string{"payment", "marketing"}}, "undeclared-purpose"},
		"consent to undeclared data":         {granted, consent, fields{"categories": []string{"religious-belief"}}, "undeclared-category"},
		"consent to an undeclared country":   {granted, consent, fields{"countries": []string{"CN", "US"}}, "undeclared-country"},
		"consent to a recipient's country":   {granted, consent, fields{"recipients": []string{"osaka"}, "countries": []string{"JP"}}, ""},

		"share that leaves the country":      {dataShared, shared, fields{"country": "US"}, "undeclared-country abroad-undeclared"},
		"share to one registered abroad":     {dataShared, shared, fields{"recipient": "osaka"}, "undeclared-recipient abroad-undeclared"},
		"transfer abroad that stays":         {abroad, export, fields{"country": "CN"}, "undeclared-country not-abroad"},
		"no mechanism":                       {abroad, export, fields{"mechanism": nil}, "mechanism-missing"},
		"contract without a number":          {abroad, export, fields{"mechanism": "standard-contract"}, "approval-missing"},
		"approval in force":                  {abroad, export, fields{"mechanism": "standard-contract", "approval_ref": "scc-0"}, ""},
		"approval that has expired":          {abroad, export, fields{"mechanism": "standard-contract", "approval_ref": "scc-1"}, "approval-expired"},
		"police abroad":                      {abroad, export, fields{"recipient": "police-abroad", "country": "US"}, "undeclared-recipient foreign-authority-unapproved"},
		"no contract":                        {dataShared, hosting, fields{"contract_ref": nil}, "contract-missing"},
		"sub-entrustment":                    {dataShared, hosting, fields{"holder": "dispatch", "recipient": "backup", "relationship": "sub-entrustment"}, "undeclared-recipient undeclared-holder sub-entrustment-unapproved"},
		"sub-entrustment as registered":      {dataShared, hosting, fields{"holder": "cloud", "recipient": "backup", "relationship": "sub-entrustment"}, ""},
		"plain data to an advertiser":        {dataShared, ads, fields{"protection": nil}, "personal-data-to-advertiser protection-weaker-than-declared"},
		"hashed data to an advertiser":       {dataShared, ads, fields{"protection": "hashed"}, "personal-data-to-advertiser protection-weaker-than-declared"},
		"anonymised data to an advertiser":   {dataShared, ads, fields{"protection": "anonymised"}, ""},
		"optional, and said to be necessary": {dataCollected, collected, fields{"categories": []string{"nickname"}, "legal_basis": "pipl-13-1-1", "consent_form": "explicit", "consent_id": "c1", "necessity": "necessary"}, "necessity-mismatch"},
		"answered too late":                  {requested, closing, fields{"deadline": "2026-12-05T08:00:01Z"}, "deadline-too-late"},
		"another ground of erasure":          {requested, closing, fields{"ground": "cessation"}, "undeclared-ground"},
		"another exemption":                  {"erasure.restricted", fields{"controller": "shop", "request_id": "r", "exemption": "backup"}, nil, "undeclared-exemption"},
		"a declared exemption":               {"erasure.restricted", fields{"controller": "shop", "request_id": "r", "exemption": "statutory-retention"}, nil, ""},
		"another refusal":                    {"erasure.refused", fields{"controller": "shop", "request_id": "r", "refusal": "unfounded"}, nil, "undeclared-exemption"},
		"what no policy is about":            {"subject.linked", fields{"controller": "stall", "linked_subject": "pay:0190c5c4-7b6a-8f0e-9d3b-2a4c6e8f0a1c"}, nil, ""},
	}
	c := testCatalog(t)
	broken := map[string]bool{}
	for name, test := range tests {
		v := judge(t, c, test.kind, usualTime, test.event.with(test.but))
		if got := strings.Join(v.Findings, " "); got != test.want {
			t.Errorf("%s: findings = %q, want %q", name, got, test.want)
		}
		for _, id := range v.Findings {
			broken[id] = true
		}
	}
	v := judge(t, c, dataShared, "2022-07-26T15:59:59Z", shared)
	if got := strings.Join(v.Findings, " "); got != "policy-not-in-force" || v.Policy != nil {
		t.Errorf("before the first version: findings = %q, want policy-not-in-force", got)
	}
	broken["policy-not-in-force"] = true
	for _, r := range rules.All() {
		if !broken[r.ID] {
			t.Errorf("no case breaks %s", r.ID)
		}
	}
}

func TestApprovalHoldsForItsDays(t *testing.T) {
	tests := map[string]string{
		"2023-12-31T15:59:59Z": "approval-expired", "2023-12-31T16:00:00Z": "", // midnight in Shanghai
		"2025-12-31T15:59:59Z": "", "2025-12-31T16:00:00Z": "approval-expired",
	}
	c := testCatalog(t)
	for when, want := range tests {
		v := judge(t, c, abroad, when, export.with(fields{"mechanism": "standard-contract", "approval_ref": "scc-1"}))
		if got := strings.Join(v.Findings, " "); got != want {
			t.Errorf("%s: findings = %q, want %q", when, got, want)
		}
	}
}

func TestEveryRuleIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules.All() {
		if seen[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		seen[r.ID] = true
		if r.Article == "" || r.Field == "" || r.Message.English == "" || r.Message.Chinese == "" || r.Remedy.English == "" || r.Remedy.Chinese == "" {
			t.Errorf("%s lacks an article, a field, a message or a remedy", r.ID)
		}
		if len(r.Kinds()) == 0 {
			t.Errorf("%s is of no kind", r.ID)
		}
		if rules.Named(r.ID) != r {
			t.Errorf("Named(%s) = another rule", r.ID)
		}
	}
}

func TestExplain(t *testing.T) {
	tests := map[string]struct {
		kind, language string
		event, but     fields
		want           rules.Explanation
	}{
		"categories": {dataShared, "en", shared, fields{"categories": []string{"order", "face", "bank-card"}}, rules.Explanation{
			Rule: "undeclared-category", Severity: "error", Article: "PIPL 6, 17(1)", Field: "data.categories",
			Message: "the policy does not declare these categories for this: face, bank-card",
			Remedy:  "leave them out, or declare them in a new version of the policy"}},
		"Chinese": {dataShared, "zh-CN", shared, fields{"purpose": "marketing"}, rules.Explanation{
			Rule: "undeclared-purpose", Severity: "error", Article: "PIPL 6, 14(2), 17(1)", Field: "data.purpose",
			Message: "隐私政策未就此声明该处理目的: marketing", Remedy: "仅用于已声明的目的，或声明新目的并重新取得同意"}},
		"a ground of erasure": {requested, "en", closing, fields{"ground": "cessation"}, rules.Explanation{
			Rule: "undeclared-ground", Severity: "error", Article: "PIPL 13, 25, 47", Field: "data.ground",
			Message: "the policy does not declare this ground for this: cessation",
			Remedy:  "rely on the ground that the policy declares, or declare the other one"}},
		"recipients of a consent": {granted, "en", consent.with(fields{"recipients": []string{"pay", "police-abroad", "osaka"}}), nil, rules.Explanation{
			Rule: "undeclared-recipient", Severity: "error", Article: "PIPL 17(1), 23", Field: "data.recipients",
			Message: "the policy does not declare this recipient for this: police-abroad",
			Remedy:  "stop sharing with it, or name it in a new version of the policy and ask for consent again"}},
		"a country that nobody stated": {dataShared, "en", shared.with(fields{"recipient": "osaka"}), nil, rules.Explanation{
			Rule: "undeclared-recipient", Severity: "error", Article: "PIPL 17(1), 23", Field: "data.recipient",
			Message: "the policy does not declare this recipient for this: osaka",
			Remedy:  "stop sharing with it, or name it in a new version of the policy and ask for consent again"}},
	}
	c := testCatalog(t)
	for name, test := range tests {
		v := judge(t, c, test.kind, usualTime, test.event.with(test.but))
		if got := v.Explain(test.language); len(got) == 0 || got[0] != test.want {
			t.Errorf("%s: Explain = %+v, want %+v", name, got, test.want)
		}
	}
}

// TestStandardTermsKeepTheirNumbers: rules know some terms by number, and a user may add terms.
func TestStandardTermsKeepTheirNumbers(t *testing.T) {
	more := event.Standard().Extend(map[event.List][]string{event.ListLegalBasis: {"aaa"}, event.ListConsentForm: {"aaa"}})
	for l := event.NoList + 1; l < event.ListCount; l++ {
		for n := range event.Standard().Len(l) {
			id := event.Term(n + 1)
			if got, want := more.Text(l, id), event.Standard().Text(l, id); got != want {
				t.Errorf("term %d of %s = %s, want %s", id, catalog.Name(l), got, want)
			}
		}
	}
}

func TestWorst(t *testing.T) {
	c := testCatalog(t)
	v := judge(t, c, dataShared, usualTime, shared)
	if _, ok := v.Worst(); ok {
		t.Error("Worst of no findings = something, want nothing")
	}
	v = judge(t, c, dataShared, usualTime, shared.with(fields{"legal_basis": nil}))
	if w, ok := v.Worst(); !ok || w != rules.Warning {
		t.Errorf("Worst = %v, want warning", w)
	}
}

func TestCourtJudgesByTheCurrentCatalogue(t *testing.T) {
	c := testCatalog(t)
	empty, err := c.With(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	court, v := rules.NewCourt(empty), new(rules.Verdict)
	r := decode(t, c, dataShared, usualTime, shared)
	court.Judge(r, v)
	if !slices.Contains(v.Findings, "policy-missing") {
		t.Errorf("findings without a policy = %v, want policy-missing", v.Findings)
	}
	court.Adopt(c)
	if court.Judge(r, v); len(v.Findings) > 0 || v.Policy.ID != "shop-2" || court.Catalog() != c {
		t.Errorf("findings by shop-2 = %v, want none", v.Findings)
	}
}
