package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// A report is everything that PRODUCE.md says.
type report struct {
	settings settings
	began    time.Time
	size     int // of an event
	tables   []table
	alone    string // what BenchmarkGateway printed
}

func (r report) write(w io.Writer) {
	fmt.Fprintf(w, `# The producing side, measured

Written by `+"`make bench-produce`"+` on %s: %s, %s, %s.

Every contestant is a process of its own and sends the same %s simulated events, %d bytes long on average, to a topic of %d partitions,
compression %s, and waits until all in-sync replicas have them. Medians of %d interleaved runs of %v after %v of warming up, the least and the
most in brackets. CPU is that of the contestant's process alone; broker, contestant and, for the gateway, its client share the machine.

`, r.began.UTC().Format("2006-01-02"), machine(), runtime.Version(), versions(), thousands(poolSize), r.size, r.settings.partitions,
		codec(r.settings.compression), r.settings.runs, r.settings.duration, warmUp)
	for _, t := range r.tables {
		t.write(w)
	}
	fmt.Fprintf(w, "## The gateway alone\n\n`BenchmarkGateway`, without a network and without a broker:\n\n```\n%s```\n\n", r.alone)
	r.explain(w)
}

func (r report) explain(w io.Writer) {
	fmt.Fprint(w, "## What is compared\n\n| contestant | how |\n|---|---|\n")
	for _, c := range contestants {
		fmt.Fprintf(w, "| %s | %s |\n", c.name, c.settings)
	}
	fmt.Fprint(w, `
They do not do the same work. Custody's producer holds every event to the contract before it sends it, tells which events of a call failed, keeps a
person's events in order whatever fails, and has one request under way for each partition. A bare Writer looks at nothing, and goes on with a person's
later events where an earlier batch failed. The CloudEvents SDK validates the envelope only and encodes it; its partitions are by another hash of the
subject than the contract's (docs/events.md), so the log marks its events as misplaced. With 1 event a call the 64 callers share the partitions: a
request holds a few events at most, and its way to the broker and back is most of the work.
`)
}

func (t table) write(w io.Writer) {
	fmt.Fprintf(w, "## On %s\n\n| events a call × callers | contestant | events/s | CPU µs an event | events/s against the Writer |\n|---|---|---|---|---|\n", t.kafka)
	for _, r := range t.sdks {
		fmt.Fprintf(w, "| %s × %d | %s | %s | %s | %.2f× |\n", thousands(float64(r.load.Size)), r.load.Callers, r.name,
			spread(r.runs, result.perSecond, thousands), spread(r.runs, result.micros, micros), median(r.runs, result.perSecond)/t.bare(r.load))
	}
	fmt.Fprint(w, "\n| events a request × connections | gateway | requests/s | events/s | CPU µs an event |\n|---|---|---|---|---|\n")
	for _, r := range t.gateway {
		fmt.Fprintf(w, "| %d × %d | %s | %s | %s | %s |\n", r.load.Size, r.load.Callers, r.name,
			spread(r.runs, func(r result) float64 { return float64(r.Calls) / r.Seconds }, thousands), spread(r.runs, result.perSecond, thousands), spread(r.runs, result.micros, micros))
	}
	fmt.Fprintln(w)
}

// bare is the Writer's events/s under a load.
func (t table) bare(l load) float64 {
	i := slices.IndexFunc(t.sdks, func(r row) bool { return r.load == l && r.name == bareWriter })
	return median(t.sdks[i].runs, result.perSecond)
}

func values(runs []result, of func(result) float64) (vs []float64) {
	for _, r := range runs {
		vs = append(vs, of(r))
	}
	slices.Sort(vs)
	return vs
}

func median(runs []result, of func(result) float64) float64 {
	vs := values(runs, of)
	return (vs[(len(vs)-1)/2] + vs[len(vs)/2]) / 2
}

func spread(runs []result, of func(result) float64, text func(float64) string) string {
	vs := values(runs, of)
	return fmt.Sprintf("%s (%s–%s)", text(median(runs, of)), text(vs[0]), text(vs[len(vs)-1]))
}

func micros(v float64) string { return fmt.Sprintf("%.1f", v) }

func thousands(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func codec(c kafka.Compression) string {
	if c == 0 {
		return "none"
	}
	return c.String()
}

// machine is what the operating system says of the processor.
func machine() string {
	model := runtime.GOARCH
	text, _ := os.ReadFile("/proc/cpuinfo") // Linux has it
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%d cores of %s (%s)", runtime.NumCPU(), model, runtime.GOOS)
}

// versions are those of the clients.
func versions() string {
	var found []string
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			switch d.Path {
			case "github.com/segmentio/kafka-go", "github.com/cloudevents/sdk-go/protocol/kafka_sarama/v2", "github.com/IBM/sarama":
				found = append(found, strings.TrimPrefix(d.Path, "github.com/")+" "+d.Version)
			}
		}
	}
	return strings.Join(found, ", ")
}
