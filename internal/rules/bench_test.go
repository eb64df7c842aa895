package rules_test

import (
	"testing"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

// BenchmarkJudge judges by the policies that Custody knows, the largest of which
// has a hundred entries: a usual share, all that Tmall declares one after the
// other, and a collection that none of its entries covers.
func BenchmarkJudge(b *testing.B) {
	c, err := catalog.Standard()
	if err != nil {
		b.Fatal(err)
	}
	delivery := fields{"controller": "tmall", "categories": []string{"consignee-name", "delivery-address", "consignee-phone-number"}, "purpose": "order-delivery",
		"recipient": "cainiao", "relationship": "provision", "legal_basis": "pipl-13-1-2"}
	undeclared := fields{"controller": "tmall", "categories": []string{"religious-belief"}, "purpose": "marketing", "origin": "public-source", "legal_basis": "pipl-13-1-6"}
	var all []*event.Record
	for _, f := range c.PolicyNamed("tmall-2023-04-18").Flows {
		d := declaredBy(c, c.PolicyNamed("tmall-2023-04-18"), f)
		all = append(all, decode(b, c, f.Kind.String(), d.when(), d.data))
	}
	for _, bench := range []struct {
		name    string
		clean   bool
		records []*event.Record
	}{
		{"declared", true, []*event.Record{decode(b, c, dataShared, usualTime, delivery)}},
		{"every-entry", true, all},
		{"undeclared", false, []*event.Record{decode(b, c, dataCollected, usualTime, undeclared)}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			v := new(rules.Verdict)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if rules.Judge(c, bench.records[i%len(bench.records)], v); bench.clean != (len(v.Findings) == 0) {
					b.Fatalf("findings = %v", v.Findings)
				}
			}
		})
	}
}
