package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"go.uber.org/zap"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

// ordersVariable makes a process of this binary the writer: it holds its orders.
const ordersVariable = "CUSTODY_SOAK_WRITER"

type orders struct {
	Kafka, ClickHouse, Password string
	Window                      int
}

// write is the whole life of the writer, wired as custody consume does it. It
// ends with the process that started it: its standard input ends then.
func write(ctx context.Context, text string) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	log, err := store.OpenLog(store.Config{Addr: []string{o.ClickHouse}, User: "writer", Password: o.Password})
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // nothing hangs on it
	kafka := stream.New(stream.Config{Brokers: []string{o.Kafka}, ClientID: "soak"})
	defer kafka.Close()
	daemon.SaveMemory() // as custody consume does
	quiet := zap.NewProductionConfig()
	quiet.Level.SetLevel(zap.WarnLevel)
	console, err := quiet.Build()
	if err != nil {
		return err
	}
	w := lineage.New(lineage.Options{
		Store: log, Letters: kafka.DeadLetters(stream.DeadLetterTopic), Cluster: "soak", Log: console,
		NotStored: store.NotStored, Window: o.Window,
	})
	g := kafka.Group(stream.LineageGroup, stream.EventsTopic, stream.GroupOptions{
		Report: func(err error) { console.Warn("consumer group", zap.Error(err)) },
	})
	return g.Run(ctx, w.Serve)
}

// A writer is the process that writes the log.
type writer struct {
	cmd   *exec.Cmd
	stdin io.Closer
	over  chan struct{}
	err   error // why it ended, once it is over
}

func startWriter(o orders) (*writer, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &writer{cmd: exec.Command(self), over: make(chan struct{})} //nolint:noctx // it is ended by hand
	w.cmd.Env = append(os.Environ(), ordersVariable+"="+string(text))
	w.cmd.Stderr = os.Stderr
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C is for its parent
	if w.stdin, err = w.cmd.StdinPipe(); err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the writer: %w", err)
	}
	go func() {
		w.err = w.cmd.Wait()
		close(w.over)
	}()
	return w, nil
}

// end lets it finish what it has begun.
func (w *writer) end() error {
	_ = w.stdin.Close()
	<-w.over
	return w.err
}

// memory is what of it is in the machine's memory now, in MiB.
func (w *writer) memory() (mib float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", w.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	var size, resident int
	if _, err := fmt.Fscan(strings.NewReader(string(text)), &size, &resident); err != nil {
		return 0, fmt.Errorf("read the writer's memory: %w", err)
	}
	return float64(resident) * float64(os.Getpagesize()) / (1 << 20), nil
}
