package catalog_test

import (
	"testing"
	"testing/fstest"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// FuzzWith: whatever stands in a file, it is read or has faults, each with its
// file and line; nothing breaks down.
func FuzzWith(f *testing.F) {
	for _, text := range []string{parties, older, newer, "", "#", "- a", "id: &a x\nplatform: *a", "id: !!str 1\nflows: [[], {}, null, {id: {}}]",
		"parties: [{id: a, en: {}, role: [], companies: [1], notice: x, approvals: {}}]", "id:\nplatform: ~\ncontrollers: {shop: 1}", "<<: {id: x}", "? [a]\n: b",
		"id: x\nid: y", "flows: [{retention: 3, countries: CN, minor: maybe, row: 1e9, categories: [collected, collected]}]"} {
		f.Add(text, text)
	}
	words, err := catalog.Load(vocabulary.Files)
	if err != nil {
		f.Fatal(err)
	}
	dir := func(name, text string) []catalog.Dir {
		return []catalog.Dir{{Name: name, FS: fstest.MapFS{"x.yaml": {Data: []byte(text)}}}}
	}
	f.Fuzz(func(t *testing.T, parties, policies string) {
		c, err := words.With(dir("parties", parties), dir("policies", policies))
		if faults, ok := err.(catalog.Faults); ok { //nolint:errorlint // it is not wrapped
			for _, fault := range faults {
				if fault.File == "" || fault.Line < 1 || fault.Text == "" {
					t.Errorf("fault %+v: want file, line and text", fault)
				}
			}
		} else if err != nil || c == nil {
			t.Errorf("With = %v, %v, want a catalogue or Faults", c, err)
		}
	})
}
