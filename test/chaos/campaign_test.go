package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The same seed gives the same faults, and every fault comes in time.
func TestASeedIsASchedule(t *testing.T) {
	schedule := func(seed uint64) (names []string) {
		w := &world{settings: settings{seed: seed}}
		for n := range 1000 {
			names = append(names, w.draw(rand.New(rand.NewPCG(seed, uint64(n)))).name)
		}
		return names
	}
	first := schedule(7)
	if !slices.Equal(first, schedule(7)) || slices.Equal(first, schedule(8)) {
		t.Error("a seed gives another schedule the second time, or two seeds the same one")
	}
	for _, f := range faults {
		if !slices.Contains(first, f.name) {
			t.Errorf("%s does not come in 1,000 faults", f.name)
		}
	}
}

func TestOnly(t *testing.T) {
	o, _, err := options([]string{"-only", "clock-step,rebalance"})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{settings: o}
	for n := range uint64(100) {
		if name := w.draw(rand.New(rand.NewPCG(1, n))).name; name != "clock-step" && name != "rebalance" {
			t.Fatalf("-only clock-step,rebalance gives %s", name)
		}
	}
	if _, _, err := options([]string{"-only", "clock-stop"}); err == nil || !strings.Contains(err.Error(), "clock-stop") {
		t.Errorf("-only clock-stop = %v, want an error that names it", err)
	}
}

func TestFaultsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults {
		if seen[f.name] || f.doc == "" || f.weight < 1 {
			t.Errorf("fault %q: named twice, or without a doc line or a weight", f.name)
		}
		seen[f.name] = true
	}
}

// What a lost part takes with it: all that still has its rows, and nothing else.
func TestPartsThatAreLost(t *testing.T) {
	disk := []part{
		{name: "2026_9_9_0", first: 9, last: 9},
		{name: "2026_1_8_1", first: 1, last: 8, level: 1},
		{name: "2026_8_8_0", first: 8, last: 8},
		{name: "2026_7_7_0", first: 7, last: 7},
	}
	seen := map[string]bool{}
	for seed := range uint64(50) {
		var names []string
		for _, p := range single(rand.New(rand.NewPCG(seed, 0)))(disk) {
			names = append(names, p.name)
		}
		seen[strings.Join(names, " ")] = true
	}
	if want := map[string]bool{"2026_9_9_0": true, "2026_1_8_1 2026_8_8_0 2026_7_7_0": true}; len(seen) != 2 || !seen["2026_9_9_0"] || !seen["2026_1_8_1 2026_8_8_0 2026_7_7_0"] {
		t.Errorf("lost are %v, want %v", seen, want)
	}
	var names []string
	for _, p := range since(8)(disk) {
		names = append(names, p.name)
	}
	if got, want := strings.Join(names, " "), "2026_9_9_0 2026_1_8_1 2026_8_8_0"; got != want {
		t.Errorf("since insert 8 are %s, want %s", got, want)
	}
}
