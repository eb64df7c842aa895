package store_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

var update = flag.Bool("update", false, "write current.sql anew")

const golden = "../../schemas/clickhouse/current.sql"

// All migrations together give what current.sql says.
func TestSchemaIsCurrent(t *testing.T) {
	var got strings.Builder
	for _, name := range answer(t, "admin", `SELECT name FROM system.tables WHERE database = 'custody' ORDER BY name`) {
		got.WriteString(answer(t, "admin", "SHOW CREATE TABLE custody."+name)[0] + ";\n\n")
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("%s is not what the migrations give; look at the difference, then run this test with -update", golden)
	}
}

func TestEverythingIsCommented(t *testing.T) {
	bare := answer(t, "admin", `SELECT concat(table, '.', name) FROM system.columns
		WHERE database = 'custody' AND comment = ''
		UNION ALL SELECT name FROM system.tables WHERE database = 'custody' AND comment = ''`)
	if len(bare) > 0 {
		t.Errorf("without a comment: %v", bare)
	}
}

// Every table and view can be read by an auditor, every column of it: a view whose
// columns have other names than its query gives can be made, and counted.
func TestEverythingCanBeRead(t *testing.T) {
	for _, name := range answer(t, "admin", `SELECT name FROM system.tables WHERE database = 'custody'`) {
		columns := strings.Join(answer(t, "admin", `SELECT name FROM system.columns WHERE database = 'custody' AND table = '`+name+`'`), "`, `")
		answer(t, "admin", "SELECT toString(count(tuple(`"+columns+"`))) FROM custody."+name)
	}
}

// The table has a column for all that a block sends, of the same type, and no other.
func TestBlockFillsEveryColumn(t *testing.T) {
	got := store.Columns(writer(t).NewBlock())
	want := map[string]string{}
	for _, line := range answer(t, "admin", `SELECT concat(name, ' ', type) FROM system.columns
		WHERE database = 'custody' AND table = 'log' AND default_kind != 'ALIAS'`) {
		name, typ, _ := strings.Cut(line, " ")
		want[name] = typ
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("column %s: the block has %q, the table %q", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("the block has %d columns, the table %d", len(got), len(want))
	}
}

// Every field of the contract is a column of the log and of the view events.
func TestColumnsFollowTheContract(t *testing.T) {
	types := map[event.Shape]string{
		event.Text: "String", event.PartyID: "LowCardinality(String)", event.Country: "LowCardinality(String)",
		event.OneTerm: "LowCardinality(String)", event.ManyTerms: "Array(LowCardinality(String))",
		event.PartyIDs: "Array(LowCardinality(String))", event.Countries: "Array(LowCardinality(String))",
		event.Bool: "Bool", event.Integer: "UInt16", event.Date: "Nullable(Date32)",
		event.DateTime: "Nullable(DateTime64(9, 'UTC'))", event.SubjectName: "UUID",
	}
	for _, table := range []string{"log", "events"} {
		columns := answer(t, "admin", `SELECT concat(name, ' ', type) FROM system.columns WHERE database = 'custody' AND table = ? ORDER BY position`, table)
		last := -1
		for _, f := range event.Fields() {
			at := slices.Index(columns, f.Column+" "+types[f.Shape])
			if at < 0 {
				t.Errorf("%s has no column %s of type %s", table, f.Column, types[f.Shape])
			}
			if at < last {
				t.Errorf("%s: column %s is not in the contract's order", table, f.Column)
			}
			last = at
		}
	}
}
