package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The units of a figure, as Go's benchmarks and benchstat call them.
const (
	allocations  = "allocs/op"
	memory       = "B/op"
	instructions = "instructions/op"
)

var units = []string{allocations, memory, instructions}

// Figures are what an operation of a stage costs, by unit.
type figures map[string]float64

// A sheet is what every stage costs, and with what that was measured.
type sheet struct {
	config map[string]string // go, valgrind
	stages map[string]figures
}

func newSheet() *sheet {
	return &sheet{config: map[string]string{}, stages: map[string]figures{}}
}

// read reads Go's benchmark format: what the go command prints, and what write writes.
func read(r io.Reader) (*sheet, error) {
	s, folder := newSheet(), ""
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if name, rest, ok := strings.Cut(strings.TrimPrefix(line, "Benchmark"), " "); ok && strings.HasPrefix(line, "Benchmark") {
			f, err := readFigures(strings.Fields(rest))
			if err != nil {
				return nil, fmt.Errorf("read %q: %w", line, err)
			}
			s.stages[stage{folder: folder, name: strings.TrimSpace(name)}.String()] = f
		} else if key, value, ok := strings.Cut(line, ": "); ok && key == "pkg" {
			folder = strings.TrimPrefix(value, custody+"/")
		} else if ok && !strings.HasPrefix(line, "#") {
			s.config[key] = value
		}
	}
	return s, lines.Err()
}

// readFigures reads a number of operations, and then values with their units.
func readFigures(words []string) (figures, error) {
	f := figures{}
	for i := 1; i+1 < len(words); i += 2 {
		v, err := strconv.ParseFloat(words[i], 64)
		if err != nil {
			return nil, err
		}
		f[words[i+1]] = v
	}
	return f, nil
}

const preface = `# What an operation of each stage costs. Written by make bench-check UPDATE=1.
# Instructions are those of valgrind's processor: it has no SHA extensions, so hashing
# counts for more than it takes. benchstat bench/baseline.txt shows it as a table.
`

// write writes the stages in their order.
func (s *sheet) write(w io.Writer, order []stage) error {
	var b strings.Builder
	b.WriteString(preface)
	for _, key := range []string{"go", "valgrind"} {
		fmt.Fprintf(&b, "%s: %s\n", key, s.config[key])
	}
	folder := ""
	for _, st := range order {
		if st.folder != folder {
			folder = st.folder
			fmt.Fprintf(&b, "pkg: %s/%s\n", custody, folder)
		}
		fmt.Fprintf(&b, "Benchmark%-26s 1", st.name)
		for _, unit := range units {
			if v, ok := s.stages[st.String()][unit]; ok {
				fmt.Fprintf(&b, " %8.0f %s", v, unit)
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
