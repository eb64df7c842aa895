package main

import (
	"fmt"
	"strings"
)

// Tolerance is what a stage may cost more before that is a regression. Counted
// again, instructions differ by less than one in a hundred; other patch releases
// of Go and other processors beneath valgrind make up the rest.
const tolerance = 0.05

// slack is how many bytes more are never a regression: what a benchmark sets up
// once is shared by its operations, and rounded.
const slack = 8

// A finding is a figure that is not the baseline's.
type finding struct {
	stage, unit   string
	before, after float64
	worse         bool
}

func (f finding) String() string {
	by := ""
	if f.before > 0 {
		by = fmt.Sprintf(" (%+.1f %%)", 100*(f.after/f.before-1))
	}
	return fmt.Sprintf("%s: %.0f %s, in the baseline %.0f%s", f.stage, f.after, f.unit, f.before, by)
}

// compare finds what got worse or better. Only units that both have are compared.
func compare(before, after *sheet, order []stage) (all []finding) {
	for _, st := range order {
		b, a := before.stages[st.String()], after.stages[st.String()]
		for _, unit := range units {
			vb, both := b[unit]
			va, ok := a[unit]
			if !both || !ok {
				continue
			}
			if far := allowance(unit, vb); va > vb+far || va < vb-far {
				all = append(all, finding{st.String(), unit, vb, va, va > vb})
			}
		}
	}
	return all
}

// allowance is by how much a figure may differ and still be the same.
func allowance(unit string, v float64) float64 {
	switch unit {
	case allocations:
		return 0
	case memory:
		return max(slack, tolerance*v)
	}
	return tolerance * v
}

// strangers are the stages that the baseline does not know.
func strangers(before *sheet, order []stage) (all []string) {
	for _, st := range order {
		if _, ok := before.stages[st.String()]; !ok {
			all = append(all, st.String())
		}
	}
	return all
}

// sameGo says whether two Go versions are of one release: within it the
// compiler makes the same of a program.
func sameGo(a, b string) bool {
	release := func(v string) string {
		parts := strings.SplitN(v, ".", 3)
		return strings.Join(parts[:min(2, len(parts))], ".")
	}
	return release(a) == release(b)
}
