package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Settings of a run.
type settings struct {
	events, runs, partitions int
	kafka, custody, out      string
	engine                   string
	only                     []string
	extra                    []extra
	load, warm, idle         time.Duration
}

// Extra is a contestant that the caller brings.
type extra struct{ name, command string }

const usage = `Usage: pipe [flags]

Loads a topic with events of a simulated shop, lets each contestant move them to
ClickHouse as fast as it can, in turns, and then at a fixed rate. Prints a table,
and as its last line the main figures as JSON. Needs Linux, about 3 GB of disk for
2,000,000 events in $TMPDIR, a JDK 17 and Maven (or -kafka embedded), and Python 3
with pip (or -only without afternoon-python).

Contestants: custody, engine-log, engine-plain, engine-log-tuned,
engine-plain-tuned, afternoon-go, afternoon-python.
Any other is given as -contestant name=command; the shell runs it with
  KAFKA_BROKERS        host:port, with commas between
  KAFKA_TOPIC          the topic: 16 partitions, CloudEvents in structured mode
  KAFKA_GROUP          the consumer group, which has read nothing yet
  CLICKHOUSE_ADDR      host:port of the native protocol
  CLICKHOUSE_HTTP_ADDR host:port of the HTTP interface
  CLICKHOUSE_USER, CLICKHOUSE_PASSWORD
  CLICKHOUSE_TABLE     database.table: the event's columns, kafka_partition and kafka_offset
and ends it with SIGTERM. A drain is over when the table has as many rows as the topic.

`

func options(args []string) (o settings, err error) {
	fs := flag.NewFlagSet("pipe", flag.ContinueOnError)
	fs.IntVar(&o.events, "events", 2_000_000, "how many events are drained")
	fs.IntVar(&o.runs, "runs", 5, "how often each contestant drains them")
	fs.IntVar(&o.partitions, "partitions", 16, "partitions of the topic")
	fs.StringVar(&o.kafka, "kafka", "real", "real: an Apache Kafka of its own; embedded: Custody's, for machines without a JVM")
	fs.StringVar(&o.custody, "custody", "../bin/custody", "the `binary` that make build makes")
	fs.StringVar(&o.engine, "engine-settings", engineSettings, "`settings` of the Kafka engine's table, to try others")
	fs.StringVar(&o.out, "out", "", "write the results to this `file`, too, as Markdown")
	fs.DurationVar(&o.load, "load", 20*time.Second, "how long events come at a fixed rate; 0 = leave that out")
	fs.DurationVar(&o.warm, "warm", 5*time.Second, "how long they come before that is measured")
	fs.DurationVar(&o.idle, "idle", 30*time.Second, "how long Custody is watched while nothing comes; 0 = leave that out")
	fs.Func("only", "these contestants, with commas between", func(text string) error {
		o.only = strings.Split(text, ",")
		return nil
	})
	fs.Func("contestant", "one more, `name=command`; may be repeated", func(text string) error {
		name, command, ok := strings.Cut(text, "=")
		if !ok || name == "" || command == "" {
			return errors.New("want name=command")
		}
		o.extra = append(o.extra, extra{name, command})
		return nil
	})
	fs.Usage = func() { fmt.Fprint(fs.Output(), usage); fs.PrintDefaults() }
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(fs)
}

func (o *settings) check(fs *flag.FlagSet) error {
	switch {
	case fs.NArg() > 0:
		return fmt.Errorf("%q is no flag; see -help", fs.Arg(0))
	case o.events < 1 || o.runs < 1 || o.partitions < 1:
		return errors.New("-events, -runs and -partitions are at least 1")
	case o.kafka != "real" && o.kafka != "embedded":
		return fmt.Errorf("-kafka %q: want real or embedded", o.kafka)
	case o.load < 0 || o.warm < 0 || o.idle < 0:
		return errors.New("-load, -warm and -idle are not negative")
	}
	known := slices.Clone(names)
	for _, e := range o.extra {
		known = append(known, e.name)
	}
	for _, name := range o.only {
		if !slices.Contains(known, name) {
			return fmt.Errorf("-only %q: the contestants are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// wants says that a contestant takes part.
func (o *settings) wants(name string) bool {
	return len(o.only) == 0 || slices.Contains(o.only, name)
}
