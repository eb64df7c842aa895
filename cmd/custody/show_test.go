package main

import (
	"slices"
	"testing"

	"github.com/datacustody/custody/internal/store"
)

// One id may stand in rows about several persons: each look-up is recorded.
func TestSubjectsOf(t *testing.T) {
	rows := []store.Event{{Subject: "tmall:a"}, {Subject: "tmall:b"}, {}, {Subject: "tmall:a"}}
	if got, want := subjectsOf(rows), []string{"tmall:a", "tmall:b"}; !slices.Equal(got, want) {
		t.Errorf("subjectsOf = %v, want %v", got, want)
	}
}
