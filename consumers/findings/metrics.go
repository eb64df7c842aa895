package findings

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/ledger"
)

// Metrics of the consumer of findings.
type Metrics struct {
	changes  *prometheus.CounterVec
	steps    prometheus.Gauge
	lag      prometheus.Gauge
	failures prometheus.Counter
}

// NewMetrics returns metrics that are not registered.
func NewMetrics() *Metrics {
	return &Metrics{
		changes:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "custody_findings_changes_total", Help: "Findings that began to stand, or no longer do."}, []string{"rule", "stands"}),
		steps:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "custody_findings_step", Help: "The last step that is done."}),
		lag:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "custody_findings_behind_offsets", Help: "Offsets of the log that no step has taken in."}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "custody_findings_failures_total", Help: "How often the consumer began again at its last step."}),
	}
}

// Describe and Collect make Metrics a collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(ch)
	}
}

// Collect gives all metrics.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(ch)
	}
}

func (m *Metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.changes, m.steps, m.lag, m.failures}
}

func (m *Metrics) done(s *ledger.FindingStep) { m.steps.Set(float64(s.Step)) }
func (m *Metrics) behind(n int64)             { m.lag.Set(float64(n)) }
func (m *Metrics) failed()                    { m.failures.Inc() }

func (m *Metrics) changed(changes []ledger.Finding) {
	for _, c := range changes {
		stands := "true"
		if !c.Stands {
			stands = "false"
		}
		m.changes.WithLabelValues(c.Rule, stands).Inc()
	}
}
