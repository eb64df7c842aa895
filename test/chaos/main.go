// Command chaos breaks everything that the log rests on, many times and in an
// order that a seed decides, while producers send and consumers write; then an
// oracle compares what producers were told with what the log holds, row by row.
// Its law: what is judged is read from Kafka, from ClickHouse and from the
// producers' journals, never from the code under test.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// This binary is also each process that the campaign kills.
func main() {
	embedded.ChildMain()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

func run(ctx context.Context, args []string) error {
	if role := os.Getenv(roleVariable); role != "" {
		return play(ctx, role)
	}
	o, list, err := options(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case list:
		for _, f := range faults {
			fmt.Printf("%-28s %s\n", f.name, f.doc)
		}
		return nil
	}
	return campaign(ctx, o)
}

// Options of a campaign.
type settings struct {
	faults, consumers, producers int
	partitions, rate             int
	seed                         uint64
	kafka, version, only         string
	keep                         bool
}

func options(args []string) (o settings, list bool, err error) {
	fs := flag.NewFlagSet("chaos", flag.ContinueOnError)
	fs.IntVar(&o.faults, "faults", 40, "how many faults")
	fs.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what decides which faults come, when, and how; the default is the clock")
	fs.StringVar(&o.kafka, "kafka", "embedded", "real (three Apache Kafka brokers; needs a JDK 17 and Maven) or embedded")
	fs.StringVar(&o.version, "kafka-version", "4.4.0", "of the real Kafka")
	fs.IntVar(&o.consumers, "consumers", 3, "consumers that share the partitions")
	fs.IntVar(&o.producers, "producers", 2, "producers, each with persons of its own")
	fs.IntVar(&o.partitions, "partitions", 8, "partitions of the topic")
	fs.IntVar(&o.rate, "rate", 1500, "events a second, of all producers together")
	fs.StringVar(&o.only, "only", "", "these faults and no others, separated by commas")
	fs.BoolVar(&o.keep, "keep", false, "keep logs and data though nothing is wrong")
	fs.BoolVar(&list, "list", false, "list the faults and end")
	fs.Usage = func() {
		fmt.Fprint(fs.Output(), "Usage: chaos [flags]\n\nBreak what the log rests on while it is written, then compare the log with what\nproducers were told. The last line counts what was lost, doubled and out of order;\nthe exit code is 1 if anything differs. See docs/chaos.md.\n\n")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		return o, false, err
	}
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("%q is no flag; see -help", fs.Arg(0))
	case o.kafka != "real" && o.kafka != "embedded":
		err = fmt.Errorf("-kafka is %q, want real or embedded", o.kafka)
	case o.faults < 0 || o.consumers < 1 || o.producers < 1 || o.partitions < 1 || o.rate < 1:
		err = fmt.Errorf("-consumers, -producers, -partitions and -rate are at least 1, -faults at least 0")
	}
	for name := range strings.SplitSeq(o.only, ",") {
		if err == nil && name != "" && named(name) == nil {
			err = fmt.Errorf("-only names %q, which is no fault; -list lists them", name)
		}
	}
	return o, list, err
}
