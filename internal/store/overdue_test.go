package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// overdue is what the findings of this log's cases change to: who is found at which
// event, and "-" where it is void.
func overdue(t testing.TB, p ledger.Partition) (found []ledger.Finding, said []string) {
	t.Helper()
	all, err := openDB(t, writerConfig(t)).Judge(judging).Overdue(t.Context(), ledger.Known{Below: map[ledger.Partition]int64{p: 1 << 40}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Source != "/t/"+p.Cluster {
			continue // what another test has stored
		}
		word := f.EventID + " " + f.Recipient
		if !f.Stands {
			word = "-" + word
		}
		found, said = append(found, f), append(said, word)
	}
	slices.Sort(said)
	return found, said
}

// Days end in Shanghai at 16:00 UTC; the story begins on 2026-04-18.
func TestOverdue(t *testing.T) {
	const requested = `{"controller":"tmall","request_id":"r","ground":"person-request","scope":"all"}`
	notified := func(party, categories, delivery string) string {
		return `{"controller":"tmall","request_id":"r","recipient":"` + party + `","notice_channel":"webhook","attempt":1,"delivery":"` + delivery + `"` + categories + `}`
	}
	says := func(more string) string { return `{"controller":"tmall","request_id":"r"` + more + `}` }
	const names, both, deadline = `,"categories":["name"]`, `,"categories":["name","phone-number"]`, 15*24 + 16 // the last hour
	for name, c := range map[string]struct {
		told []told
		want []string
	}{
		"no answer":                 {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.notified", 9, notified("sto", names, "sent")}}, []string{"event-1 sto"}},
		"nobody was told":           {[]told{{"erasure.requested", 1, requested}}, nil},
		"it could not be told":      {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "failed")}}, []string{"event-1 sto"}},
		"nothing was to be erased":  {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", "", "sent")}}, nil},
		"told when it was over":     {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", deadline + .1, notified("sto", names, "sent")}}, nil},
		"executed in time":          {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.executed", deadline, says(`,"recipient":"sto","method":"delete"`)}}, nil},
		"executed late":             {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.executed", deadline + .1, says(`,"recipient":"sto","method":"delete"`)}}, []string{"event-1 sto"}},
		"acknowledged":              {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.acknowledged", 3, says(`,"recipient":"sto"`)}}, []string{"event-1 sto"}},
		"kept":                      {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.restricted", 3, says(`,"recipient":"sto","exemption":"backup"`)}}, nil},
		"refused":                   {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.refused", 3, says(`,"recipient":"sto","refusal":"own-authorisation"`)}}, nil},
		"answered for a part":       {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", both, "sent")}, {"erasure.executed", 3, says(`,"recipient":"sto","method":"delete","categories":["name"]`)}}, []string{"event-1 sto"}},
		"answered in parts":         {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", both, "sent")}, {"erasure.executed", 3, says(`,"recipient":"sto","method":"delete","categories":["name"]`)}, {"erasure.restricted", 4, says(`,"recipient":"sto","exemption":"backup","categories":["phone-number"]`)}}, nil},
		"another party answered":    {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.notified", 2, notified("zto", names, "sent")}, {"erasure.executed", 3, says(`,"recipient":"zto","method":"delete"`)}}, []string{"event-1 sto"}},
		"another case was answered": {[]told{{"erasure.requested", 1, requested}, {"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.executed", 3, `{"controller":"tmall","request_id":"s","recipient":"sto","method":"delete"}`}}, []string{"event-1 sto"}},
		"the request has a later deadline": {[]told{{"erasure.requested", 1, requested[:len(requested)-1] + `,"deadline":"2100-01-01T00:00:00Z"}`},
			{"erasure.notified", 2, notified("sto", names, "sent")}}, nil},
		"the request has an earlier deadline": {[]told{{"erasure.requested", 1, requested[:len(requested)-1] + `,"deadline":"2026-04-19T00:00:00Z"}`},
			{"erasure.notified", 2, notified("sto", names, "sent")}, {"erasure.executed", 25, says(`,"recipient":"sto","method":"delete"`)}}, []string{"event-1 sto"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, p, who := writer(t), partition(t), subjects(1)[0]
			s := &story{source: "/t/" + p.Cluster}
			for _, e := range c.told {
				s.tell(t, e.kind, who, day.Add(time.Duration(e.hour*float64(time.Hour))), e.data)
			}
			insert(t, l, p, s.rows...)
			if _, got := overdue(t, p); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("overdue = %q, want %q", got, c.want)
			}
		})
	}
}

// A finding is of the log: an answer that was given in time and logged late makes
// it void, one that was given late does not.
func TestAnOverdueFindingStays(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	s.tell(t, "erasure.requested", who, day, `{"controller":"tmall","request_id":"r","ground":"person-request","scope":"all"}`)
	for _, party := range []string{"sto", "zto"} {
		s.tell(t, "erasure.notified", who, day.Add(time.Hour), `{"controller":"tmall","request_id":"r","recipient":"`+party+`","notice_channel":"webhook","attempt":1,"delivery":"sent","categories":["name"]}`)
	}
	insert(t, l, p, s.rows...)
	found, got := overdue(t, p)
	if fmt.Sprint(got) != "[event-1 sto event-2 zto]" {
		t.Fatalf("overdue = %q, want both", got)
	}
	if f := found[0]; f.Rule != store.OverdueRule || f.Subject != who || !strings.HasSuffix(f.Because, " event-0") || f.Place.Partition != p {
		t.Errorf("finding = %+v, want one of the person, because of the request", f)
	}
	lead(t, openDB(t, writerConfig(t))).store(t, 1, found)
	if _, got := overdue(t, p); len(got) > 0 {
		t.Errorf("overdue after they were stored = %q, want no change", got)
	}
	first := len(s.rows)
	s.tell(t, "erasure.executed", who, day.Add(24*time.Hour), `{"controller":"tmall","request_id":"r","recipient":"sto","method":"delete"}`)
	s.tell(t, "erasure.executed", who, day.Add(30*24*time.Hour), `{"controller":"tmall","request_id":"r","recipient":"zto","method":"delete"}`)
	insert(t, l, p, s.rows[first:]...)
	if _, got := overdue(t, p); fmt.Sprint(got) != "[-event-1 sto]" {
		t.Errorf("overdue after the answers = %q, want sto's void: it was given in time", got)
	}
}
