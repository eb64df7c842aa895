package embedded_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/datacustody/custody/internal/embedded"
)

// fakeNPM is an npm that installs a small library, and counts its calls.
func fakeNPM(t *testing.T, script string) (calls func() int) {
	t.Helper()
	bin := t.TempDir()
	counter := filepath.Join(bin, "calls")
	text := "#!/bin/sh\necho call >> " + counter + "\n" + script
	if err := os.WriteFile(filepath.Join(bin, "npm"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Setenv("CUSTODY_CACHE", t.TempDir())
	return func() int {
		text, _ := os.ReadFile(counter)
		return strings.Count(string(text), "call")
	}
}

const installs = `test "$1" = ci && test -f package-lock.json && test -f .npmrc || exit 1
mkdir -p node_modules/@chdb/lib-linux-x64-gnu && echo library > node_modules/@chdb/lib-linux-x64-gnu/libchdb.so`

func TestEngineIsFetchedOnce(t *testing.T) {
	calls := fakeNPM(t, installs)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := embedded.Engine(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := calls(); got != 1 {
		t.Errorf("npm was called %d times, want 1", got)
	}

	library, err := embedded.Engine(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(library, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.Engine(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(library); string(text) != "library\n" || calls() != 2 {
		t.Errorf("a library cut short is %q (%v) after %d calls of npm, want it whole after 2", text, err, calls())
	}
}

func TestEngineSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"npm fails":                      {"echo no network >&2; exit 1", []string{"npm ci", "no network"}},
		"npm has none for this platform": {"exit 0", []string{"--clickhouse host:port"}},
	} {
		t.Run(name, func(t *testing.T) {
			fakeNPM(t, c.script)
			_, err := embedded.Engine(t.Context(), nil)
			wantText(t, err, c.want...)
		})
	}
	t.Run("npm is missing", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		t.Setenv("CUSTODY_CACHE", t.TempDir())
		_, err := embedded.Engine(t.Context(), nil)
		wantText(t, err, "Node.js", "--clickhouse host:port")
		if !errors.Is(err, embedded.ErrNoEngine) {
			t.Errorf("err = %v, want %v", err, embedded.ErrNoEngine)
		}
	})
}
