package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/testkit/apache"
)

// A broker is a Kafka in processes of its own, so that what it takes is told
// apart from what the others take.
type broker struct {
	addrs []string
	pids  []int
	what  string // its version and settings
	close func() error
}

func startBroker(ctx context.Context, kind, dir string) (broker, error) {
	if kind == "embedded" {
		return startEmbedded(ctx, filepath.Join(dir, "kafka"))
	}
	c, err := apache.Start(ctx, apache.Options{Dir: filepath.Join(dir, "kafka"), Progress: func(what string) { progress("%s", what) }})
	if err != nil {
		return broker{}, err
	}
	return broker{
		addrs: c.Addrs(), pids: c.PIDs(), close: c.Close,
		what: "Apache Kafka " + apache.Newest + ", one broker, -Xmx512m, serial GC, C1 compiler only (as the tests start it)",
	}, nil
}

// brokerVariable makes a process of this binary the embedded Kafka: it is its folder.
const brokerVariable = "CUSTODY_BENCH_KAFKA"

// beBroker is the embedded Kafka until its standard input ends.
func beBroker(ctx context.Context, dir string, out io.Writer) error {
	k, err := embedded.StartKafka(ctx, dir, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, k.Addr()); err != nil {
		return errors.Join(err, k.Close())
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return k.Close()
}

func startEmbedded(ctx context.Context, dir string) (b broker, err error) {
	self, err := os.Executable()
	if err != nil {
		return b, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), self)
	cmd.Env = append(os.Environ(), brokerVariable+"="+dir)
	cmd.Stderr, cmd.SysProcAttr = os.Stderr, ownGroup
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return b, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return b, err
	}
	if err := cmd.Start(); err != nil {
		return b, fmt.Errorf("start embedded Kafka: %w", err)
	}
	b = broker{pids: []int{cmd.Process.Pid}, what: "Custody's embedded Kafka (kfake)", close: func() error { return errors.Join(stdin.Close(), cmd.Wait()) }}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return b, errors.Join(errors.New("embedded Kafka did not start"), b.close())
	}
	b.addrs = strings.Split(strings.TrimSpace(line), ",")
	return b, nil
}
