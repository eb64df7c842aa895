package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestErasureViews(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(2)
	s, name := &story{source: "/t/" + p.Cluster}, strings.ToLower(p.Cluster)
	tell := func(kind string, person int, at time.Time, data string) {
		s.tell(t, "erasure."+kind, who[person], at, fmt.Sprintf(`{"controller":"tmall","request_id":"%s-%d",%s}`, name, person, data))
	}
	tell("requested", 0, day, `"ground":"person-request","scope":"all"`)
	tell("notified", 0, day.Add(1*time.Hour), `"recipient":"sto","notice_channel":"file","attempt":1,"delivery":"failed"`)
	tell("notified", 0, day.Add(2*time.Hour), `"recipient":"sto","notice_channel":"file","attempt":2,"delivery":"sent"`)
	tell("executed", 0, day.Add(3*time.Hour), `"method":"delete"`) // the controller itself
	tell("requested", 1, day, `"ground":"person-request","scope":"all","deadline":"2100-01-01T00:00:00Z"`)
	tell("notified", 1, day.Add(time.Hour), `"recipient":"sto","notice_channel":"file","attempt":1,"delivery":"sent"`)
	insert(t, l, p, s.rows...)
	got := answer(t, "auditor", `SELECT concat(recipient, ' ', toString(attempts), ' ', toString(notified IS NULL), ' ', toString(executed IS NULL)) FROM custody.erasure_recipients WHERE request_id = ? ORDER BY ALL`, name+"-0")
	if want := []string{"sto 2 0 1", "tmall 0 1 0"}; !slices.Equal(got, want) {
		t.Errorf("erasure_recipients = %q, want %q", got, want)
	}
	got = answer(t, "auditor", `SELECT concat(scope, ' ', toString(parties), ' ', toString(unanswered), ' ', toString(overdue), ' ', formatDateTime(deadline, '%F %T')) FROM custody.erasure_cases WHERE startsWith(request_id, ?) ORDER BY request_id`, name)
	local := day.In(time.FixedZone("", 8*60*60))
	deadline := time.Date(local.Year(), local.Month(), local.Day()+16, 0, 0, 0, 0, local.Location()).UTC().Format(time.DateTime)
	if want := []string{"all 2 1 true " + deadline, "all 1 1 false 2100-01-01 00:00:00"}; !slices.Equal(got, want) {
		t.Errorf("erasure_cases = %q, want %q", got, want)
	}
}
