// Command lookups fills a log with as many rows as years bring, asks it what
// Custody asks and what its documents tell auditors to ask, and writes down how
// long the server took and what the rows take on disk. Its law: the times are
// ClickHouse's own, from its query log; the rows are a simulated shop's, put
// there by the writer and then multiplied; no figure comes from another run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/datacustody/custody/internal/embedded"
)

// This binary is also the embedded ClickHouse.
func main() {
	embedded.ChildMain()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lookups:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

// Settings of a run.
type settings struct {
	rows, base, draws, layouts int
	dir, report, only          string
	keep, unmerged             bool
	seed                       uint64
}

func options(args []string) (o settings, err error) {
	fs := flag.NewFlagSet("lookups", flag.ContinueOnError)
	fs.IntVar(&o.rows, "rows", 10_000_000, "rows of the log; a kept one grows to as many")
	fs.IntVar(&o.base, "base", 1_000_000, "rows that are simulated and written one by one; the others are made of them")
	fs.IntVar(&o.draws, "draws", 200, "how often each question is asked, warm, and a quarter as often cold; those that hang less on the draw less often; 0 = only fill")
	fs.StringVar(&o.dir, "dir", "", "`directory` of the log (default: a temporary one)")
	fs.BoolVar(&o.keep, "keep", false, "leave -dir as it is, so that another run need not fill it again")
	fs.StringVar(&o.report, "report", "", "write the report to this `file` (default: print it)")
	fs.StringVar(&o.only, "only", "", "ask only the questions whose names this `expression` matches")
	fs.BoolVar(&o.unmerged, "unmerged", false, "merge nothing: measure the parts as they were inserted")
	fs.IntVar(&o.layouts, "layouts", 0, "instead, compare other codecs, granularities and projections on this many rows")
	fs.Uint64Var(&o.seed, "seed", 1, "what decides who is asked about")
	fs.Usage = func() {
		fmt.Fprint(fs.Output(), "Usage: lookups [flags]\n\nFill an embedded ClickHouse with the log of a simulated shop, and measure what look-ups\ntake. 100 million rows need about 30 GB of disk while they are merged, 20 afterwards.\nThe page cache is emptied before each cold question, for which root is needed.\n\n")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	_, bad := regexp.Compile(o.only)
	o.base = min(o.base, o.rows)
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("%q is no flag; see -help", fs.Arg(0))
	case o.base < 1 || o.draws < 0 || o.layouts < 0:
		err = errors.New("-rows and -base are at least 1, -draws and -layouts at least 0")
	case o.keep && o.dir == "":
		err = errors.New("-keep needs -dir: nobody would find a temporary one again")
	case bad != nil:
		err = fmt.Errorf("-only: %w", bad)
	}
	return o, err
}

// run fills, measures and reports.
func run(ctx context.Context, args []string) (err error) {
	o, err := options(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	f, err := s.fill(ctx, o)
	if err != nil {
		return fmt.Errorf("fill the log: %w", err)
	}
	if o.layouts > 0 {
		return s.compare(ctx, o)
	}
	if o.draws == 0 {
		return nil
	}
	m, err := s.measure(ctx, o)
	if err != nil {
		return err
	}
	return s.report(context.WithoutCancel(ctx), o, f, m)
}
