package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
)

// growth is how much larger the writer may be in the last quarter than in the second.
const growth = 1.15

// A quarter of the events, by when they were logged.
type quarter struct {
	median, most float64 // MiB
	rate         float64 // events a second
}

func (w *watch) quarters() (qs [4]quarter) {
	last := sample{}
	for i := range qs {
		first, end := last, w.events*(i+1)/4
		var mibs []float64
		for _, s := range w.samples {
			if s.logged > first.logged && (s.logged <= end || i == 3) {
				mibs, last = append(mibs, s.mib), s
			}
		}
		if len(mibs) > 0 {
			slices.Sort(mibs)
			qs[i] = quarter{mibs[len(mibs)/2], mibs[len(mibs)-1], rate(first, last)}
		}
	}
	return qs
}

func printQuarters(qs [4]quarter) {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "quarter\tmedian MiB\tmaximum MiB\tevents/s\t")
	for i, q := range qs {
		fmt.Fprintf(out, "%d\t%.0f\t%.0f\t%.0f\t\n", i+1, q.median, q.most, q.rate)
	}
	_ = out.Flush()
}

// flat wants the last quarter no larger than the second. The memory of events,
// two generations in each partition, must be full by then: it is meant to fill.
func flat(qs [4]quarter, o settings, accepted int) error {
	if full := 2 * o.window * o.partitions; accepted/4 < full {
		fmt.Printf("memory is not judged: the writer remembers %d events, and that is more than a quarter of these\n", full)
		return nil
	}
	if qs[1].median == 0 || qs[3].median > growth*qs[1].median {
		return fmt.Errorf("the writer's memory is not flat: median %.0f MiB in the last quarter, %.0f in the second", qs[3].median, qs[1].median)
	}
	return nil
}
