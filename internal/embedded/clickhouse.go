package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Options say where ClickHouse keeps its data and where it listens.
type Options struct {
	Dir      string
	TCPPort  int // native protocol; 0 = any free port
	HTTPPort int // 0 = any free port
	// Progress is told what a long start is doing; nil = nobody is.
	Progress func(string)
}

// ClickHouse is a server in a child process that is started again when it dies.
type ClickHouse struct {
	options   Options
	library   string
	passwords map[string]string // by user
	release   func()
	stop      chan struct{}
	stopped   chan struct{}
	stopOnce  sync.Once

	mu    sync.Mutex
	child *child
}

// StartClickHouse returns when the server answers.
func StartClickHouse(ctx context.Context, o Options) (*ClickHouse, error) {
	c := &ClickHouse{options: o, stop: make(chan struct{}), stopped: make(chan struct{})}
	var err error
	if c.options.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if c.library, err = Engine(ctx, o.Progress); err != nil {
		return nil, err
	}
	if c.options.TCPPort, err = claim("ClickHouse's native protocol", o.TCPPort); err != nil {
		return nil, err
	}
	if c.options.HTTPPort, err = claim("ClickHouse's HTTP interface", o.HTTPPort); err != nil {
		return nil, err
	}
	if c.release, err = claimDir(o.Dir); err != nil {
		return nil, err
	}
	if err := c.first(ctx); err != nil {
		c.release()
		return nil, fmt.Errorf("start embedded ClickHouse: %w", err)
	}
	go c.supervise()
	return c, nil
}

func (c *ClickHouse) first(ctx context.Context) (err error) {
	if c.passwords, err = passwords(filepath.Join(c.options.Dir, "passwords")); err != nil {
		return err
	}
	if err := c.writeConfig(); err != nil {
		return err
	}
	return c.start(ctx)
}

// Addr is the native protocol's address.
func (c *ClickHouse) Addr() string { return "127.0.0.1:" + strconv.Itoa(c.options.TCPPort) }

// HTTPAddr is the HTTP interface's address.
func (c *ClickHouse) HTTPAddr() string { return "127.0.0.1:" + strconv.Itoa(c.options.HTTPPort) }

// Passwords are the users' passwords by user: admin, writer, auditor, eraser.
func (c *ClickHouse) Passwords() map[string]string { return c.passwords }

// PID is the child's process id, for tests that kill it.
func (c *ClickHouse) PID() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.child.cmd.Process.Pid
}

// Close ends the server. What it acknowledged is on disk.
func (c *ClickHouse) Close() error {
	c.stopOnce.Do(func() { close(c.stop) })
	<-c.stopped
	return nil
}

// supervise starts the child again when it dies, more slowly each time.
func (c *ClickHouse) supervise() {
	defer close(c.stopped)
	defer c.release()
	wait := 100 * time.Millisecond
	for {
		began := time.Now()
		select {
		case <-c.child.over:
		case <-c.stop:
			c.child.end()
			return
		}
		if time.Since(began) > time.Minute {
			wait = 100 * time.Millisecond
		}
		for again := true; again; {
			select {
			case <-c.stop:
				return
			case <-time.After(wait):
			}
			wait = min(2*wait, 10*time.Second)
			ctx, cancel := context.WithCancel(context.Background())
			go func() {
				select {
				case <-c.stop:
				case <-ctx.Done():
				}
				cancel()
			}()
			again = c.start(ctx) != nil
			cancel()
		}
	}
}

// A child is one run of the server.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer // its end ends the child
	over  chan struct{}
	err   error // how it ended, once over is closed
}

// start runs the server and waits until it answers.
func (c *ClickHouse) start(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(c.logName(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()                           //nolint:errcheck // the child has its own copy
	cmd := exec.Command(self, c.arguments()...) //nolint:noctx // it ends by its stdin
	cmd.Env = append(os.Environ(), childVariable+"="+c.library)
	for user, password := range c.passwords {
		cmd.Env = append(cmd.Env, variable(user)+"="+password)
	}
	cmd.Dir = c.options.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C is for the parent
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	run := &child{cmd: cmd, stdin: stdin, over: make(chan struct{})}
	go func() {
		run.err = cmd.Wait()
		close(run.over)
	}()
	if err := c.ready(ctx, run); err != nil {
		run.end()
		return err
	}
	c.mu.Lock()
	c.child = run
	c.mu.Unlock()
	return nil
}

// end ends the child, by force if it does not hear.
func (r *child) end() {
	_ = r.stdin.Close()
	select {
	case <-r.over:
	case <-time.After(5 * time.Second):
		_ = r.cmd.Process.Kill()
		<-r.over
	}
}

// startTime bounds a start: a large log takes its time to load.
const startTime = 2 * time.Minute

// ready waits until the server answers, or is over.
func (c *ClickHouse) ready(ctx context.Context, run *child) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		if c.ping(ctx) {
			return nil
		}
		select {
		case <-run.over:
			return fmt.Errorf("it ended (%w): %s", errOr(run.err, errors.New("without an error")), tail(c.logName()))
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w: %s", ctx.Err(), tail(c.logName()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (c *ClickHouse) ping(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.HTTPAddr()+"/ping", nil)
	if err != nil {
		return false
	}
	answer, err := pinger.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close() //nolint:errcheck // read only
	return answer.StatusCode == http.StatusOK
}

var pinger = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func (c *ClickHouse) logName() string { return filepath.Join(c.options.Dir, "clickhouse.log") }

// tail is the end of a file.
func tail(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}
