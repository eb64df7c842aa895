package main

import (
	"cmp"
	"math"
	"slices"
)

// A spread is the middle of several measurements, with their ends.
type spread struct{ median, least, most float64 }

// spreadOf is zero where nothing was measured.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return spread{(sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[0], sorted[n-1]}
}

// quantile is the smallest value that the share q of all do not exceed; the
// values are sorted, and there is one.
func quantile[T cmp.Ordered](sorted []T, q float64) T {
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
