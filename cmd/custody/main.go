// Command custody is all of Custody: the services, the commands of operators and
// auditors, and a whole house on one machine to try it in. Its law: a subcommand
// is a wiring list that can be read; what it wires lives elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/datacustody/custody/internal/embedded"
)

func main() {
	embedded.ChildMain() // does not return where the process is ClickHouse
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, surroundings{os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// Surroundings are all that a command gets from its process.
type surroundings struct {
	args, environ []string
	in            io.Reader
	out, err      io.Writer
}

// The exit codes.
const (
	exitDone   = 0 // what was asked for is done
	exitFailed = 1 // it is not, or not all of it; stderr says why
	exitUsage  = 2 // flags, arguments or settings cannot be understood
)

// run is the program.
func run(ctx context.Context, s surroundings) int {
	a := &app{surroundings: s}
	c, err := a.root().ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(s.err, "custody: stopped before the end")
		return exitFailed
	case a.understood:
		fmt.Fprintln(s.err, "custody:", err)
		return exitFailed
	default:
		fmt.Fprintf(s.err, "custody: %v\nFor help: %s --help\n", err, c.CommandPath())
		return exitUsage
	}
}
