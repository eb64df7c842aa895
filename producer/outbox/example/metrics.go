package main

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/datacustody/custody/producer/outbox"
)

// metrics shows the box and its relay to Prometheus: alarm on the age of the
// oldest event, and on any parked one.
func metrics(box *outbox.Box, db *sql.DB, relay *outbox.Relay) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(&collector{box, db, relay})
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

type collector struct {
	box   *outbox.Box
	db    *sql.DB
	relay *outbox.Relay
}

var (
	pending = prometheus.NewDesc("outbox_pending_events", "Events that wait to be emitted.", nil, nil)
	oldest  = prometheus.NewDesc("outbox_oldest_seconds", "For how long the oldest of them has waited.", nil, nil)
	parked  = prometheus.NewDesc("outbox_parked_events", "Events that can never be sent.", nil, nil)
	emitted = prometheus.NewDesc("outbox_emitted_total", "Events that Kafka acknowledged to this process.", nil, nil)
	retried = prometheus.NewDesc("outbox_retried_total", "Events that Kafka did not, left for another round.", nil, nil)
)

// Describe names the metrics.
func (c *collector) Describe(d chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{pending, oldest, parked, emitted, retried} {
		d <- desc
	}
}

// Collect asks the database once.
func (c *collector) Collect(m chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64) {
		m <- prometheus.MustNewConstMetric(d, kind, v)
	}
	s := c.relay.Stats()
	send(emitted, prometheus.CounterValue, float64(s.Emitted))
	send(retried, prometheus.CounterValue, float64(s.Retried))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	l, err := c.box.Backlog(ctx, c.db)
	if err != nil {
		m <- prometheus.NewInvalidMetric(pending, err)
		return
	}
	send(pending, prometheus.GaugeValue, float64(l.Pending))
	send(oldest, prometheus.GaugeValue, l.Oldest.Seconds())
	send(parked, prometheus.GaugeValue, float64(l.Parked))
}
