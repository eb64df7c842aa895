package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A meter runs benchmarks, each in a process of its own.
type meter struct {
	root, dir string // Custody's module; where the programs go
}

func (m *meter) measure(ctx context.Context, all []stage) (*sheet, string, error) {
	s := newSheet()
	s.config["go"] = runtime.Version()
	if err := m.build(ctx, all); err != nil {
		return nil, "", err
	}
	version, why := m.valgrind(ctx, all[0])
	if version != "" {
		s.config["valgrind"] = version
	}
	var mu sync.Mutex
	err := each(all, func(st stage) error {
		f, err := m.stage(ctx, st, version != "")
		mu.Lock()
		defer mu.Unlock()
		s.stages[st.String()] = f
		return err
	})
	return s, why, err
}

// each works on the stages, as many at a time as there are processors: what is
// measured does not depend on what runs beside it.
func each(all []stage, work func(stage) error) error {
	queue, failed := make(chan stage), make(chan error, len(all))
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for st := range queue {
				if err := work(st); err != nil {
					failed <- fmt.Errorf("%s: %w", st, err)
				}
			}
		})
	}
	for _, st := range all {
		queue <- st
	}
	close(queue)
	workers.Wait()
	close(failed)
	var err error
	for e := range failed {
		err = errors.Join(err, e)
	}
	return err
}

// build makes each package's test program, static: valgrind then sees Go only.
func (m *meter) build(ctx context.Context, all []stage) error {
	for _, st := range all {
		if _, err := os.Stat(m.program(st)); err == nil {
			continue
		}
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", m.program(st), "./"+st.folder)
		cmd.Dir, cmd.Env = m.root, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build the tests of %s: %w\n%s", st.folder, err, out)
		}
	}
	return nil
}

func (m *meter) program(st stage) string {
	return filepath.Join(m.dir, strings.ReplaceAll(st.folder, "/", "-")+".test")
}

// valgrind says which one there is, or else why none can be used: a Go program
// that does nothing must run in it.
func (m *meter) valgrind(ctx context.Context, st stage) (version, why string) {
	out, err := exec.CommandContext(ctx, "valgrind", "--version").Output()
	if err != nil {
		return "", err.Error()
	}
	version = strings.TrimPrefix(strings.TrimSpace(string(out)), "valgrind-")
	nothing := append(slices.Clone(counting), m.program(st), "-test.run", "^$")
	if out, err := exec.CommandContext(ctx, nothing[0], nothing[1:]...).CombinedOutput(); err != nil {
		return "", fmt.Sprintf("valgrind %s does not run a Go program here: %v\n%s", version, err, out)
	}
	return version, ""
}

// counting is the command that counts another's instructions.
var counting = []string{"valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=" + os.DevNull}

func (m *meter) stage(ctx context.Context, st stage, count bool) (figures, error) {
	out, err := m.command(ctx, st, 10*st.n).Output()
	if err != nil {
		return nil, fmt.Errorf("run: %w\n%s", err, out)
	}
	s, err := read(bytes.NewReader(out))
	if err != nil {
		return nil, err
	}
	f, ok := s.stages[st.String()]
	if !ok {
		return nil, fmt.Errorf("there is no such benchmark:\n%s", out)
	}
	f = figures{allocations: f[allocations], memory: f[memory]}
	if count {
		f[instructions], err = m.instructions(ctx, st)
	}
	return f, err
}

// instructions counts those of n operations, without what a start and the
// benchmark's preparations take: 2n operations' less n operations'.
func (m *meter) instructions(ctx context.Context, st stage) (float64, error) {
	once, err := m.refs(ctx, st, st.n)
	if err != nil {
		return 0, err
	}
	twice, err := m.refs(ctx, st, 2*st.n)
	return (twice - once) / float64(st.n), err
}

var refs = regexp.MustCompile(`I +refs: +([0-9,]+)`)

func (m *meter) refs(ctx context.Context, st stage, n int) (float64, error) {
	cmd := m.command(ctx, st, n, counting...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("run in valgrind: %w\n%s", err, out)
	}
	found := refs.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("valgrind counted nothing:\n%s", out)
	}
	return strconv.ParseFloat(strings.ReplaceAll(string(found[1]), ",", ""), 64)
}

// command is n operations of a stage on one processor, without the garbage
// collector, which comes at any moment, and the sampling of allocations, which is random.
func (m *meter) command(ctx context.Context, st stage, n int, around ...string) *exec.Cmd {
	args := slices.Concat(around, []string{m.program(st), "-test.run", "^$", "-test.bench", pattern(st.name),
		"-test.benchmem", "-test.benchtime", strconv.Itoa(n) + "x"})
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = filepath.Join(m.root, st.folder)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=memprofilerate=0")
	return cmd
}

// pattern matches the benchmark of that name only.
func pattern(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = "^" + regexp.QuoteMeta(parts[i]) + "$"
	}
	parts[0] = "^Benchmark" + strings.TrimPrefix(parts[0], "^")
	return strings.Join(parts, "/")
}
