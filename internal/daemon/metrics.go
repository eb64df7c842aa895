package daemon

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// NewMetrics is a registry that tells about the process and which build it is.
func NewMetrics(v Version) *prometheus.Registry {
	r := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "custody_build_info",
		Help:        "The build that runs; always 1.",
		ConstLabels: prometheus.Labels{"version": v.Module, "revision": v.Revision, "go": v.Go},
	})
	build.Set(1)
	r.MustRegister(build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
