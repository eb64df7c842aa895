package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

func demoCommand(a *app) *cobra.Command {
	d := demo{app: a}
	c := &cobra.Command{
		Use: "demo", Short: "See the main job done: a simulated day, logged and looked up", GroupID: groupTry, Args: cobra.NoArgs,
		Long: `See the main job done. Starts Kafka and ClickHouse in a directory of their own,
sends a simulated day of a shop (with repeats, contradictions, mistakes and
acts that no policy declares in it), waits until every record is logged, holds the log against what the
simulation expects, outcomes and findings, looks one person up, and has that
person's data erased by simulated partners. Exit code 1 if anything differs. With --parties or --policies findings are shown only: the
simulation knows the policies that custody is built with.
With --kafka and --clickhouse it runs on servers, whose log must be empty.`,
		Example: "  custody demo\n  custody demo --events 1000000 --dir /tmp/demo   # keeps its data",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.servers.contract.open(); err != nil {
				return err
			}
			d.out, d.progress, d.plot.servers = a.out, a.err, a.servers
			err := d.run(c.Context())
			if err != nil && c.Context().Err() != nil {
				return context.Canceled
			}
			return err
		},
	}
	c.Flags().IntVar(&d.events, "events", 120_000, "how many events")
	c.Flags().Uint64Var(&d.seed, "seed", 1, "seed of the simulation")
	c.Flags().BoolVar(&d.histories, "history", false, "judge persons by their history, too, as custody findings run does; it takes a while")
	c.Flags().StringVar(&d.plot.dir, "dir", "", "keep the data in this `directory`, which must be new or empty (default: a temporary one)")
	return c
}

// A Demo is one run of `custody demo`.
type demo struct {
	app           *app
	out, progress io.Writer
	events        int
	seed          uint64
	histories     bool
	plot          plot
	house         *house
}

// run puts up the house, lives through the day in it and takes it down.
func (d *demo) run(ctx context.Context) (err error) {
	remove, err := d.place()
	if err != nil {
		return err
	}
	fmt.Fprintf(d.progress, "starting Kafka and ClickHouse in %s\n", d.plot.dir)
	d.plot.progress = teller(d.progress)
	d.house, err = build(ctx, d.plot, func(what string, took time.Duration) {
		fmt.Fprintf(d.progress, "  %-12s %.1f s\n", what, took.Seconds())
	})
	if err != nil {
		return errors.Join(err, remove())
	}
	last, err := d.day(ctx)
	if err = errors.Join(err, d.house.Close(), remove()); last != "" {
		fmt.Fprintln(d.out, last)
	}
	return err
}

// place makes the directory; what it makes for this run only, remove takes away.
func (d *demo) place() (remove func() error, err error) {
	if d.plot.dir == "" {
		d.plot.dir, err = os.MkdirTemp("", "custody-demo-")
		return func() error { return os.RemoveAll(d.plot.dir) }, err
	}
	if entries, err := os.ReadDir(d.plot.dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty: the demo counts from zero", d.plot.dir)
	}
	return func() error { return nil }, os.MkdirAll(d.plot.dir, 0o700)
}

// day sends a day's events, waits for the log and reports; last is the line that sums it up.
func (d *demo) day(ctx context.Context) (last string, err error) {
	db, err := d.house.servers.store(roleAuditor)
	if err != nil {
		return "", err
	}
	defer db.Close()
	switch rows, err := logged(ctx, db); {
	case err != nil:
		return "", err
	case rows > 0:
		return "", fmt.Errorf("the log has %d rows already: the demo counts from zero", rows)
	}
	ctx, stop, err := d.consume(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, stop()) }()

	fmt.Fprintf(d.progress, "sending a day of events, and logging them\n")
	began := time.Now()
	tally, err := d.send(ctx, db)
	if err != nil {
		return "", err
	}
	took := time.Since(began)
	counts, err := db.Counts(ctx)
	if err != nil {
		return "", err
	}
	found, err := db.Found(ctx)
	if err != nil {
		return "", err
	}
	last = fmt.Sprintf("%d records: %d accepted, %d duplicate, %d conflict, %d rejected; %.0f events/s", sum(counts),
		counts[ledger.Accepted], counts[ledger.Duplicate], counts[ledger.Conflict], counts[ledger.Rejected],
		float64(sum(counts))/took.Seconds())
	err = errors.Join(d.report(ctx, db, tally, counts, found), tally.check(counts))
	if !d.ownPolicies() {
		err = errors.Join(err, tally.checkFindings(found))
	}
	if err == nil { // its own events would count
		err = d.erase(ctx, db, string(tally.simulation.Subject(tally.person())))
	}
	return last, err
}

// consume writes the log in the background. Its failure ends the context that it
// returns; stop ends it and waits.
func (d *demo) consume(parent context.Context) (ctx context.Context, stop func() error, err error) {
	log, err := (&daemon.Log{Level: "error", Format: "console"}).New(d.progress)
	if err != nil {
		return nil, nil, err
	}
	run, release, err := d.house.consumer(defaultWriting(), log, prometheus.NewRegistry(), new(daemon.Health))
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancelCause(parent)
	ended := make(chan error, 1)
	writing, end := context.WithCancel(ctx)
	go func() {
		err := run(writing)
		cancel(err)
		ended <- err
	}()
	return ctx, func() error { end(); return errors.Join(<-ended, release()) }, nil
}

func sum(counts map[ledger.Outcome]uint64) (all uint64) {
	for _, n := range counts {
		all += n
	}
	return all
}

// logged is how many records the log holds.
func logged(ctx context.Context, db *store.DB) (rows int, err error) {
	ends, err := db.Ends(ctx)
	for _, e := range ends {
		rows += int(e.Rows)
	}
	return rows, err
}
