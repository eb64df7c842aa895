package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/erasure"
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

// A case is due when the policy in force promises, unless --days says otherwise.
func TestRulesOfThePolicy(t *testing.T) {
	dir := t.TempDir()
	own := "id: atoll-2026\nplatform: atoll\ntitle: {en: Atoll, zh: 环礁}\ncontrollers: [atoll]\nlaw: pipl\ntime-zone: Asia/Singapore\nreply-days: 5\nflows:\n  - {id: paid, kind: data.used, categories: [name], purposes: [payment], legal-bases: [pipl-13-1-2]}\n"
	party := "parties:\n  - {id: atoll, en: Atoll, zh: 环礁, role: controller, country: SG}\n"
	for name, text := range map[string]string{"policies.yaml": own, "parties.yaml": party} {
		if err := os.MkdirAll(filepath.Join(dir, name[:4]), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name[:4], name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := (&contract{policies: filepath.Join(dir, "poli"), parties: filepath.Join(dir, "part")}).catalog()
	if err != nil {
		t.Fatal(err)
	}
	ours := erasure.Calendar{Zone: time.UTC}
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		of   func(string, time.Time) erasure.Rules
		who  string
		want string
	}{
		"the policy's":        {rulesOf(c, erasure.Rules{Calendar: ours}), "atoll", "5 Asia/Singapore"},
		"--days":              {rulesOf(c, erasure.Rules{Calendar: ours, Days: 7}), "atoll", "7 Asia/Singapore"},
		"of the built-in":     {rulesOf(c, erasure.Rules{Calendar: ours}), "tmall", "15 Asia/Shanghai"},
		"where there is none": {rulesOf(c, erasure.Rules{Calendar: ours}), "nobody", "15 UTC"},
	} {
		if r := c.of(c.who, at).WithDefaults(); fmt.Sprint(r.Days, " ", r.Calendar.Zone) != c.want {
			t.Errorf("%s: %d days in %s, want %s", name, r.Days, r.Calendar.Zone, c.want)
		}
	}
}
