package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var two = []stage{{"schemas/event", "Decode", 1}, {"internal/api", "Gateway/single", 1}}

// accepted is a baseline as write writes it.
const accepted = `# What an operation of each stage costs.
go: go1.26.8
valgrind: 3.19.0
pkg: github.com/datacustody/custody/schemas/event
BenchmarkDecode                   1        0 allocs/op        0 B/op    21000 instructions/op
pkg: github.com/datacustody/custody/internal/api
BenchmarkGateway/single           1       54 allocs/op     9000 B/op    54000 instructions/op
`

// A fake measures what a sheet says.
type fake struct{ text, why string }

func (f fake) measure(context.Context, []stage) (*sheet, string, error) {
	s, err := read(strings.NewReader(f.text))
	return s, f.why, err
}

func baseline(t *testing.T, replace ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "baseline.txt")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(replace...).Replace(accepted)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		replace  []string // what is measured instead of what is accepted
		baseline []string // what the baseline says instead
		why      string
		said     []string
		err      string
	}{
		"all as before": {
			said: []string{"of 2 stages none costs more: allocations exactly, bytes and instructions within 5 %"},
		},
		"one allocation more": {
			replace: []string{"54 allocs/op", "55 allocs/op"},
			said:    []string{"WORSE  internal/api Gateway/single: 55 allocs/op, in the baseline 54"},
			err:     "make bench-check UPDATE=1",
		},
		"the first allocation": {
			replace: []string{"0 allocs/op        0 B/op", "1 allocs/op        0 B/op"},
			said:    []string{"WORSE  schemas/event Decode: 1 allocs/op, in the baseline 0"},
			err:     "figures worse than the baseline: 1;",
		},
		"a few bytes more": {
			replace: []string{"       0 B/op", "       8 B/op"},
		},
		"many bytes more": {
			replace: []string{"9000 B/op", "9460 B/op"},
			said:    []string{"WORSE  internal/api Gateway/single: 9460 B/op, in the baseline 9000 (+5.1 %)"},
			err:     "worse",
		},
		"instructions within the tolerance": {
			replace: []string{"21000 instructions", "22040 instructions"},
		},
		"instructions beyond it": {
			replace: []string{"21000 instructions", "22060 instructions"},
			said:    []string{"WORSE  schemas/event Decode: 22060 instructions/op, in the baseline 21000 (+5.0 %)"},
			err:     "worse",
		},
		"fewer of all": {
			replace: []string{"54 allocs/op     9000 B/op    54000", "50 allocs/op     8000 B/op    44000"},
			said:    []string{"better internal/api Gateway/single: 50 allocs/op", "better internal/api Gateway/single: 44000 instructions/op"},
		},
		"a stage that the baseline does not know": {
			baseline: []string{"BenchmarkDecode ", "BenchmarkDecoded"},
			err:      "not in the baseline: schemas/event Decode;",
		},
		"no valgrind": {
			replace: []string{"valgrind: 3.19.0\n", "", "    21000 instructions/op", "", "    54000 instructions/op", ""},
			why:     "executable file not found",
			said:    []string{"*** no instructions are compared, only allocations and bytes: executable file not found ***", "allocations exactly, bytes within 5 %"},
		},
		"no valgrind, and an allocation more": {
			replace: []string{"valgrind: 3.19.0\n", "", "    21000 instructions/op", "", "    54000 instructions/op", "", "54 allocs/op", "55 allocs/op"},
			why:     "executable file not found",
			said:    []string{"WORSE  internal/api Gateway/single: 55 allocs/op"},
			err:     "worse",
		},
		"another patch release of Go": {
			replace: []string{"go1.26.8", "go1.26.9", "21000 instructions", "32000 instructions"},
			err:     "worse",
		},
		"another release of Go": {
			replace: []string{"go1.26.8", "go1.27", "21000 instructions", "32000 instructions"},
			said:    []string{"the baseline is of go1.26.8, this is go1.27"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			ch := checker{out: &out, stages: two, meter: fake{strings.NewReplacer(c.replace...).Replace(accepted), c.why}}
			err := ch.check(t.Context(), baseline(t, c.baseline...))
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("check = %v, want %q", err, c.err)
			}
			for _, text := range c.said {
				if !strings.Contains(out.String(), text) {
					t.Errorf("check does not say %q:\n%s", text, &out)
				}
			}
		})
	}
}

func TestUpdateIsReadAgain(t *testing.T) {
	file := baseline(t)
	var out bytes.Buffer
	ch := checker{out: &out, stages: two, meter: fake{text: strings.Replace(accepted, "21000", "32000", 1)}}
	if err := ch.check(t.Context(), file); err == nil {
		t.Error("check before the update = nil, want an error")
	}
	if err := ch.update(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := ch.check(t.Context(), file); err != nil {
		t.Errorf("check after the update = %v, want nil", err)
	}
}

func TestABaselineHasInstructions(t *testing.T) {
	ch := checker{out: new(bytes.Buffer), stages: two, meter: fake{text: strings.Replace(accepted, "valgrind: 3.19.0\n", "", 1)}}
	if err := ch.update(t.Context(), baseline(t)); err == nil || !strings.Contains(err.Error(), "install valgrind") {
		t.Errorf("update without valgrind = %v, want an error", err)
	}
}

// Whoever adds a stage, or takes one away, has to write the baseline anew.
func TestTheBaselineIsOfTheseStages(t *testing.T) {
	text, err := os.ReadFile("../baseline.txt")
	if err != nil {
		t.Fatal(err)
	}
	s, err := read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range stages {
		for _, unit := range units {
			if _, ok := s.stages[st.String()][unit]; !ok {
				t.Errorf("%s has no %s in the baseline", st, unit)
			}
		}
	}
	if len(s.stages) != len(stages) {
		t.Errorf("the baseline has %d stages, want %d", len(s.stages), len(stages))
	}
}

func TestPattern(t *testing.T) {
	if got, want := pattern("Gateway/batch-of-100"), "^BenchmarkGateway$/^batch-of-100$"; got != want {
		t.Errorf("pattern = %q, want %q", got, want)
	}
}
