package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/datacustody/custody/schemas/event"
)

func TestOwnTermsJoinTheVocabulary(t *testing.T) {
	dir := t.TempDir()
	text := "list: purpose\nterms:\n  - id: gift-wrapping\n    en: Gift wrapping\n    zh: 礼品包装\n    definition: Wrap what was ordered.\n"
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	k := contract{bytes: 2048, ahead: maxAheadDefault, vocabulary: dir}
	if err := k.load(); err != nil {
		t.Fatal(err)
	}
	if got := k.options; got.MaxBytes != 2048 || got.MaxAhead != 0 {
		t.Errorf("options = %+v, want 2048 bytes and the contract's own time", got)
	}
	for text, want := range map[string]bool{"gift-wrapping": true, "payment": true, "gift-wraping": false} {
		if got := k.options.Vocabulary.Lookup(event.ListPurpose, []byte(text)) != 0; got != want {
			t.Errorf("Lookup(%q) = %v, want %v", text, got, want)
		}
	}
}
