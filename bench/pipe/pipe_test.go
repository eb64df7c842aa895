package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/embedded"
)

// This binary is also the embedded ClickHouse, and the embedded Kafka.
func TestMain(m *testing.M) {
	embedded.ChildMain()
	if os.Getenv(brokerVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// All of it on the embedded Kafka, with next to no events: Custody keeps each
// event once, all others store the repeats, too.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	custody, file := filepath.Join(dir, "custody"), filepath.Join(dir, "RESULTS.md")
	build := exec.Command("go", "build", "-o", custody, "./cmd/custody")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build custody: %v\n%s", err, out)
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{
		"-kafka", "embedded", "-custody", custody, "-events", "3000", "-runs", "1", "-partitions", "4", "-out", file,
		"-load", "1s", "-warm", "500ms", "-idle", "100ms", "-only", "custody,engine-log,engine-plain,engine-log-tuned,afternoon-go",
	}, &out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var last map[string]float64
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatalf("the last line is %q: %v", lines[len(lines)-1], err)
	}
	for _, key := range []string{
		"custody_events_per_second", "ratio_kafka_engine", "cpu_ratio_kafka_engine", "ratio_kafka_engine_plain", "ratio_afternoon_go", "memory_mib", "visible_p99_ms",
	} {
		if last[key] <= 0 {
			t.Errorf("%s = %v, want more than 0", key, last[key])
		}
	}
	kept := cells(out.String(), "## What is in the table")
	for name, twice := range map[string]bool{nameCustody: false, nameEngineLog: true, nameEnginePlain: true, nameGo: true} {
		row := kept[name]
		if len(row) != 5 || row[0] != "3000" || row[1] != "3000" || (row[4] != "0") != twice {
			t.Errorf("%s has %v, want 3000 records and rows, and repeats among them: %v", name, row, twice)
		}
	}
	if text, err := os.ReadFile(file); err != nil || !bytes.Contains(text, []byte(lines[len(lines)-1])) {
		t.Errorf("RESULTS.md = %.100q, %v; want the last line in it", text, err)
	}
}

// cells are a table's, below its heading, by the first of each row.
func cells(text, heading string) map[string][]string {
	_, text, _ = strings.Cut(text, heading)
	rows := map[string][]string{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		row := strings.Split(strings.Trim(line, "| \n"), " | ")
		rows[row[0]] = row[1:]
	}
	return rows
}
