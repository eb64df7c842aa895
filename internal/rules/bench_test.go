package rules_test

import (
	"testing"

	"github.com/datacustody/custody/internal/rules"
)

// BenchmarkJudge judges a share as the policy declares it, one that it does not
// declare, and a transfer abroad.
func BenchmarkJudge(b *testing.B) {
	c := testCatalog(b)
	for _, bench := range []struct {
		name, kind string
		data       fields
	}{
		{"declared", dataShared, shared}, {"onward", dataShared, onward}, {"abroad", abroad, export},
		{"undeclared", dataShared, shared.with(fields{"recipient": "van"})},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r, v := decode(b, c, bench.kind, usualTime, bench.data), new(rules.Verdict)
			b.ReportAllocs()
			for b.Loop() {
				rules.Judge(c, r, v)
			}
		})
	}
}
