package findings_test

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// version is a policy of the platform shop.
func version(day, purpose string) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, `id: shop-%[1]s
platform: shop
title: {en: Shop, zh: 店}
controllers: [shop]
effective: %[1]s
time-zone: America/New_York
reply-days: 10
flows:
  - {id: one, kind: data.used, categories: [order], purposes: [%[2]s], summary: {en: one, zh: 一}}
`, day, purpose)}
}

func TestSuperseded(t *testing.T) {
	words, err := catalog.Load(vocabulary.Files)
	if err != nil {
		t.Fatal(err)
	}
	c, err := words.With(
		[]catalog.Dir{{Name: "parties", FS: fstest.MapFS{"shop.yaml": {Data: []byte("parties:\n  - {id: shop, en: Shop, role: controller, country: US}\n")}}}},
		[]catalog.Dir{{Name: "policies", FS: fstest.MapFS{
			"a.yaml": version("2020-01-01", "marketing"), "b.yaml": version("2021-01-01", "marketing"), "c.yaml": version("2022-01-01", "advertising"), "d.yaml": version("2023-01-01", "advertising"),
		}}})
	if err != nil {
		t.Fatal(err)
	}
	since := time.Date(2022, 1, 1, 5, 0, 0, 0, time.UTC) // in New York that day began then
	want := map[string]time.Time{"shop-2020-01-01": since, "shop-2021-01-01": since}
	if got := findings.Superseded(c); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("Superseded = %v, want %v", got, want)
	}
	if got := findings.Zones(c); got["shop"] != "America/New_York" {
		t.Errorf("Zones = %v", got)
	}
	if got := findings.Days(c); got["shop"] != 10 {
		t.Errorf("Days = %v", got)
	}
}

// Every rule that the store judges by is told of, and no other.
func TestRulesAreThoseOfTheStore(t *testing.T) {
	var told []string
	for _, r := range findings.Rules() {
		told = append(told, r.ID)
		for _, text := range []string{r.Severity, r.Article, r.Message.English, r.Message.Chinese, r.Remedy.English, r.Remedy.Chinese} {
			if text == "" {
				t.Errorf("%s lacks a text", r.ID)
			}
		}
	}
	if want := append(append([]string(nil), store.HistoryRules...), store.GapRule, store.OverdueRule); fmt.Sprint(told) != fmt.Sprint(want) {
		t.Errorf("rules = %q, want %q", told, want)
	}
}
