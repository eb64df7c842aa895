package docket_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// filled puts ten flows to five parties of each person into the log, and a request.
func filled(t testing.TB, persons int) (docket.Docket, ledger.Known, []lineage.Act) {
	t.Helper()
	l, err := store.OpenLog(testkit.ClickHouse(t).Config("writer"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	db, err := store.Open(testkit.ClickHouse(t).Config("eraser"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := ledger.Partition{Cluster: testkit.Unique("docket"), Topic: "t"}
	now, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	decoder, n := event.NewDecoder(event.Options{}), 0
	block := l.NewBlock()
	block.Reset(p, now)
	put := func(kind, subject, data string) {
		m := &event.Message{
			Key: []byte(subject), Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
			Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.%s.v1","source":"/%s","id":"e-%d","subject":%q,"time":%q,"data":%s}`,
				kind, p.Cluster, n, subject, now.Format(time.RFC3339Nano), data),
		}
		e, rejection := decoder.Decode(m, now)
		if rejection != nil {
			t.Fatal(rejection.Reason, rejection.Field)
		}
		block.Append(&ledger.Row{Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: now, Outcome: ledger.Accepted, EventHash: e.EventHash(), ContentHash: e.ContentHash(), Event: e})
		n++
	}
	for i := range persons {
		subject := fmt.Sprintf("docket:0190b5b4-0000-8000-8000-%012d", i)
		for f := range 10 {
			put("data.shared", subject, fmt.Sprintf(`{"controller":"tmall","recipient":"party-%d","relationship":"provision","purpose":"order-delivery","categories":["name","phone-number"],"recipient_ref":"r-%d"}`, f%5, i))
		}
		put("erasure.requested", subject, fmt.Sprintf(`{"controller":"tmall","request_id":"case-%d","ground":"person-request","scope":"all"}`, i))
	}
	if err := l.Insert(t.Context(), block, ledger.Intent{End: int64(n), RecordedAt: now, LeaseUntil: now.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	known := ledger.Known{Below: map[ledger.Partition]int64{p: int64(n)}}
	requests, err := db.Requests(t.Context(), known, ledger.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return docket.Docket{Log: db, Persons: db}, known, requests
}

// Every person gets a file of their own, whatever pages they are read in.
func TestPlansInPages(t *testing.T) {
	d, known, requests := filled(t, 23)
	d.Page = 7
	files, err := d.Open(t.Context(), known, time.Now(), requests...)
	if err != nil || len(files) != 23 {
		t.Fatalf("Open = %d files, %v, want 23", len(files), err)
	}
	for i, f := range files {
		if got := len(f.Plan.Items); got != 6 || f.Case.Request.Case != requests[i].Case() || f.Plan.Items[1].Refs[0] != "r-"+f.Case.Request.Case[len("case-"):] {
			t.Errorf("file %d = %d parties of %s, references %v", i, got, f.Case.Request.Case, f.Plan.Items[1].Refs)
		}
	}
	everyone := requests[0]
	everyone.Subject, everyone.Scope = "", string(event.ScopeController)
	files, err = d.Open(t.Context(), known, time.Now(), everyone)
	if err != nil || files[0].Persons != 23 || len(files[0].Plan.Items) != 6 {
		t.Errorf("Open of a case about everyone = %v persons, %v, want 23", files, err)
	}
}

func BenchmarkPlans(b *testing.B) {
	d, known, requests := filled(b, 20_000)
	b.ResetTimer()
	n := 0
	for b.Loop() {
		plans, _, err := d.Plans(b.Context(), known, requests)
		if err != nil {
			b.Fatal(err)
		}
		n += len(plans)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Minutes(), "plans/min")
}
