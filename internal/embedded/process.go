package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A child is one run of the server, behind the gates.
type child struct {
	cmd          *exec.Cmd
	native, http string    // its addresses
	stdin        io.Closer // its end ends the child
	log          *logFile
	over         chan struct{}
	err          error // how it ended, once over is closed
}

// start runs the server and waits until it answers.
func (c *ClickHouse) start(ctx context.Context) error {
	run, err := c.spawn()
	if err != nil {
		return err
	}
	if err := c.ready(ctx, run); err != nil {
		run.end()
		return err
	}
	c.child.Store(run)
	return nil
}

func (c *ClickHouse) spawn() (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var ports [2]int
	for i := range ports {
		if ports[i], err = claim("ClickHouse's engine"); err != nil {
			return nil, err
		}
	}
	log, err := openLog(c.logName())
	if err != nil {
		return nil, err
	}
	run := &child{
		cmd:    exec.Command(self, c.arguments(ports[0], ports[1])...), //nolint:noctx // it ends by its stdin
		native: local(ports[0]), http: local(ports[1]), log: log, over: make(chan struct{}),
	}
	run.cmd.Env = append(os.Environ(), childVariable+"="+c.library)
	for user, password := range c.passwords {
		run.cmd.Env = append(run.cmd.Env, variable(user)+"="+password)
	}
	run.cmd.Dir = c.options.Dir
	run.cmd.Stdout, run.cmd.Stderr = log, log
	run.cmd.SysProcAttr = ownGroup // a terminal's Ctrl-C is for the parent
	if run.stdin, err = run.cmd.StdinPipe(); err == nil {
		err = run.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	go func() {
		run.err = errors.Join(run.cmd.Wait(), log.Close())
		close(run.over)
	}()
	return run, nil
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
		if _, err := c.ask(ctx, run, "SELECT 1"); err == nil && listens(run.native) {
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

func listens(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second) //nolint:noctx // bounded
	return err == nil && conn.Close() == nil
}

// ask asks as an administrator of this directory: another server on the port knows none.
func (c *ClickHouse) ask(ctx context.Context, run *child, sql string) (string, error) {
	question := url.Values{"user": {"admin"}, "password": {c.passwords["admin"]}, "query": {sql}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+run.http+"/?"+question.Encode(), nil)
	if err != nil {
		return "", err
	}
	answer, err := asker.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close() //nolint:errcheck // read only
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w: %s", errRefused, answer.Status)
	}
	return string(text), err
}

var errRefused = errors.New("ClickHouse refuses to answer")

var asker = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func (c *ClickHouse) logName() string { return filepath.Join(c.options.Dir, "clickhouse.log") }
