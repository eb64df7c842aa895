// Command produce measures the producing side: Custody's SDK and gateway beside a
// bare kafka-go Writer and the Kafka protocol of the CloudEvents SDK. Its law:
// every contestant sends the same events and waits for the same acknowledgement,
// in a process of its own, whose CPU is counted apart from the broker's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"
)

const usage = `Usage: go run ./produce [flags]     (in bench; or make bench-produce)

Measures how many events a second a process emits into Kafka, and what CPU that
takes, with Custody's SDK, a bare kafka-go Writer and the CloudEvents SDK; and how
many requests a second the gateway answers. It runs on real Apache Kafka and on
the embedded one, and writes what it found to a file. Without a JVM: -kafka embedded.

`

// This binary is also each contestant.
func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "produce:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

func run(ctx context.Context, args []string) error {
	if text := os.Getenv(ordersVariable); text != "" {
		return contest(ctx, text, os.Stdout)
	}
	o, err := options(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return produce(ctx, o)
}

// Settings of a measurement.
type settings struct {
	kafka       string // real, embedded or both
	partitions  int
	runs        int
	duration    time.Duration // of one run
	compression kafka.Compression
	custody     string // the binary
	out         string
}

func options(args []string) (o settings, err error) {
	compression := ""
	fs := flag.NewFlagSet("produce", flag.ContinueOnError)
	fs.StringVar(&o.kafka, "kafka", "both", "`which` Kafka: real, embedded or both")
	fs.IntVar(&o.partitions, "partitions", 16, "partitions of the topic")
	fs.IntVar(&o.runs, "runs", 5, "runs of each contestant; the median counts")
	fs.DurationVar(&o.duration, "duration", 3*time.Second, "how long a run is measured")
	fs.StringVar(&compression, "compression", "none", "`codec` of every contestant: none, gzip, snappy, lz4 or zstd")
	fs.StringVar(&o.custody, "custody", "../bin/custody", "the `program` whose gateway is measured")
	fs.StringVar(&o.out, "out", "PRODUCE.md", "`file` for the results")
	fs.Usage = func() { fmt.Fprint(fs.Output(), usage); fs.PrintDefaults() }
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	switch {
	case fs.NArg() > 0:
		return o, fmt.Errorf("%q is no flag; see -help", fs.Arg(0))
	case o.kafka != "real" && o.kafka != "embedded" && o.kafka != "both":
		return o, fmt.Errorf("-kafka %s: real, embedded or both", o.kafka)
	case o.runs < 1 || o.partitions < 1 || o.duration <= 0:
		return o, errors.New("-runs, -partitions and -duration are positive")
	}
	if compression != "none" {
		err = o.compression.UnmarshalText([]byte(compression))
	}
	return o, err
}
