package main

import (
	"fmt"
	"strings"
	"time"
)

// markdown is the whole report but its last line.
func (r *results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# From Kafka to ClickHouse, side by side\n\n")
	fmt.Fprintf(&b, "Written by `make bench-pipe` on %s: medians of %d runs, in turns, each beginning with another contestant.\n\n", r.began.UTC().Format(time.DateOnly), r.o.runs)
	fmt.Fprintf(&b, "%d events of `custody simulate` (structured, %.0f bytes on average, 2 %% of them repeats) in %d partitions.\n\n", r.o.events, r.size, r.o.partitions)
	for _, line := range r.machine {
		fmt.Fprintf(&b, "- %s.\n", line)
	}
	r.speed(&b)
	r.events(&b)
	r.latency(&b)
	r.settings(&b)
	return b.String()
}

func (r *results) speed(b *strings.Builder) {
	b.WriteString("\n## As fast as can be\n\n")
	table(b, "contestant", "events/s (least–most)", "CPU µs an event: itself", "ClickHouse", "broker", "all", "ClickHouse, later", "peak memory, MiB: itself", "ClickHouse", "first row after, s")
	for _, c := range r.contestants {
		middle := func(figure func(*drain) float64) string { return fmt.Sprintf("%.1f", r.over(c.name, figure).median) }
		most := func(figure func(*drain) float64) string { return fmt.Sprintf("%.0f", r.over(c.name, figure).most) }
		memory := most(func(d *drain) float64 { return d.memory })
		if memory == "0" {
			memory = "in ClickHouse"
		}
		rate := r.rate(c.name)
		table(b, c.name, fmt.Sprintf("%s (%s–%s)", thousands(rate.median), thousands(rate.least), thousands(rate.most)),
			middle(func(d *drain) float64 { return d.each(d.self) }),
			middle(func(d *drain) float64 { return d.each(d.server) }),
			middle(func(d *drain) float64 { return d.each(d.broker) }),
			middle(func(d *drain) float64 { return d.each(d.cpu()) }),
			middle(func(d *drain) float64 { return d.each(d.later) }),
			memory,
			most(func(d *drain) float64 { return d.serverMemory }),
			middle(func(d *drain) float64 { return d.first.Seconds() }))
	}
	b.WriteString("\nTime runs from the start of the process, or of the view, until the table has a row for each record. CPU is that of the processes until then;\n" +
		"*later* is what merging what was left took ClickHouse, the contestant still there with nothing to do. Peaks are the most of all runs.\n")
}

func (r *results) events(b *strings.Builder) {
	b.WriteString("\n## What is in the table\n\n")
	table(b, "contestant", "records in Kafka", "rows", "rows that stand for an event", "different events among them", "stored twice")
	for _, c := range r.contestants {
		if all := r.drains[c.name]; len(all) > 0 {
			d := all[len(all)-1]
			table(b, c.name, fmt.Sprint(d.records), fmt.Sprint(d.rows), fmt.Sprint(d.accepted), fmt.Sprint(d.distinct), fmt.Sprint(d.accepted-d.distinct))
		}
	}
	b.WriteString("\nCustody's log has a row for each record, and says of each what it is: a repeat is a row with the outcome `duplicate`.\n")
}

func (r *results) latency(b *strings.Builder) {
	if len(r.half) == 0 {
		return
	}
	b.WriteString("\n## From Kafka's acknowledgement until it is visible\n\n")
	table(b, "contestant", fmt.Sprintf("at %s events/s, half of the slowest's: p50, ms", thousands(r.slowest)), "p99, ms", fmt.Sprintf("at %s events/s, half of Custody's: p50, ms", thousands(r.ours)), "p99, ms")
	for _, c := range r.contestants {
		row := []string{c.name}
		for _, by := range []map[string]visible{r.half, r.own} {
			if v, ok := by[c.name]; ok {
				row = append(row, fmt.Sprint(v.p50.Milliseconds()), fmt.Sprint(v.p99.Milliseconds()))
			} else {
				row = append(row, "too fast for it", "")
			}
		}
		table(b, row...)
	}
	fmt.Fprintf(b, "\nEvents came once for %v at each rate, after %v of warming up; the table was looked at every %v.\n", r.o.load, r.o.warm, probeEvery)
	if v, ok := r.own[nameCustody]; ok && v.idle >= 0 {
		fmt.Fprintf(b, "\nCustody at rest, with all partitions and nothing coming, for %v: %.2f %% of a core.\n", r.o.idle, 100*v.idle)
	}
}

func (r *results) settings(b *strings.Builder) {
	b.WriteString("\n## The contestants\n\n")
	for _, c := range r.contestants {
		fmt.Fprintf(b, "- **%s**: %s. Settings: %s.\n", c.name, c.what, c.settings)
	}
	b.WriteString("\nThe plain table is `MergeTree ORDER BY (subject, time)` with the columns of the envelope and of all fields of the contract, and the record's partition and offset,\n" +
		"by which is seen what is visible. The engine reads no `data_base64`, and does not judge: its rows have no content hash, and its `event_hash` is SipHash.\n")
}

// table writes a row; after the first of a table stands a line.
func table(b *strings.Builder, cells ...string) {
	first := strings.HasSuffix(b.String(), "\n\n")
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	if first {
		b.WriteString("|---" + strings.Repeat("|---:", len(cells)-1) + "|\n")
	}
}

// thousands is a whole number with commas.
func thousands(x float64) string {
	text := fmt.Sprintf("%.0f", x)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
