package lineage_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

// A bench judges as its court does, and remembers what it was asked.
type bench struct {
	*rules.Court
	mu    sync.Mutex
	asked []string
}

func (b *bench) Judge(r *event.Record, v *rules.Verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, string(r.ID))
	b.Court.Judge(r, v)
}

// TestFindings: an event that is accepted has the findings of the catalogue that
// is current, and says by which it was judged; one that the log alone knows to be
// new has them, too. Repeats, contradictions and what is rejected are not judged.
func TestFindings(t *testing.T) {
	c, err := catalog.Standard()
	if err != nil {
		t.Fatal(err)
	}
	simulate(t, 1, func(w *world) {
		b, metrics := &bench{Court: rules.NewCourt(c)}, lineage.NewMetrics()
		w.tune = func(o *lineage.Options) { o.Rules, o.Window, o.Metrics = b, 3, metrics }
		time.Sleep(100 * time.Hour) // the contract knows no time before 2000
		w.start()
		now := time.Now()
		for i := range 40 { // older and older: the window cannot tell that they are new
			w.sendAt(fmt.Sprint("event ", i), "1", now.Add(-time.Duration(i)*time.Hour))
		}
		w.sendAt("event 5", "1", now.Add(-5*time.Hour))
		w.sendAt("event 6", "2", now.Add(-6*time.Hour))
		w.sendBad("bad")
		w.rested()
		w.check()
		accepted := 0
		for _, r := range w.log.table() {
			want, judged := []string(nil), ledger.Judged{}
			if r.Outcome == ledger.Accepted {
				accepted++
				want, judged = []string{"policy-not-in-force", "ground-missing"}, ledger.Judged{CatalogDigest: c.Digest()}
			}
			if !slices.Equal(r.Findings, want) || r.Judged != judged {
				t.Errorf("offset %d is %v: findings %v by %v, want %v by %v", r.Offset, r.Outcome, r.Findings, r.Judged, want, judged)
			}
		}
		if accepted != 40 || len(b.asked) != 40 {
			t.Errorf("%d events accepted, %d judged, want 40 of both", accepted, len(b.asked))
		}
		checkFound(t, metrics, "policy-not-in-force", 40)
	})
}

func checkFound(t *testing.T, metrics prometheus.Collector, rule string, want float64) {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(metrics)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := 0.0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "custody_lineage_findings_total" && m.GetLabel()[0].GetValue() == rule {
				got = m.GetCounter().GetValue()
			}
		}
	}
	if got != want {
		t.Errorf("findings of %s counted = %v, want %v", rule, got, want)
	}
}
