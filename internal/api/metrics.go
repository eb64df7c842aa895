package api

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics name routes, codes and reasons: lists that are closed.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	events   *prometheus.CounterVec
	answers  *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer, f *flight) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "custody_api_requests_total", Help: "HTTP requests by route and status code.",
		}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "custody_api_request_seconds", Help: "Time from a request's head to its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "custody_api_events_total", Help: "Events sent to the gateway by outcome and reason of rejection.",
		}, []string{"outcome", "reason"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "custody_api_answers_total", Help: "Answers of parties to cases of erasure by outcome: taken, or why not.",
		}, []string{"outcome"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.seconds, m.events, m.answers, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "custody_api_in_flight_bytes", Help: "Bytes of requests under way.",
		}, func() float64 { return float64(f.bytes.Load()) }))
	}
	return m
}

func (m *metrics) served(route string, code int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}
