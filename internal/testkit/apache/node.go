package apache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// A listener is a port of a node.
type listener struct{ addr, advertised string }

// A node is one process of a cluster: a broker, the controller, or both in one.
type node struct {
	id      int
	dir     string
	lib     string
	plain   listener
	secure  listener
	brokers listener // for the brokers among themselves, and for ready

	mu   sync.Mutex
	over chan struct{} // closed when the process has ended; nil before the first
	cmd  *exec.Cmd
	err  error // how it ended, once over is closed
}

func (n *node) properties() string { return filepath.Join(n.dir, "server.properties") }
func (n *node) data() string       { return filepath.Join(n.dir, "data") }
func (n *node) log() string        { return filepath.Join(n.dir, "kafka.log") }

// launch starts the process.
func (n *node) launch() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	log, err := os.OpenFile(n.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n.cmd = java(context.Background(), n.lib, "kafka.Kafka", n.properties())
	n.cmd.Stdout, n.cmd.Stderr = log, log
	n.over = make(chan struct{})
	started := make(chan error)
	go n.run(n.cmd, n.over, started, log)
	return <-started
}

// run holds one thread until the process ends: a child dies with the thread
// that started it, not with its process.
func (n *node) run(cmd *exec.Cmd, over chan<- struct{}, started chan<- error, log *os.File) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(over)
	defer log.Close() //nolint:errcheck // nobody could be told
	err := cmd.Start()
	started <- err
	if err == nil {
		n.err = cmd.Wait()
	}
}

// java is a JVM that starts fast rather than runs fast.
func java(ctx context.Context, lib, class string, args ...string) *exec.Cmd {
	args = append([]string{
		"-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
		"-cp", filepath.Join(lib, "*"), class,
	}, args...)
	cmd := exec.CommandContext(ctx, "java", args...)
	cmd.SysProcAttr = child
	return cmd
}

// running gives the process and its end; nil if none was ever started.
func (n *node) running() (*exec.Cmd, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.cmd, n.over
}

func (n *node) signal(s os.Signal) error {
	cmd, over := n.running()
	if cmd == nil || cmd.Process == nil {
		return nil
	}
	if err := cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%v to node %d: %w", s, n.id, err)
	}
	if s == os.Kill {
		<-over
	}
	return nil
}

func (n *node) kill() error { return n.signal(os.Kill) }

// stopTime is longer than a broker may take to hand over its partitions.
const stopTime = time.Minute

func (n *node) stop() error {
	if err := errors.Join(n.signal(terminate), n.signal(resume)); err != nil { // a paused one hears nothing
		return err
	}
	_, over := n.running()
	if over == nil {
		return nil
	}
	select {
	case <-over:
		return nil
	case <-time.After(stopTime):
		return errors.Join(fmt.Errorf("node %d did not end within %v of SIGTERM", n.id, stopTime), n.kill())
	}
}

// ready waits until the node is a broker among so many, or has ended.
func (n *node) ready(ctx context.Context, brokers int) error {
	_, over := n.running()
	for {
		ids, err := n.peers(ctx)
		if err == nil && ids[n.id] && len(ids) >= brokers {
			return nil
		}
		select {
		case <-over:
			return fmt.Errorf("broker %d ended (%w): %s", n.id-1, errOr(n.err), tail(n.log()))
		case <-ctx.Done():
			return fmt.Errorf("broker %d does not answer: %w: %s", n.id-1, errors.Join(ctx.Err(), err), tail(n.log()))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func errOr(err error) error {
	if err == nil {
		return errors.New("without an error")
	}
	return err
}

// tail is the end of a file.
func tail(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}
