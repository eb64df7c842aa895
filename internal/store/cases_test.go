package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func TestActs(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(2)
	s := &story{source: "/t/" + p.Cluster}
	s.tell(t, "erasure.requested", who[0], day, `{"controller":"tmall","request_id":"r-1","ground":"account-closure","scope":"categories","categories":["name"],"deadline":"2026-05-01T00:00:00Z"}`)
	s.tell(t, "erasure.notified", who[0], day.Add(time.Hour), `{"controller":"tmall","request_id":"r-1","recipient":"sto","notice_channel":"webhook","attempt":3,"delivery":"sent","categories":["name"],"parents":[{"id":"event-0"}]}`)
	s.tell(t, "erasure.restricted", who[0], day.Add(2*time.Hour), `{"controller":"tmall","request_id":"r-1","recipient":"sto","exemption":"backup","until":"2026-06-01","evidence":{"uri":"https://e.example/1"}}`)
	s.tell(t, "erasure.requested", who[1], day.Add(3*time.Hour), `{"controller":"tmall","ground":"person-request","scope":"all"}`)
	insert(t, l, p, s.rows...)
	db := reader(t)
	acts, err := db.Acts(t.Context(), ledger.Known{}, who[0])
	acts = slices.DeleteFunc(acts, func(a lineage.Act) bool { return a.Subject == "" }) // other tests' cases about everyone
	if err != nil || len(acts) != 3 {
		t.Fatalf("Acts = %d, %v, want 3", len(acts), err)
	}
	a := acts[0]
	if got := strings.TrimSpace(fmt.Sprintln(a.Kind == event.KindErasureRequested, a.Case(), a.Party(), a.Ground, a.Scope, a.Categories, a.Deadline.Format(time.DateOnly), a.Subject == who[0])); got != "true r-1 tmall account-closure categories [name] 2026-05-01 true" {
		t.Errorf("the request is %s", got)
	}
	a = acts[1]
	if got := strings.TrimSpace(fmt.Sprintln(a.Case(), a.Party(), a.Channel, a.Attempt, a.Delivery, a.Categories, len(a.Parents), a.Parents[0].ID, a.Deadline.IsZero())); got != "r-1 sto webhook 3 sent [name] 1 event-0 true" {
		t.Errorf("the notice is %s", got)
	}
	a = acts[2]
	if got := strings.TrimSpace(fmt.Sprintln(a.Exemption, a.Until, a.Evidence)); got != "backup 2026-06-01 {https://e.example/1 }" {
		t.Errorf("the restriction is %s", got)
	}
	requests, err := db.Requests(t.Context(), ledger.Known{Below: map[ledger.Partition]int64{p: 9}}, ledger.Known{})
	if err != nil || len(requests) != 2 || requests[1].Case() != "event-3" {
		t.Errorf("Requests = %v, %v, want both: the case of the second is named by its event", requests, err)
	}
	second, err := db.Requests(t.Context(), ledger.Known{Below: map[ledger.Partition]int64{p: 9}}, ledger.Known{Below: map[ledger.Partition]int64{p: 3}})
	if err != nil || len(second) != 1 || second[0].Case() != "event-3" {
		t.Errorf("Requests beyond what was seen = %v, %v, want the second", second, err)
	}
	one, err := db.Case(t.Context(), ledger.Known{Below: map[ledger.Partition]int64{p: 9}}, "event-3")
	if err != nil || len(one) != 1 || one[0].Subject != who[1] {
		t.Errorf("Case = %v, %v, want the one of the second", one, err)
	}
}

func TestLinksAndConsents(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(4)
	s := &story{source: "/t/" + p.Cluster}
	s.tell(t, "subject.linked", who[0], day, fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[1]))
	s.tell(t, "subject.unlinked", who[1], day.Add(time.Hour), fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[0]))
	s.tell(t, "subject.linked", who[2], day, fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[1]))
	s.tell(t, "consent.granted", who[2], day, `{"controller":"alipay","consent_id":"c","consent_form":"general","purposes":["payment"],"categories":["name"]}`)
	s.tell(t, "consent.withdrawn", who[2], day.Add(time.Hour), `{"controller":"alipay"}`)
	insert(t, l, p, s.rows...)
	links, err := reader(t).Links(t.Context(), ledger.Known{}, who[0])
	if err != nil || len(links) != 3 {
		t.Fatalf("Links = %v, %v, want every word on all three", links, err)
	}
	for at, want := range map[time.Time][]string{day: {who[0], who[1], who[2]}, day.Add(2 * time.Hour): {who[0]}} {
		if got := lineage.Aliases(links, at, who[0]); !slices.Equal(got, want) {
			t.Errorf("Aliases at %v = %v, want %v", at, got, want)
		}
	}
	consents, err := reader(t).Consents(t.Context(), ledger.Known{}, who[2])
	slices.SortFunc(consents, func(a, b lineage.Consent) int { return a.Time.Compare(b.Time) })
	if got := fmt.Sprint(consents); err != nil || got != fmt.Sprintf("[{%s alipay c [name] %v true} {%s alipay  [] %v false}]", who[2], day, who[2], day.Add(time.Hour)) {
		t.Errorf("Consents = %s, %v", got, err)
	}
}

// Every person is on one page, none on two.
func TestPersonsComeInPages(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(25)
	s, controller := &story{source: "/t/" + p.Cluster}, strings.ToLower(p.Cluster)
	for i, w := range who {
		recipient := "sto"
		if i%2 == 0 {
			recipient = "yto-" + controller
		}
		for range 2 {
			s.tell(t, "data.shared", w, day, fmt.Sprintf(`{"controller":%q,"recipient":%q,"relationship":"provision","purpose":"order-delivery","categories":["name"]}`, controller, recipient))
		}
	}
	insert(t, l, p, s.rows...)
	for recipients, want := range map[string]int{"": 25, "yto-" + controller: 13} {
		var all []string
		for after := ""; ; after = all[len(all)-1] {
			var names []string
			if recipients != "" {
				names = []string{recipients}
			}
			page, err := reader(t).Persons(t.Context(), ledger.Known{}, controller, names, after, 7)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			all = append(all, page...)
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(all)))
		if len(all) != want || len(distinct) != want {
			t.Errorf("Persons of %q = %d, %d different, want %d", recipients, len(all), len(distinct), want)
		}
	}
}

func TestTouched(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(4)
	s := &story{source: "/t/" + p.Cluster}
	s.tell(t, "erasure.requested", who[0], day, `{"controller":"tmall","ground":"person-request","scope":"all"}`)
	s.tell(t, "subject.linked", who[1], day, fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[2]))
	insert(t, l, p, s.rows...)
	known, seen := ledger.Known{Below: map[ledger.Partition]int64{p: 99}}, ledger.Known{Below: map[ledger.Partition]int64{p: 2}}
	n := len(s.rows)
	for _, w := range who {
		s.tell(t, "data.shared", w, day, shared)
	}
	insert(t, l, p, s.rows[n:]...)
	got, err := reader(t).Touched(t.Context(), known, seen)
	slices.Sort(got)
	if want := who[:3]; err != nil || !slices.Equal(got, want) {
		t.Errorf("Touched = %v, %v, want %v: who asked, and who is linked with anybody", got, err, want)
	}
}
