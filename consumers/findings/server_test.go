package findings_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

func TestMain(m *testing.M) {
	if orders := os.Getenv(childEnv); orders != "" {
		beRunner(strings.Fields(orders))
		return
	}
	os.Exit(testkit.Main(m))
}

// day is the day on which everything in these tests happens.
var day = time.Date(2026, 4, 18, 0, 0, 0, 0, time.UTC)

var judging = store.Judging{
	Zones:  map[string]string{"tmall": "Asia/Shanghai"},
	Rules:  map[string]store.RuleFacts{"consent-withdrawn": {Severity: "error", Article: "PIPL 15"}},
	Digest: "catalogue",
}

// A world is a log in a cluster of its own, and what is found in it.
type world struct {
	t       testing.TB
	db      *store.DB
	log     *store.Log
	cluster string
	next    map[int32]int
	topic   topic

	ago      time.Duration     // since what happens now was recorded
	sequence map[string]string // by the id of the event
}

func newWorld(t testing.TB) *world {
	t.Helper()
	c := testkit.ClickHouse(t).Config("writer")
	db, err := store.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	log, err := store.OpenLog(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = db.Close(), log.Close() })
	return &world{t: t, db: db, log: log, cluster: testkit.Unique("w"), next: map[int32]int{}}
}

// person is a pseudonym that no other world has.
func (w *world) person(n int) string {
	return fmt.Sprintf("%s:0190b5b4-0000-8000-8000-%012d", w.cluster, n)
}

// An act is an event of the world, by its hour.
type act struct {
	id, kind, who string
	hour          float64
	data          string
	found         []string // by the writer of the log
}

// happen logs acts in a partition, in one batch.
func (w *world) happen(partition int32, acts ...act) {
	w.t.Helper()
	now, err := w.log.Clock(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	p := ledger.Partition{Cluster: w.cluster, Topic: "custody.events", ID: partition}
	b := w.log.NewBlock()
	recorded := now.Add(-w.ago)
	b.Reset(p, recorded)
	start := w.next[partition]
	for _, a := range acts {
		e := w.decode(a)
		n := w.next[partition]
		w.next[partition]++
		b.Append(&ledger.Row{Offset: int64(n), LostFrom: int64(n), Seq: uint64(n), KafkaTime: day, Outcome: ledger.Accepted,
			EventHash: e.EventHash(), ContentHash: e.ContentHash(), Event: e, Findings: a.found})
	}
	i := ledger.Intent{Start: int64(start), End: int64(w.next[partition]), RecordedAt: recorded, LeaseUntil: now.Add(30 * time.Second)}
	if err := w.log.Insert(w.t.Context(), b, i); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) decode(a act) *event.Record {
	w.t.Helper()
	at := day.Add(time.Duration(a.hour * float64(time.Hour)))
	subject, key := fmt.Sprintf(`"subject":%q,`, a.who), a.who
	if a.who == "" {
		subject, key = "", "/t/"+w.cluster
	}
	if n, ok := w.sequence[a.id]; ok {
		subject += fmt.Sprintf(`"sequence":%q,`, n)
	}
	m := &event.Message{
		Key: []byte(key), Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
		Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.%s.v1","source":"/t/%s","id":%q,%s"time":%q,"data":%s}`,
			a.kind, w.cluster, a.id, subject, at.Format(time.RFC3339Nano), strings.ReplaceAll(a.data, "tmall", w.cluster)),
	}
	e, rejection := event.NewDecoder(event.Options{}).Decode(m, at)
	if rejection != nil {
		w.t.Fatalf("%s %s: %s %s", a.id, a.kind, rejection.Reason, rejection.Field)
	}
	return e
}

// judge sees this world only.
func (w *world) judge() judge { return judge{w.db.Judge(judging), w.cluster} }

// by lets every step be judged by j.
func by(j findings.Judge) func(context.Context) (findings.Judge, error) {
	return func(context.Context) (findings.Judge, error) { return j, nil }
}

type judge struct {
	findings.Judge
	cluster string
}

func (j judge) Whole(ctx context.Context) (map[ledger.Partition]int64, error) {
	whole, err := j.Judge.Whole(ctx)
	for p := range whole {
		if p.Cluster != j.cluster {
			delete(whole, p)
		}
	}
	return whole, err
}

// A topic keeps what it is told.
type topic struct{ told []string }

func (k *topic) Publish(_ context.Context, messages []event.Message) error {
	for _, m := range messages {
		k.told = append(k.told, string(m.Value))
	}
	return nil
}

// stands is what stands in the world now: event and rule.
func (w *world) stands() (said []string) {
	w.t.Helper()
	found, err := w.db.Findings(w.t.Context(), ledger.FindingFilter{Source: "/t/" + w.cluster})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range found {
		said = append(said, f.EventID+" "+f.Rule)
	}
	slices.Sort(said)
	return said
}
