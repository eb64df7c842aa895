package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// report prints what was done and what was found.
func report(out io.Writer, w *world, t *tally, j *judgement, lasted time.Duration) {
	fmt.Fprintf(out, "\n%-28s %8s %8s\n", "fault", "injected", "hit")
	for _, f := range faults {
		if n := t.injected[f.name]; n > 0 {
			fmt.Fprintf(out, "%-28s %8d %8d\n", f.name, n, t.hit[f.name])
		}
	}
	fmt.Fprintf(out, "\nin %v: %d messages acknowledged, %d records in Kafka", lasted.Round(time.Second), j.acknowledged, j.records)
	for _, outcome := range slices.Sorted(maps.Keys(j.outcomes)) {
		fmt.Fprintf(out, ", %d %s", j.outcomes[outcome], outcome)
	}
	fmt.Fprintf(out, ", %d dead letters of %d refused records\nconsumers said:", j.letters, len(j.refused))
	for _, text := range []string{
		"take the partition over again", "waiting until an open intent", "the lease is over",
		"rows are missing in the log", "the log is not as it was left", "given up before it was drained",
	} {
		fmt.Fprintf(out, " %q %d;", text, w.said(text))
	}
	fmt.Fprintln(out)
	if len(j.first) > 0 {
		fmt.Fprintf(out, "\nthe first differences, as partition/offset:\n  %s\n", strings.Join(j.first, "\n  "))
	}
	if j.other > 0 {
		fmt.Fprintf(out, "differences of another kind: %d\n", j.other)
	}
	fmt.Fprintf(out, "\nfaults %d: lost %d, doubled %d, disordered %d\n", t.n, j.lost, j.doubled, j.disordered)
}

// said counts lines of the consumers' logs.
func (w *world) said(text string) (n int) {
	for _, c := range append(slices.Clone(w.consumers), w.spare) {
		log, _ := os.ReadFile(c.log) // it may not have written any
		n += strings.Count(string(log), text)
	}
	return n
}
