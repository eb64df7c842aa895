package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
)

// judging is what history is judged by in these tests.
var judging = store.Judging{
	Superseded: map[string]time.Time{"tmall-1": day.Add(48 * time.Hour)},
	Zones:      map[string]string{"tmall": "Asia/Shanghai", "alibaba-com": "America/New_York"},
	Rules:      map[string]store.RuleFacts{"consent-withdrawn": {Severity: "error", Article: "PIPL 15"}},
	Digest:     "d",
}

// changes is what the findings of the people change to: event and rule, and "-" where one is void.
func changes(t testing.TB, p ledger.Partition, people ...string) (said []string) {
	t.Helper()
	db := openDB(t, writerConfig(t))
	var persons []ledger.Person
	for _, who := range people {
		persons = append(persons, ledger.Person{who})
	}
	found, err := db.Judge(judging).Changes(t.Context(), ledger.Known{Below: map[ledger.Partition]int64{p: 1 << 40}}, persons)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		word := f.EventID + " " + f.Rule
		if f.Field != "" {
			word += " " + f.Field
		}
		if !f.Stands {
			word = "-" + word
		}
		said = append(said, word)
	}
	slices.Sort(said)
	return said
}

const (
	grant    = `{"controller":"tmall","consent_id":"c-1","consent_form":"separate","purposes":["marketing"],"recipients":["alimama"],"categories":["phone-number","name"]}`
	withdraw = `{"controller":"tmall","consent_id":"c-1"}`
	relying  = `{"controller":"tmall","recipient":"alimama","relationship":"provision","purpose":"marketing","categories":["phone-number"],"legal_basis":"pipl-13-1-1","consent_id":"c-1"}`
)

type told struct {
	kind string
	hour float64
	data string
}

func TestHistory(t *testing.T) {
	use := func(more string) string {
		return `{"controller":"tmall","purpose":"marketing","categories":["phone-number"],"legal_basis":"pipl-13-1-2"` + more + `}`
	}
	for name, c := range map[string]struct {
		told []told
		want []string
	}{
		"a consent covers":            {[]told{{"consent.granted", 1, grant}, {"data.shared", 2, relying}}, nil},
		"none was given":              {[]told{{"data.shared", 2, relying}}, []string{"event-0 consent-missing data.consent_id"}},
		"it came later":               {[]told{{"consent.granted", 3, grant}, {"data.shared", 2, relying}}, []string{"event-1 consent-missing data.consent_id"}},
		"before and after withdrawal": {[]told{{"consent.granted", 1, grant}, {"data.shared", 2, relying}, {"consent.withdrawn", 3, withdraw}, {"data.shared", 3, relying}, {"data.shared", 4, relying}}, []string{"event-4 consent-withdrawn"}},
		"out of order":                {[]told{{"data.shared", 4, relying}, {"data.shared", 2, relying}, {"consent.withdrawn", 3, withdraw}, {"consent.granted", 1, grant}}, []string{"event-0 consent-withdrawn"}},
		"given again":                 {[]told{{"consent.granted", 1, grant}, {"consent.withdrawn", 3, withdraw}, {"consent.granted", 4, grant}, {"data.shared", 5, relying}}, nil},
		"every consent is withdrawn":  {[]told{{"consent.granted", 1, grant}, {"consent.withdrawn", 3, `{"controller":"tmall"}`}, {"data.shared", 5, relying}}, []string{"event-2 consent-withdrawn"}},
		"another one is withdrawn":    {[]told{{"consent.granted", 1, grant}, {"consent.withdrawn", 3, `{"controller":"tmall","consent_id":"c-2"}`}, {"data.shared", 5, relying}}, nil},
		"of another controller":       {[]told{{"consent.granted", 1, grant}, {"consent.withdrawn", 3, `{"controller":"taobao"}`}, {"data.shared", 5, relying}}, nil},
		"withdrawn for another kind":  {[]told{{"consent.granted", 1, grant}, {"consent.withdrawn", 3, `{"controller":"tmall","categories":["name"]}`}, {"data.shared", 5, relying}}, nil},
		"withdrawn for this purpose":  {[]told{{"consent.granted", 1, grant}, {"consent.withdrawn", 3, `{"controller":"tmall","purposes":["marketing"]}`}, {"data.shared", 5, relying}}, []string{"event-2 consent-withdrawn"}},
		"for another recipient": {[]told{{"consent.granted", 1, grant}, {"data.shared", 5, `{"controller":"tmall","recipient":"umeng","relationship":"provision","purpose":"marketing","categories":["phone-number"],"legal_basis":"pipl-13-1-1","consent_id":"c-1"}`}},
			[]string{"event-1 consent-not-covering data.recipient"}},
		"for another purpose": {[]told{{"consent.granted", 1, grant}, {"data.shared", 5, `{"controller":"tmall","recipient":"alimama","relationship":"provision","purpose":"advertising","categories":["phone-number"],"legal_basis":"gdpr-6-1-a"}`}},
			[]string{"event-1 consent-not-covering data.purpose"}},
		"for more kinds of data": {[]told{{"consent.granted", 1, grant}, {"data.shared", 5, `{"controller":"tmall","recipient":"alimama","relationship":"provision","purpose":"marketing","categories":["phone-number","email"],"legal_basis":"pipl-13-1-1"}`}},
			[]string{"event-1 consent-not-covering data.categories"}},
		"two consents together": {[]told{{"consent.granted", 1, grant}, {"consent.granted", 2, `{"controller":"tmall","consent_id":"c-2","consent_form":"separate","purposes":["marketing"],"categories":["email"]}`},
			{"data.shared", 5, `{"controller":"tmall","recipient":"alimama","relationship":"provision","purpose":"marketing","categories":["phone-number","email"],"legal_basis":"pipl-13-1-1"}`}}, nil},
		// 2026-04-18 ends in Shanghai at 16:00 UTC
		"the last day":             {[]told{{"consent.granted", 1, grant[:len(grant)-1] + `,"expires":"2026-04-18"}`}, {"data.shared", 15.9, relying}}, nil},
		"it has expired":           {[]told{{"consent.granted", 1, grant[:len(grant)-1] + `,"expires":"2026-04-18"}`}, {"data.shared", 16, relying}}, []string{"event-1 consent-not-covering time"}},
		"the notice is the latest": {[]told{{"consent.granted", 1, grant[:len(grant)-1] + `,"notice":"tmall-1"}`}, {"data.shared", 47, relying}}, nil},
		"the notice is superseded": {[]told{{"consent.granted", 1, grant[:len(grant)-1] + `,"notice":"tmall-1"}`}, {"data.shared", 48, relying}}, []string{"event-1 notice-superseded"}},
		"there is a newer consent": {[]told{{"consent.granted", 1, grant[:len(grant)-1] + `,"notice":"tmall-1"}`}, {"consent.granted", 48, grant[:len(grant)-1] + `,"notice":"tmall-2"}`}, {"data.shared", 49, relying}}, nil},

		"used after an erasure request": {[]told{{"data.used", 1, use("")}, {"erasure.requested", 2, `{"controller":"tmall","ground":"person-request","scope":"all"}`}, {"data.used", 2, use("")}, {"data.used", 3, use("")}}, []string{"event-3 resurrected"}},
		"the request comes late":        {[]told{{"data.used", 3, use("")}, {"erasure.requested", 2, `{"controller":"tmall","ground":"person-request","scope":"all"}`}}, []string{"event-0 resurrected"}},
		"another kind was to be erased": {[]told{{"erasure.requested", 2, `{"controller":"tmall","ground":"person-request","scope":"categories","categories":["name"]}`}, {"data.used", 3, use("")}}, nil},
		"this kind was to be erased":    {[]told{{"erasure.requested", 2, `{"controller":"tmall","ground":"person-request","scope":"categories","categories":["phone-number"]}`}, {"data.used", 3, use("")}}, []string{"event-1 resurrected"}},
		"at another recipient":          {[]told{{"consent.granted", 1, grant}, {"erasure.requested", 2, `{"controller":"tmall","ground":"consent-withdrawn","scope":"recipients","recipients":["umeng"]}`}, {"data.shared", 3, relying}, {"data.used", 3, use("")}}, nil},
		"at this recipient":             {[]told{{"consent.granted", 1, grant}, {"erasure.requested", 2, `{"controller":"tmall","ground":"consent-withdrawn","scope":"recipients","recipients":["alimama"]}`}, {"data.shared", 3, relying}, {"data.used", 3, use("")}}, []string{"event-2 resurrected"}},
		"the request was refused":       {[]told{{"erasure.requested", 2, `{"controller":"tmall","request_id":"r","ground":"person-request","scope":"all"}`}, {"data.used", 3, use("")}, {"erasure.refused", 4, `{"controller":"tmall","request_id":"r","refusal":"unfounded"}`}}, nil},
		"a recipient refused it":        {[]told{{"erasure.requested", 2, `{"controller":"tmall","request_id":"r","ground":"person-request","scope":"all"}`}, {"data.used", 3, use("")}, {"erasure.refused", 4, `{"controller":"tmall","request_id":"r","recipient":"alipay","refusal":"own-authorisation"}`}}, []string{"event-1 resurrected"}},
		"the person gave it anew":       {[]told{{"erasure.requested", 2, `{"controller":"tmall","ground":"person-request","scope":"all"}`}, {"data.collected", 3, `{"controller":"tmall","purpose":"registration","categories":["phone-number"],"origin":"person"}`}, {"data.used", 4, use("")}}, nil},
		"observed after closure":        {[]told{{"erasure.requested", 2, `{"controller":"tmall","ground":"account-closure","scope":"all"}`}, {"data.collected", 3, `{"controller":"tmall","purpose":"analytics","categories":["browsing-history"],"origin":"observed"}`}}, []string{"event-1 resurrected"}},
		"observed anew": {[]told{{"erasure.requested", 2, `{"controller":"tmall","ground":"person-request","scope":"categories","categories":["browsing-history"]}`},
			{"data.collected", 3, `{"controller":"tmall","purpose":"analytics","categories":["browsing-history"],"origin":"observed"}`}}, nil},

		"within the time of keeping":  {[]told{{"data.collected", 1, `{"controller":"tmall","purpose":"registration","categories":["phone-number"],"origin":"person","retention_until":"2026-04-20"}`}, {"data.used", 63.9, use("")}}, nil},
		"beyond the time of keeping":  {[]told{{"data.collected", 1, `{"controller":"tmall","purpose":"registration","categories":["phone-number"],"origin":"person","retention_until":"2026-04-20"}`}, {"data.used", 64, use("")}}, []string{"event-1 retention-exceeded"}},
		"collected again, for longer": {[]told{{"data.collected", 1, `{"controller":"tmall","purpose":"registration","categories":["phone-number"],"origin":"person","retention_until":"2026-04-20"}`}, {"data.collected", 2, `{"controller":"tmall","purpose":"registration","categories":["phone-number"],"origin":"person"}`}, {"data.used", 64, use("")}}, nil},
		"its own time is over":        {[]told{{"data.used", 64, use(`,"retention_until":"2026-04-20"`)}}, []string{"event-0 retention-exceeded"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, p, who := writer(t), partition(t), subjects(1)[0]
			s := &story{source: "/t/" + p.Cluster}
			for _, e := range c.told {
				s.tell(t, e.kind, who, day.Add(time.Duration(e.hour*float64(time.Hour))), e.data)
			}
			insert(t, l, p, s.rows...)
			if got := changes(t, p, who); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("findings = %q, want %q", got, c.want)
			}
		})
	}
}

func writerConfig(t testing.TB) store.Config {
	t.Helper()
	return testkit.ClickHouse(t).Config("writer")
}
