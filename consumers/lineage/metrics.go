package lineage

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/ledger"
)

// Metrics of a writer. It is a prometheus.Collector: register it once.
type Metrics struct {
	records, takeovers, letters, lost, findings          *prometheus.CounterVec
	batches, rows, bytes, fetchErrors, lookups           prometheus.Counter
	insert                                               prometheus.Histogram
	lag, window, misfit, twice, behind, unannounced, age *prometheus.GaugeVec

	mu   sync.Mutex
	open map[ledger.Partition]time.Time // intents, since when
}

// NewMetrics returns metrics that count from zero.
func NewMetrics() *Metrics {
	name := func(n, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "custody", Subsystem: "lineage", Name: n, Help: help}
	}
	counters := func(n, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts(name(n, help)), labels)
	}
	counter := func(n, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts(name(n, help)))
	}
	gauges := func(n, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts(name(n, help)), []string{"topic", "partition"})
	}
	return &Metrics{
		records:     counters("records_total", "Rows stored, by outcome.", "outcome"),
		takeovers:   counters("takeovers_total", "Times a partition was taken over again without a rebalance, by reason.", "reason"),
		letters:     counters("dead_letters_total", "Dead letters published, by reason.", "reason"),
		findings:    counters("findings_total", "Findings stored, by rule.", "rule"),
		lost:        counters("lost_offsets_total", "Offsets that Kafka dropped before they were read.", "topic"),
		batches:     counter("batches_total", "Batches stored."),
		rows:        counter("rows_total", "Rows stored."),
		bytes:       counter("record_bytes_total", "Bytes of the records stored: keys, values, headers."),
		fetchErrors: counter("fetch_errors_total", "Fetches that failed and were tried again."),
		lookups:     counter("lookups_total", "Events looked up in the log, as they may be older than the id window."),
		insert: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "custody", Subsystem: "lineage", Name: "insert_seconds", Help: "How long an insert took.",
			Buckets: prometheus.ExponentialBuckets(0.002, 2, 14),
		}),
		lag:         gauges("lag_records", "Offsets in Kafka that are not in the log yet."),
		window:      gauges("window_events", "Events that the id window remembers."),
		age:         gauges("intent_age_seconds", "For how long the intent that is open has been so; no value if none is."),
		misfit:      gauges("hole_rows", "Rows that lack in the log and could not be healed."),
		twice:       gauges("surplus_rows", "Rows beyond one for each seq: some record stands twice in the log, which must never be."),
		behind:      gauges("commit_difference_offsets", "The group's commit minus the log's end, at the last takeover."),
		unannounced: gauges("unannounced_partition", "1 for a partition that the topic did not have when its epoch began: custody topic renew is due."),
		open:        map[ledger.Partition]time.Time{},
	}
}

// intended notes that an intent is open, landed that it is no more.
func (m *Metrics) intended(p ledger.Partition, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.Epoch = 0 // a partition has one at a time
	m.open[p] = at
}

func (m *Metrics) landed(p ledger.Partition) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.Epoch = 0
	delete(m.open, p)
}

// forget drops the gauges of a partition that is another's now.
func (m *Metrics) forget(p ledger.Partition) {
	m.landed(p)
	for _, v := range []*prometheus.GaugeVec{m.lag, m.window, m.misfit, m.twice, m.behind, m.unannounced} {
		v.DeleteLabelValues(p.Topic, strconv.Itoa(int(p.ID)))
	}
}

func (m *Metrics) all() []prometheus.Collector {
	return []prometheus.Collector{
		m.records, m.takeovers, m.letters, m.lost, m.findings, m.batches, m.rows, m.bytes, m.fetchErrors, m.lookups,
		m.insert, m.lag, m.window, m.age, m.misfit, m.twice, m.behind, m.unannounced,
	}
}

// Describe is for prometheus.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(ch)
	}
}

// Collect is for prometheus.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	m.mu.Lock()
	m.age.Reset()
	for p, since := range m.open {
		m.age.WithLabelValues(p.Topic, strconv.Itoa(int(p.ID))).Set(time.Since(since).Seconds())
	}
	m.mu.Unlock()
	for _, c := range m.all() {
		c.Collect(ch)
	}
}
