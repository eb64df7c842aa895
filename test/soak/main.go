// Command soak sends millions of events, one in twenty of them again and some of
// those months later, through Kafka and a writer of the log in a process of its
// own, and shows that each is accepted once and that the writer's memory is flat.
// Its law: what is judged is read from Kafka, from ClickHouse and from the
// operating system, never from the writer; what was sent is known by construction.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/datacustody/custody/internal/embedded"
)

// This binary is also the writer, and the embedded ClickHouse.
func main() {
	embedded.ChildMain()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

func run(ctx context.Context, args []string) error {
	if orders := os.Getenv(ordersVariable); orders != "" {
		return write(ctx, orders)
	}
	o, err := options(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return soak(ctx, o)
}

// Settings of a run.
type settings struct {
	events, partitions, window int
	seed                       uint64
}

func options(args []string) (o settings, err error) {
	fs := flag.NewFlagSet("soak", flag.ContinueOnError)
	fs.IntVar(&o.events, "events", 10_000_000, "how many events are sent, repeats among them")
	fs.IntVar(&o.partitions, "partitions", 8, "partitions of the topic; the default is that of custody topic create")
	fs.IntVar(&o.window, "window", 24_576, "the writer's --window; the default is that of custody consume")
	fs.Uint64Var(&o.seed, "seed", 1, "what decides which events come again, and when")
	fs.Usage = func() {
		fmt.Fprint(fs.Output(), "Usage: soak [flags]\n\nSend events through embedded Kafka and a writer of the log into embedded ClickHouse;\nthe exit code is 1 unless each is accepted once and the writer's memory is flat.\nNeeds about 1 GB of disk for a million events, and takes it from $TMPDIR.\n\n")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("%q is no flag; see -help", fs.Arg(0))
	case o.events < 1 || o.partitions < 1 || o.window < 1:
		err = errors.New("-events, -partitions and -window are at least 1")
	}
	return o, err
}
