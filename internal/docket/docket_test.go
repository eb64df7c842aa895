package docket_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
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

// A writer puts events into the log, of a partition of its own.
type writer struct {
	t         testing.TB
	log       *store.Log
	decoder   *event.Decoder
	partition ledger.Partition
	block     ledger.Block
	now       time.Time
	rows      int // of all blocks
}

func newWriter(t testing.TB) *writer {
	t.Helper()
	l, err := store.OpenLog(testkit.ClickHouse(t).Config("writer"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w := &writer{t: t, log: l, decoder: event.NewDecoder(event.Options{}), partition: ledger.Partition{Cluster: testkit.Unique("docket"), Topic: "t"}, block: l.NewBlock()}
	w.begin()
	return w
}

func (w *writer) begin() {
	now, err := w.log.Clock(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.now = now
	w.block.Reset(w.partition, now)
}

func (w *writer) put(kind, subject, data string) {
	m := &event.Message{
		Key: []byte(subject), Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
		Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.%s.v1","source":"/%s","id":"e-%d","subject":%q,"time":%q,"data":%s}`,
			kind, w.partition.Cluster, w.rows, subject, w.now.Format(time.RFC3339Nano), data),
	}
	e, rejection := w.decoder.Decode(m, w.now)
	if rejection != nil {
		w.t.Fatal(rejection.Reason, rejection.Field)
	}
	w.block.Append(&ledger.Row{Offset: int64(w.rows), LostFrom: int64(w.rows), Seq: uint64(w.rows), KafkaTime: w.now, Outcome: ledger.Accepted, EventHash: e.EventHash(), ContentHash: e.ContentHash(), Event: e})
	if w.rows++; w.block.Rows() == 65_536 {
		w.flush()
	}
}

func (w *writer) flush() {
	end := int64(w.rows)
	if err := w.log.Insert(w.t.Context(), w.block, ledger.Intent{Start: end - int64(w.block.Rows()), End: end, RecordedAt: w.now, LeaseUntil: w.now.Add(time.Minute)}); err != nil {
		w.t.Fatal(err)
	}
	w.begin()
}

// known is all that was put.
func (w *writer) known() ledger.Known {
	if w.block.Rows() > 0 {
		w.flush()
	}
	return ledger.Known{Below: map[ledger.Partition]int64{w.partition: int64(w.rows)}}
}

func reader(t testing.TB) *store.DB {
	t.Helper()
	db, err := store.Open(testkit.ClickHouse(t).Config("eraser"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// filled puts ten flows to five parties of each person into the log, and a request.
func filled(t testing.TB, persons int) (docket.Docket, ledger.Known, []lineage.Act) {
	t.Helper()
	w, db := newWriter(t), reader(t)
	for i := range persons {
		subject := fmt.Sprintf("docket:0190b5b4-0000-8000-8000-%012d", i)
		for f := range 10 {
			w.put("data.shared", subject, fmt.Sprintf(`{"controller":"tmall","recipient":"party-%d","relationship":"provision","purpose":"order-delivery","categories":["name","phone-number"],"recipient_ref":"r-%d"}`, f%5, i))
		}
		w.put("erasure.requested", subject, fmt.Sprintf(`{"controller":"tmall","request_id":"case-%d","ground":"person-request","scope":"all"}`, i))
	}
	known := w.known()
	requests, err := db.Requests(t.Context(), known, ledger.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return docket.Docket{Log: db, Persons: db}, known, requests
}

// A narrow log is asked about few persons at a time.
type narrow struct {
	docket.Log
	t    *testing.T
	most int
}

func (n narrow) Flows(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Flow, error) {
	if len(subjects) > n.most {
		n.t.Errorf("%d persons were read at once, want %d at most", len(subjects), n.most)
	}
	return n.Log.Flows(ctx, k, subjects...)
}

// Every person gets a file of their own, whatever pages they are read in.
func TestPlansInPages(t *testing.T) {
	d, known, requests := filled(t, 23)
	d.Page, d.Log = 7, narrow{d.Log, t, 7}
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

// The pages of a list are every case once, the newest request first.
func TestList(t *testing.T) {
	d, known, requests := filled(t, 7)
	var got []string
	for after, pages := "", 0; pages == 0 || after != ""; pages++ {
		page, err := d.List(t.Context(), known, time.Now(), d.Log.(docket.Requests), "open", after, 3)
		if err != nil || len(page.Files) > 3 || pages > 3 {
			t.Fatalf("List = %d files, %v, want 3 at most", len(page.Files), err)
		}
		for _, f := range page.Files {
			got = append(got, f.Case.Request.Case)
		}
		after = page.Next
	}
	slices.SortFunc(requests, func(a, b lineage.Act) int {
		return -cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Event.ID, b.Event.ID))
	})
	var want []string
	for i := range requests {
		want = append(want, requests[i].Case())
	}
	if !slices.Equal(got, want) {
		t.Errorf("List = %v, want %v", got, want)
	}
	if _, err := d.List(t.Context(), known, time.Now(), d.Log.(docket.Requests), "open", "somewhere", 3); !errors.Is(err, docket.ErrPlace) {
		t.Errorf("List after somewhere = %v, want %v", err, docket.ErrPlace)
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

// BenchmarkPlanOfEveryone is a case of cessation: a recipient has data of a million
// persons, and what is known of a
// page of them is in memory.
func BenchmarkPlanOfEveryone(b *testing.B) {
	const persons = 1_000_000
	w, db := newWriter(b), reader(b)
	for i := range persons {
		subject := fmt.Sprintf("docket:0190b5b4-0000-8000-8000-%012d", i*7919%persons)
		w.put("data.collected", subject, `{"controller":"tmall","origin":"person","purpose":"order-delivery","categories":["name","phone-number"]}`)
		w.put("data.shared", subject, fmt.Sprintf(`{"controller":"tmall","recipient":"cainiao","relationship":"entrustment","purpose":"order-delivery","categories":["name","phone-number"],"recipient_ref":"r-%d"}`, i))
	}
	known := w.known()
	request := lineage.Act{
		Kind: event.KindErasureRequested, Controller: "tmall", RequestID: "case", Ground: "entrustment-ended", Scope: string(event.ScopeController),
		Recipients: []string{"cainiao"}, Time: w.now.Add(time.Second), RecordedAt: w.now.Add(time.Second),
	}
	d := docket.Docket{Log: db, Persons: db}
	w.block = nil
	debug.FreeOSMemory()
	forgetPeak(b)
	n := 0
	for b.Loop() {
		_, planned, err := d.PlanAll(b.Context(), known, request)
		if err != nil || planned != persons {
			b.Fatalf("PlanAll = %d persons, %v, want %d", planned, err, persons)
		}
		n += planned
	}
	b.ReportMetric(float64(n)/b.Elapsed().Minutes(), "persons/min")
	b.ReportMetric(peak(b), "peak-MiB")
}

// forgetPeak has the kernel forget how much memory this process had at most.
func forgetPeak(b *testing.B) {
	b.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Fatal(err)
	}
}

// peak is the most memory that this process had since, in MiB. ClickHouse is another process.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}
