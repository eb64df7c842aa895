package main

import (
	"os/exec"
	"testing"
)

// The lines that custody dev prints can be pasted, though make build installs nothing.
func TestCommandIsOneThatTheShellFinds(t *testing.T) {
	self := func() (string, error) { return "/src/custody/bin/custody", nil }
	for found, want := range map[string]string{
		"":                         "/src/custody/bin/custody",
		"/usr/bin/custody":         "/src/custody/bin/custody", // another build
		"/src/custody/bin/custody": "custody",
	} {
		look := func(string) (string, error) {
			if found == "" {
				return "", exec.ErrNotFound
			}
			return found, nil
		}
		if got := command(look, self); got != want {
			t.Errorf("command where the shell finds %q = %q, want %q", found, got, want)
		}
	}
}
