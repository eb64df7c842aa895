// Package internal_test holds the house to its floors: who may import whom.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/datacustody/custody/"

// rooms says, for each folder, which folders of this module it may import.
// The longest prefix that fits a package counts; a package that none fits fails.
var rooms = map[string][]string{
	"schemas":               {"schemas"},
	"deploy":                {},
	"internal/catalog":      {"schemas", "internal/catalog"},
	"internal/rules":        {"schemas", "internal/catalog"},
	"internal/lineage":      {"schemas"},
	"internal/erasure":      {"schemas", "internal/lineage"},
	"internal/docket":       {"schemas", "internal/lineage", "internal/erasure", "internal/ledger"},
	"internal/ledger":       {"schemas"},
	"internal/simulate":     {"schemas"},
	"internal/stream":       {"schemas", "internal/ledger"},
	"internal/store":        {"schemas", "internal/ledger", "internal/lineage", "internal/catalog"},
	"internal/notice":       {"schemas", "internal/erasure"},
	"internal/embedded":     {"schemas", "deploy"},
	"producer":              {"schemas", "producer"},
	"erasure":               {},
	"consumers":             {"schemas", "internal/stream", "internal/ledger", "internal/lineage", "internal/erasure", "internal/docket", "internal/catalog", "internal/rules"},
	"internal/api":          {"schemas", "internal/stream", "internal/ledger", "internal/lineage", "internal/erasure", "internal/docket", "internal/notice", "internal/catalog", "internal/rules"},
	"internal/replay":       {"schemas", "internal/stream", "internal/ledger", "producer"},
	"internal/daemon":       {""},
	"cmd":                   {""},
	"internal/testkit":      {""},
	"consumers/lineage":     {"schemas", "internal/stream", "internal/ledger", "internal/catalog", "internal/rules"},
	"bench":                 {""},
	"test/mutations":        {},
	"test/chaos":            {""},
	"test/soak":             {""},
	"producer/producertest": {"schemas", "producer"},

	"internal/testkit/apache": {"deploy"}, // it knows nothing of what it is there to test
}

// outside says which room alone may import a library.
var outside = map[string][]string{
	"github.com/ClickHouse/clickhouse-go": {"internal/store", "bench"},
	"github.com/ClickHouse/ch-go":         {"internal/store"},
	"github.com/segmentio/kafka-go":       {"internal/stream", "producer", "consumers", "cmd", "bench"},
	"github.com/twmb/franz-go":            {"internal/embedded"},
	"github.com/ebitengine/purego":        {"internal/embedded"},
	"github.com/jackc/pgx":                {"producer/outbox/example"},
	"github.com/go-sql-driver/mysql":      {},
	"github.com/wneessen/go-mail":         {"internal/notice"},
	"go.uber.org/zap":                     {"internal/stream", "internal/store", "internal/embedded", "internal/api", "internal/daemon", "consumers", "cmd", "test/chaos", "test/soak"},
}

// pure packages take the time as an argument, and neither log nor reach a network.
var pure = []string{"schemas", "internal/catalog", "internal/rules", "internal/lineage", "internal/erasure", "internal/docket", "internal/ledger", "internal/simulate"}

func TestImports(t *testing.T) {
	seen := 0
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules" || d.Name() == "testdata" || name == "tools") {
			return fs.SkipDir
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		seen++
		if anyUnder(path.Dir(name), timeless) {
			noClock(t, name)
		}
		for _, imported := range importsOf(t, name) {
			judge(t, name, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Fatalf("read %d Go files, want the whole house", seen)
	}
}

// timeless packages are told the time. Making an id (schemas/event) is not judging.
var timeless = []string{"internal/catalog", "internal/rules", "internal/lineage", "internal/erasure", "internal/docket", "internal/ledger", "internal/simulate"}

var clocks = regexp.MustCompile(`\btime\.(Now|Since|Until|Sleep|After|NewTimer|NewTicker|Tick)\(`)

func noClock(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	if call := clocks.Find(text); call != nil {
		t.Errorf("%s calls %s…): in a pure package time is an argument", name, call)
	}
}

func judge(t *testing.T, name, imported string) {
	t.Helper()
	dir := path.Dir(name)
	if inside, ok := strings.CutPrefix(imported, module); ok {
		if under(inside, "internal/testkit") && !anyUnder(dir, []string{"internal/testkit", "test/chaos", "bench"}) {
			t.Errorf("%s imports %s: testkit is for tests", name, imported)
		}
		room, ok := longest(dir)
		if !ok {
			t.Errorf("%s: the folder is in no room: add it to rooms", name)
		} else if !anyUnder(inside, rooms[room]) && !under(inside, room) {
			t.Errorf("%s imports %s: %s may import %v only", name, imported, room, rooms[room])
		}
		return
	}
	if anyUnder(dir, pure) {
		stdlib := !strings.Contains(strings.Split(imported, "/")[0], ".")
		if under(dir, "schemas") && !stdlib {
			t.Errorf("%s imports %s: schemas import the standard library only", name, imported)
		}
		for _, banned := range []string{"net", "net/http", "log", "log/slog", "os/exec"} {
			if imported == banned {
				t.Errorf("%s imports %s: a pure package has no network and no log", name, imported)
			}
		}
	}
	for library, allowed := range outside {
		if under(imported, library) && !anyUnder(dir, allowed) && !under(dir, "internal/testkit") {
			t.Errorf("%s imports %s: only %v may", name, imported, allowed)
		}
	}
}

func importsOf(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}

func longest(dir string) (room string, ok bool) {
	for r := range rooms {
		if under(dir, r) && len(r) >= len(room) {
			room, ok = r, true
		}
	}
	return room, ok
}

func anyUnder(p string, folders []string) bool {
	for _, f := range folders {
		if under(p, f) {
			return true
		}
	}
	return false
}

func under(p, folder string) bool {
	return folder == "" || p == folder || strings.HasPrefix(p, folder+"/")
}
