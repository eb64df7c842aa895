package rules_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/rules"
)

var update = flag.Bool("update", false, "write the tables of docs/findings.md anew")

const page = "../../docs/findings.md"

// The tables of the page are what the rules say and what the tests found.
func TestDocsAreCurrent(t *testing.T) {
	was, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	is := was
	for section, text := range map[string]string{"rules": ruleTable(), "seed flows": seedTable(t)} {
		is = between(t, is, section, text)
	}
	if *update {
		if err := os.WriteFile(page, is, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(is, was) {
		t.Errorf("%s is stale: go test ./internal/rules -run Docs -update", page)
	}
}

// between puts text between the marks of a section.
func between(t *testing.T, doc []byte, section, text string) []byte {
	t.Helper()
	begin, end := "<!-- generated: "+section+" -->\n", "<!-- end of "+section+" -->"
	before, rest, ok := bytes.Cut(doc, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		t.Fatalf("%s has no marks of the section %s", page, section)
	}
	return bytes.Join([][]byte{before, []byte(begin + text + end), after}, nil)
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | severity | law | field | found when | remedy |\n|---|---|---|---|---|---|\n")
	for _, r := range rules.All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s<br>%s | %s<br>%s |\n", r.ID, r.Severity, r.Article, r.Field,
			r.Message.English, r.Message.Chinese, r.Remedy.English, r.Remedy.Chinese)
	}
	return b.String()
}

func seedTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| row | policy | entries | clean | recipient | category | purpose | ground | country |\n|--:|---|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range seedFlows(t, func(string, ...any) {}) {
		row := fmt.Sprint(r.row)
		if r.row == 0 {
			row = "" // beyond the fifty
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s |", row, r.policy.ID, r.declared.tried, r.declared)
		for _, c := range r.found {
			fmt.Fprintf(&b, " %s |", c)
		}
		b.WriteString("\n")
	}
	return b.String()
}
