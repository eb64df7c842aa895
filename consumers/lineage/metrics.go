package lineage

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/ledger"
)

// Metrics of a writer. It is a prometheus.Collector: register it once.
type Metrics struct {
	records, takeovers, letters, lost          *prometheus.CounterVec
	batches, rows, bytes, fetchErrors          prometheus.Counter
	insert                                     prometheus.Histogram
	lag, window, intent, misfit, twice, behind *prometheus.GaugeVec
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
		lost:        counters("lost_offsets_total", "Offsets that Kafka dropped before they were read.", "topic"),
		batches:     counter("batches_total", "Batches stored."),
		rows:        counter("rows_total", "Rows stored."),
		bytes:       counter("record_bytes_total", "Bytes of the records stored: keys, values, headers."),
		fetchErrors: counter("fetch_errors_total", "Fetches that failed and were tried again."),
		insert: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "custody", Subsystem: "lineage", Name: "insert_seconds", Help: "How long an insert took.",
			Buckets: prometheus.ExponentialBuckets(0.002, 2, 14),
		}),
		lag:    gauges("lag_records", "Offsets in Kafka that were not fetched yet."),
		window: gauges("window_events", "Events that the id window remembers."),
		intent: gauges("intent_timestamp_seconds", "When the intent that is open was committed; 0 if none is."),
		misfit: gauges("hole_rows", "Rows that lack in the log and could not be healed."),
		twice:  gauges("surplus_rows", "Rows beyond one for each seq: some record stands twice in the log, which must never be."),
		behind: gauges("commit_difference_offsets", "The group's commit minus the log's end, at the last takeover."),
	}
}

// forget drops the gauges of a partition that is another's now.
func (m *Metrics) forget(p ledger.Partition) {
	for _, v := range []*prometheus.GaugeVec{m.lag, m.window, m.intent, m.misfit, m.twice, m.behind} {
		v.DeleteLabelValues(p.Topic, strconv.Itoa(int(p.ID)))
	}
}

func (m *Metrics) all() []prometheus.Collector {
	return []prometheus.Collector{
		m.records, m.takeovers, m.letters, m.lost, m.batches, m.rows, m.bytes, m.fetchErrors,
		m.insert, m.lag, m.window, m.intent, m.misfit, m.twice, m.behind,
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
	for _, c := range m.all() {
		c.Collect(ch)
	}
}
