package main

import (
	"strings"
	"testing"
)

func TestFindingsThatDiffer(t *testing.T) {
	made := tally{broken: map[string]uint64{"ground-missing": 2, "policy-missing": 5}}
	for name, c := range map[string]struct {
		found map[string]uint64
		want  string // in the error; "" = none
	}{
		"the same":     {map[string]uint64{"ground-missing": 2, "policy-missing": 5}, ""},
		"one too few":  {map[string]uint64{"ground-missing": 1, "policy-missing": 5}, "1 findings of ground-missing, the simulation made 2"},
		"one not seen": {map[string]uint64{"policy-missing": 5}, "0 findings of ground-missing, the simulation made 2"},
		"one invented": {map[string]uint64{"ground-missing": 2, "policy-missing": 5, "not-abroad": 1}, "1 findings of not-abroad, the simulation made 0"},
	} {
		err := made.checkFindings(c.found)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: checkFindings = %v, want %q", name, err, c.want)
		}
	}
}
