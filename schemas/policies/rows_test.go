package policies_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/policies.md anew")

// columns are the versions in the order of their documents; a version is asked
// for the rows that name its document's number.
var columns = []struct {
	id, document string
}{
	{"alibaba-com-before-2022-07-27", "0"},
	{"alibaba-com-2022-07-27", "0"},
	{"aliexpress-cn-seller-2022-01-27", "1"},
	{"generic-platform", "2"},
	{"tmall-2023-04-18", "3"},
	{"1688-2023-v1", "4"},
}

// rows are the flows that the policies declare; documents are the numbers of the
// documents that declare each.
var rows = []struct {
	flow, documents string
}{
	1:  {"registration", "134"},
	2:  {"representative and business data", "01"},
	3:  {"real-name and real-person authentication", "134"},
	4:  {"KYC, public sources", "0"},
	5:  {"third-party login", "4"},
	6:  {"browsing, search", "34"},
	7:  {"recommendation, opt-out", "34"},
	8:  {"cart, order, invoice, customs", "34"},
	9:  {"payment: Alipay through its SDK", "34"},
	10: {"payment: MYbank", "4"},
	11: {"bank card to the institution chosen", "34"},
	12: {"account opening: Alipay Singapore", "1"},
	13: {"progress of payment and delivery", "134"},
	14: {"delivery: Cainiao", "34"},
	15: {"Cainiao to the carrier", "34"},
	16: {"order to the seller", "134"},
	17: {"cross-border order", "134"},
	18: {"channels and mini-programs", "34"},
	19: {"advertising and analytics", "134"},
	20: {"security SDK, device identifiers", "134"},
	21: {"stability analysis", "34"},
	22: {"infrastructure, service, membership", "134"},
	23: {"become a seller", "4"},
	24: {"affiliates", "14"},
	25: {"joint events", "34"},
	26: {"academic research", "4"},
	27: {"algorithm training", "34"},
	28: {"customer service", "01234"},
	29: {"authorities, litigation", "134"},
	30: {"succession", "134"},
	31: {"reviews, live rooms, personal page", "134"},
	32: {"violations published", "134"},
	33: {"clipboard", "34"},
	34: {"cookies and the like", "134"},
	35: {"system permissions", "134"},
	36: {"children", "134"},
	37: {"internal use, recorded", "2"},
	38: {"sharing for order and payment only", "2"},
	39: {"deletion, recipients notified", "134"},
	40: {"backups", "14"},
	41: {"transactions kept three years", "134"},
	42: {"account closure", "134"},
	43: {"cessation of operation", "34"},
	44: {"reply within 15 days, refusals", "134"},
	45: {"withdrawal of consent", "01234"},
	46: {"material change: new consent", "134"},
	47: {"security incident", "134"},
	48: {"published lists", "134"},
	49: {"storage in the PRC, abroad by law", "134"},
	50: {"linked accounts", "34"},
}

// TestEveryRow: what a document declares is an entry of each of its versions.
func TestEveryRow(t *testing.T) {
	all := readAll(t)
	if len(all) != len(columns) || len(rows) != 51 {
		t.Fatalf("%d policies and %d rows, want %d and 50", len(all), len(rows)-1, len(columns))
	}
	for _, c := range columns {
		p, ok := all[c.id]
		if !ok || !strings.HasPrefix(p.Document, "00"+c.document+"_") {
			t.Fatalf("%s: there %v, document %q, want document 00%s", c.id, ok, p.Document, c.document)
		}
		for row, r := range rows {
			if strings.Contains(r.documents, c.document) && len(sections(p, row)) == 0 {
				t.Errorf("%s: no entry for row %d, %s", c.id, row, r.flow)
			}
		}
		for _, f := range p.Flows {
			if f.Row < 0 || f.Row >= len(rows) {
				t.Errorf("%s %s: row %d, want 1 to %d", c.id, f.ID, f.Row, len(rows)-1)
			}
		}
	}
}

// TestTableIsCurrent holds the table of the docs to the files.
func TestTableIsCurrent(t *testing.T) {
	const (
		name  = "../../docs/policies.md"
		begin = "<!-- generated: rows -->\n"
		end   = "<!-- end of rows -->\n"
	)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no table between %q and %q", name, begin, end)
	}
	want := rowTable(readAll(t))
	if *update {
		if err := os.WriteFile(name, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("the table of %s is not what the policies say; run this test with -update", name)
	}
}

func rowTable(all map[string]policy) string {
	var b strings.Builder
	b.WriteString("| # | flow |")
	for _, c := range columns {
		fmt.Fprintf(&b, " `%s` |", c.id)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for row, r := range rows[1:] {
		fmt.Fprintf(&b, "| %d | %s |", row+1, r.flow)
		for _, c := range columns {
			fmt.Fprintf(&b, " %s |", strings.Join(sections(all[c.id], row+1), "; "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// sections are where the entries of a row stand, each once.
func sections(p policy, row int) (list []string) {
	for _, f := range p.Flows {
		if f.Row == row && row > 0 && !slices.Contains(list, f.Section) {
			list = append(list, f.Section)
		}
	}
	return list
}
