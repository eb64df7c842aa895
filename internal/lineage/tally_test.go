package lineage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/lineage"
)

func TestTally(t *testing.T) {
	keep := lineage.Terms{Retentions: []lineage.Retention{{Categories: []string{"order"}, Years: 3}}}
	var all lineage.Tally
	for n, fs := range [][]lineage.Flow{
		{share("1", "tmall", "sto", 1, "name", "order")},
		{share("2", "tmall", "sto", 3, "order"), share("3", "sto", "zto", 4, "name")},
		{share("4", "tmall", "sto", 2, "name")},
		nil,
	} {
		r := request(func(r *lineage.Request) { r.Subject = fmt.Sprint("p", n) })
		for i := range fs {
			fs[i].Subject = r.Subject
		}
		all.Add(lineage.NewPlan(flows(fs...), r, keep))
	}
	var got []string
	for _, i := range all.Plan(request()).Items {
		for _, c := range i.Choices {
			got = append(got, fmt.Sprint(strings.Join(i.Path, ">"), " ", c.Category, " ", c.Decision, " ", c.Until, " ", c.Persons))
		}
	}
	want := []string{
		"tmall name erase  2", "tmall order restrict 2029-04-03 2",
		"tmall>sto name erase  3", "tmall>sto order restrict 2029-04-03 2", "tmall>sto>zto name erase  1",
	}
	if !slices.Equal(got, want) || all.Persons != 3 {
		t.Errorf("Plan = %q of %d persons, want %q of 3", got, all.Persons, want)
	}
}
