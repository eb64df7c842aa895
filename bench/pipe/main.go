// Command pipe measures how fast events go from Kafka to ClickHouse: through
// Custody, through ClickHouse's own Kafka table engine, and through consumers that
// a team would write in an afternoon. Its law: all contestants read the same topic
// and write to the same server, one at a time and in turns; what they did is read
// from ClickHouse and from the operating system, never from them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/datacustody/custody/internal/embedded"
)

// This binary is also the embedded ClickHouse, and the embedded Kafka.
func main() {
	embedded.ChildMain()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pipe:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if dir := os.Getenv(brokerVariable); dir != "" {
		return beBroker(ctx, dir, out)
	}
	o, err := options(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return bench(ctx, o, out)
}

// progress is for who waits; results go to standard output.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
