// Command check holds each stage of the hot path to what it cost when that was
// last accepted: allocations, bytes and instructions an operation, never time.
// Its law: a busy machine changes no verdict. Allocations are exact; instructions
// are counted by valgrind, which shows a program the same processor everywhere.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
)

const usage = `Usage: go run ./check [flags]     (in bench; or make bench-check)

Runs the micro-benchmarks of each stage and compares them with the baseline. The
exit code is 1 where a stage costs more. Instructions need valgrind (a package of
that name on Debian); without it allocations and bytes are compared, and it says so.
The baseline is in Go's benchmark format: benchstat reads it, too.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

// Settings of a run.
type settings struct {
	baseline, only string
	update         bool
}

func options(args []string) (o settings, err error) {
	fs := flag.NewFlagSet("check", flag.ContinueOnError)
	fs.StringVar(&o.baseline, "baseline", "baseline.txt", "`file` of what each stage may cost")
	fs.StringVar(&o.only, "only", "", "check only the stages that have `text` in their name")
	fs.BoolVar(&o.update, "update", false, "write the baseline anew: accept what each stage costs now")
	fs.Usage = func() { fmt.Fprint(fs.Output(), usage); fs.PrintDefaults() }
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("%q is no flag; see -help", fs.Arg(0))
	case o.update && o.only != "":
		err = errors.New("-update writes the whole baseline: leave -only out")
	case len(named(stages, o.only)) == 0:
		err = fmt.Errorf("no stage has %q in its name", o.only)
	}
	return o, err
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := options(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	root, err := rootFolder(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "custody-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing hangs on it
	c := checker{out: out, stages: named(stages, o.only), meter: &meter{root: root, dir: dir}}
	if o.update {
		return c.update(ctx, o.baseline)
	}
	return c.check(ctx, o.baseline)
}

// rootFolder is where Custody's own module is, whatever the current folder.
func rootFolder(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", custody).Output()
	if err != nil {
		return "", fmt.Errorf("find the folder of %s, run this in bench: %w", custody, err)
	}
	return strings.TrimSpace(string(out)), nil
}
