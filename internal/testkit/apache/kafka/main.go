// Command kafka runs an Apache Kafka for tests, until Ctrl-C or around a command.
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
	"time"

	"github.com/datacustody/custody/internal/testkit/apache"
)

const usage = `Usage: go run ./internal/testkit/apache/kafka [flags] [COMMAND …]

Runs an Apache Kafka on this machine, with data that are gone afterwards. Without
a command it runs until Ctrl-C. With one it sets CUSTODY_TEST_KAFKA and its like,
runs the command, and ends with its exit code.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kafka:", err)
		code = 1
	}
	os.Exit(code) //nolint:forbidigo // this is main
}

// run gives the exit code of the command.
func run(ctx context.Context, args []string) (code int, err error) {
	o := apache.Options{Progress: func(what string) { fmt.Fprintln(os.Stderr, what) }}
	f := flag.NewFlagSet("kafka", flag.ContinueOnError)
	f.StringVar(&o.Version, "version", apache.Newest, "`version` of Apache Kafka; "+apache.Oldest+" is the oldest that Custody is tested with")
	f.IntVar(&o.Brokers, "brokers", 1, "`number` of brokers; with more than one, the controller is a process of its own")
	f.IntVar(&o.Port, "port", 0, "the first broker's `port`, the others follow; 0 is any free one")
	f.BoolVar(&o.Secure, "secure", false, "listen with SASL (SCRAM) over TLS, too")
	f.Usage = func() { fmt.Fprint(f.Output(), usage); f.PrintDefaults() }
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	began := time.Now()
	c, err := apache.Start(ctx, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	describe(os.Stderr, o, c, time.Since(began))
	if f.NArg() == 0 {
		<-ctx.Done()
		return 0, nil
	}
	cmd := exec.CommandContext(ctx, f.Arg(0), f.Args()[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), c.Env()...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		return 0, err
	}
	return cmd.ProcessState.ExitCode(), nil // -1 where a signal ended it
}

// describe says where the cluster is, and how to get in.
func describe(w io.Writer, o apache.Options, c *apache.Cluster, took time.Duration) {
	fmt.Fprintf(w, "Apache Kafka %s at %s (%.1f s)\n", o.Version, strings.Join(c.Addrs(), ","), took.Seconds())
	if a := c.Access(); o.Secure {
		fmt.Fprintf(w, "SASL over TLS at %s: SCRAM-SHA-512 or SCRAM-SHA-256, user %s, password %s, certificate authority %s\n",
			strings.Join(a.Addrs, ","), a.User, a.Password, a.CA)
	}
}
