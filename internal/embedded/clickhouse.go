package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say where ClickHouse keeps its data and where it listens.
type Options struct {
	Dir      string
	TCPPort  int // native protocol; 0 = any free port
	HTTPPort int // 0 = any free port
	// Progress is told what a long start is doing, and later that the server
	// died and is started again; nil = nobody is.
	Progress func(string)
}

// ClickHouse is a server in a child process that is started again when it dies.
type ClickHouse struct {
	asked     Options
	options   Options // with the ports that were found
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
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	c := &ClickHouse{asked: o, options: o, stop: make(chan struct{}), stopped: make(chan struct{})}
	var err error
	if c.options.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if c.library, err = Engine(ctx, o.Progress); err != nil {
		return nil, err
	}
	if c.release, err = claimDir(c.options.Dir); err != nil {
		return nil, err
	}
	if err := c.first(ctx); err != nil {
		c.release()
		return nil, fmt.Errorf("start embedded ClickHouse: %w", err)
	}
	go c.supervise()
	return c, nil
}

func (c *ClickHouse) claimPorts() (err error) {
	o := c.asked
	if c.options.TCPPort, err = claim("ClickHouse's native protocol", o.TCPPort); err != nil {
		return err
	}
	c.options.HTTPPort, err = claim("ClickHouse's HTTP interface", o.HTTPPort)
	return err
}

func (c *ClickHouse) first(ctx context.Context) (err error) {
	if c.passwords, err = passwords(filepath.Join(c.options.Dir, "passwords")); err != nil {
		return err
	}
	if err := c.writeConfig(); err != nil {
		return err
	}
	for range 5 {
		if err = c.claimPorts(); err != nil {
			return err
		}
		if err = c.start(ctx); err == nil || !soonOver(err) {
			break
		}
	}
	return err
}

// soonOver says that a start failed by what goes away: the child of a parent
// that was killed a moment ago, or a chosen port that was taken meanwhile.
func soonOver(err error) bool {
	return strings.Contains(err.Error(), "Address already in use") || strings.Contains(err.Error(), "Cannot lock file")
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
			c.options.Progress(fmt.Sprintf("ClickHouse died (%v), starting it again; its log is %s", c.child.err, c.logName()))
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
	log   *logFile
	over  chan struct{}
	err   error // how it ended, once over is closed
}

// start runs the server and waits until it answers.
func (c *ClickHouse) start(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := openLog(c.logName())
	if err != nil {
		return err
	}
	cmd := exec.Command(self, c.arguments()...) //nolint:noctx // it ends by its stdin
	cmd.Env = append(os.Environ(), childVariable+"="+c.library)
	for user, password := range c.passwords {
		cmd.Env = append(cmd.Env, variable(user)+"="+password)
	}
	cmd.Dir = c.options.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = ownGroup // a terminal's Ctrl-C is for the parent
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return errors.Join(err, log.Close())
	}
	if err := cmd.Start(); err != nil {
		return errors.Join(err, log.Close())
	}
	run := &child{cmd: cmd, stdin: stdin, log: log, over: make(chan struct{})}
	go func() {
		run.err = errors.Join(cmd.Wait(), log.Close())
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
			return fmt.Errorf("it ended (%w): %s", errOr(run.err, errors.New("without an error")), run.log.tail())
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w: %s", ctx.Err(), run.log.tail())
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

// ping asks as a user of this directory: another server on the port knows none.
func (c *ClickHouse) ping(ctx context.Context) bool {
	question := url.Values{"user": {"auditor"}, "password": {c.passwords["auditor"]}, "query": {"SELECT 1"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.HTTPAddr()+"/?"+question.Encode(), nil)
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
