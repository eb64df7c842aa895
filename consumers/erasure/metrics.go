package erasure

import "github.com/prometheus/client_golang/prometheus"

// Metrics of a consumer. It is a prometheus.Collector: register it once.
type Metrics struct {
	notices          *prometheus.CounterVec
	looked, failures prometheus.Counter
	missing, open    prometheus.Gauge
}

// NewMetrics returns metrics that count from zero.
func NewMetrics() *Metrics {
	name := func(n, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "custody", Subsystem: "erasure", Name: n, Help: help}
	}
	return &Metrics{
		notices:  prometheus.NewCounterVec(prometheus.CounterOpts(name("notices_total", "Attempts to tell a party, by channel and delivery.")), []string{"channel", "delivery"}),
		looked:   prometheus.NewCounter(prometheus.CounterOpts(name("cases_folded_total", "Cases planned and folded."))),
		failures: prometheus.NewCounter(prometheus.CounterOpts(name("failures_total", "Rounds and events that failed and were tried again."))),
		missing:  prometheus.NewGauge(prometheus.GaugeOpts(name("missing_records", "Records in Kafka that the log lacked when it was last asked: new requests wait for them."))),
		open:     prometheus.NewGauge(prometheus.GaugeOpts(name("cases_watched", "Cases that something is still to come of."))),
	}
}

func (m *Metrics) sent(channel string, ok bool) {
	delivery := "failed"
	if ok {
		delivery = "sent"
	}
	m.notices.WithLabelValues(channel, delivery).Inc()
}

func (m *Metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.notices, m.looked, m.failures, m.missing, m.open}
}

// Describe is for prometheus.
func (m *Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(to)
	}
}

// Collect is for prometheus.
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(to)
	}
}
