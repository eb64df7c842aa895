package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/vocabulary"
)

const root = "../../.."

func rendered(t *testing.T) map[string][]byte {
	t.Helper()
	c, err := catalog.Load(vocabulary.Files)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render(c, os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestGeneratedFilesAreCurrent(t *testing.T) {
	files := rendered(t)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale (%v): run make gen", name, err)
		}
	}
	published, err := filepath.Glob(root + "/schemas/jsonschema/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range published {
		if _, ok := files["schemas/jsonschema/"+filepath.Base(path)]; !ok {
			t.Errorf("%s is of no kind: remove it", path)
		}
	}
}

func TestRenderGivesTheSameTwice(t *testing.T) {
	first := rendered(t)
	for range 5 {
		if !maps.EqualFunc(first, rendered(t), bytes.Equal) {
			t.Fatal("render gives another result the second time")
		}
	}
}

func TestEveryKindAndFieldIsSpokenOf(t *testing.T) {
	used := map[event.Field]bool{}
	for _, k := range kinds() {
		if k.When == "" {
			t.Errorf("%s: glosses says nothing of it", k.Name)
		}
		for _, u := range k.Fields {
			used[u.Field] = true
		}
	}
	for _, s := range event.Fields() {
		if meanings[s.Field] == "" || !used[s.Field] {
			t.Errorf("%s: meaning %q, used by a kind %v, want both", s.Name, meanings[s.Field], used[s.Field])
		}
	}
	if got, want := len(kinds()), int(event.KindCount)-1; got != want {
		t.Errorf("kinds = %d, want %d", got, want)
	}
}

func TestGoName(t *testing.T) {
	tests := map[string]string{
		"payment": "Payment", "phone-number": "PhoneNumber", "id-card-number": "IDCardNumber",
		"pipl-13-1-2": "PIPL13_1_2", "gdpr-6-1-f": "GDPR6_1F", "oaid": "OAID", "mac-address": "MACAddress",
	}
	for term, want := range tests {
		if got := goName(term); got != want {
			t.Errorf("goName(%s) = %s, want %s", term, got, want)
		}
	}
}

func TestBetweenWantsMarkers(t *testing.T) {
	doc := []byte("a\n<!-- generated: x -->\nold\n<!-- end of x -->\nb\n")
	got, err := between(doc, "x", []byte("new\n"))
	if want := "a\n<!-- generated: x -->\nnew\n<!-- end of x -->\nb\n"; err != nil || string(got) != want {
		t.Errorf("between = %q, %v, want %q", got, err, want)
	}
	if _, err := between(doc, "y", nil); err == nil {
		t.Error("between without markers = nil, want an error")
	}
}

func TestKindsAreInOrder(t *testing.T) {
	var got []event.Kind
	for _, k := range kinds() {
		got = append(got, k.Kind)
	}
	if !slices.IsSorted(got) {
		t.Errorf("kinds = %v, want the order of the contract", got)
	}
}
