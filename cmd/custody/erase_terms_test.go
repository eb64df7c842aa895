package main

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// The register and the policies that the program is built with say who passes data
// on and that transactions are kept three years.
func TestTermsOfOurCatalogue(t *testing.T) {
	c, err := (&contract{}).catalog()
	if err != nil {
		t.Fatal(err)
	}
	terms := termsOf(c, time.UTC)("tmall", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	if len(terms.Retentions) != 1 {
		t.Fatalf("%d rules of retention, want one", len(terms.Retentions))
	}
	r := terms.Retentions[0]
	if got := fmt.Sprintln(r.Years, r.After, slices.Contains(r.Categories, "order"), slices.Contains(r.Parties, "tmall"), terms.Zone); got != "3 completion of the transaction true true Asia/Shanghai\n" {
		t.Errorf("rule = %s", got)
	}
	onward := 0
	for _, p := range terms.Parties {
		onward += len(p.Onward)
	}
	if onward == 0 {
		t.Error("nobody passes data on")
	}
	if none := termsOf(c, time.UTC)("nobody", time.Now()); len(none.Retentions) > 0 || none.Zone != time.UTC {
		t.Errorf("terms of an unknown controller = %+v", none.Retentions)
	}
}
