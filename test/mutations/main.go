// Command mutations takes each safeguard of the log out of the real code, one at
// a time, and demands that the tests notice. Its law: the tree is never touched
// (go test -overlay), and a mutation that no longer fits the code, does not
// compile or is survived by the tests fails the run.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	only := flag.String("run", "", "only the mutations whose name matches this expression")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutations:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

// run tries the mutations in the module whose root is the working directory.
func run(ctx context.Context, only string) error {
	name, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	dir, err := os.MkdirTemp("", "custody-mutations-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder of copies
	began, tried := time.Now(), 0
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	var wrong []error
	for _, m := range mutations {
		if !name.MatchString(m.safeguard) {
			continue
		}
		failed, err := m.try(ctx, dir)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", m.safeguard, err))
			failed = []string{"NOT NOTICED"}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		tried++
		fmt.Fprintf(out, "%s\t%s\n", m.safeguard, strings.Join(failed, ", "))
		_ = out.Flush()
	}
	fmt.Printf("%d safeguards taken out, %d noticed, in %v\n", tried, tried-len(wrong), time.Since(began).Round(time.Second))
	if tried == 0 {
		return fmt.Errorf("-run %q matches no mutation", only)
	}
	return errors.Join(wrong...)
}

// try runs the tests on the mutated code and gives those that failed. It is an
// error if none did.
func (m mutation) try(ctx context.Context, dir string) (failed []string, err error) {
	overlay, err := m.overlay(dir)
	if err != nil {
		return nil, err
	}
	// a battle may go well by chance: ten times
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-vet=off", "-count=10", "-failfast", "-timeout=5m", "-run", m.tests, m.folder)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil, fmt.Errorf("-run %s in %s passes without it", m.tests, m.folder)
	case !errors.As(err, &exit):
		return nil, err
	case bytes.Contains(text.Bytes(), []byte("[build failed]")), bytes.Contains(text.Bytes(), []byte("[setup failed]")):
		return nil, fmt.Errorf("the mutated code does not compile: bring the mutation up to date\n%s", text.Bytes())
	case bytes.Contains(text.Bytes(), []byte("panic: test timed out")):
		return nil, fmt.Errorf("-run %s in %s does not end without it", m.tests, m.folder)
	}
	for _, f := range failures.FindAllSubmatch(text.Bytes(), -1) {
		failed = append(failed, string(f[1]))
	}
	if failed == nil {
		return nil, fmt.Errorf("no test failed, but go test did\n%s", text.Bytes())
	}
	return failed, nil
}

// failures are the tests that failed; one that ran for ever is none.
var failures = regexp.MustCompile(`(?m)^--- FAIL: (Test\w+)`)

// overlay writes the mutated files and the list that puts them over the real ones.
func (m mutation) overlay(dir string) (list string, err error) {
	over := map[string]map[string]string{"Replace": {}}
	for i, e := range m.edits {
		real, err := filepath.Abs(e.file)
		if err != nil {
			return "", err
		}
		from := real
		if copied, ok := over["Replace"][real]; ok {
			from = copied
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if n := bytes.Count(text, []byte(e.was)); n != 1 {
			return "", fmt.Errorf("%s holds %q %d times, want once: bring the mutation up to date", e.file, e.was, n)
		}
		text = bytes.Replace(text, []byte(e.was), []byte(e.is), 1)
		over["Replace"][real] = filepath.Join(dir, fmt.Sprint(i, "-", filepath.Base(real)))
		if err := os.WriteFile(over["Replace"][real], text, 0o600); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(over)
	if err != nil {
		return "", err
	}
	list = filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, text, 0o600)
}
