package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
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

// ClickHouse is a server in a child process that is started again when it dies,
// behind two ports of this process.
type ClickHouse struct {
	options   Options
	library   string
	passwords map[string]string // by user
	native    *gate
	http      *http.Server
	httpAddr  string
	child     atomic.Pointer[child]
	databases sync.Map // names that exist
	release   []func() // last first
	stop      chan struct{}
	stopped   chan struct{}
	stopOnce  sync.Once
}

// StartClickHouse returns when the server answers.
func StartClickHouse(ctx context.Context, o Options) (*ClickHouse, error) {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	c := &ClickHouse{options: o, stop: make(chan struct{}), stopped: make(chan struct{})}
	var err error
	if c.options.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if c.library, err = Engine(ctx, c.options.Progress); err != nil {
		return nil, err
	}
	if err := c.first(ctx); err != nil {
		c.undo()
		return nil, fmt.Errorf("start embedded ClickHouse: %w", err)
	}
	go c.supervise()
	go c.spreadTables()
	return c, nil
}

func (c *ClickHouse) first(ctx context.Context) error {
	release, err := claimDir(c.options.Dir)
	if err != nil {
		return err
	}
	c.release = append(c.release, release)
	if c.passwords, err = passwords(filepath.Join(c.options.Dir, "passwords")); err != nil {
		return err
	}
	native, err := c.listen("ClickHouse's native protocol", c.options.TCPPort)
	if err != nil {
		return err
	}
	web, err := c.listen("ClickHouse's HTTP interface", c.options.HTTPPort)
	if err != nil {
		return err
	}
	if err := c.writeConfig(); err != nil {
		return err
	}
	for range 5 {
		if err = c.start(ctx); err == nil || !soonOver(err) {
			break
		}
	}
	if err != nil {
		return err
	}
	c.openGates(native, web)
	return nil
}

func (c *ClickHouse) listen(what string, port int) (net.Listener, error) {
	l, err := listen(what, port)
	if err == nil {
		c.release = append(c.release, func() { _ = l.Close() })
	}
	return l, err
}

func (c *ClickHouse) openGates(native, web net.Listener) {
	c.native = &gate{
		listener: native, passwords: c.passwords, exists: c.exists, conns: map[net.Conn]bool{},
		backend: func() string { return c.child.Load().native },
	}
	c.http, c.httpAddr = httpGate(c.passwords, func() string { return c.child.Load().http }), web.Addr().String()
	go c.native.serve()
	go func() { _ = c.http.Serve(web) }()
	c.release = append(c.release, func() { _ = c.http.Close() }, c.native.close)
}

// exists says that the server has a database. None is ever dropped: a yes holds.
func (c *ClickHouse) exists(database string) (bool, error) {
	if _, known := c.databases.Load(database); known || database == "default" || database == "system" {
		return true, nil
	}
	quoted := "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(database) + "`"
	answer, err := c.ask(context.Background(), c.child.Load(), "EXISTS DATABASE "+quoted)
	if errors.Is(err, errRefused) { // to an administrator: of another's database
		return false, nil
	}
	yes := strings.TrimSpace(answer) == "1"
	if err == nil && yes {
		c.databases.Store(database, true)
	}
	return yes, err
}

func (c *ClickHouse) undo() {
	for i := len(c.release) - 1; i >= 0; i-- {
		c.release[i]()
	}
}

// soonOver says that a start failed by what goes away: the child of a parent
// that was killed a moment ago, or a chosen port that was taken meanwhile.
func soonOver(err error) bool {
	return strings.Contains(err.Error(), "Address already in use") || strings.Contains(err.Error(), "Cannot lock file")
}

// Addr is the native protocol's address.
func (c *ClickHouse) Addr() string { return c.native.listener.Addr().String() }

// HTTPAddr is the HTTP interface's address.
func (c *ClickHouse) HTTPAddr() string { return c.httpAddr }

// Direct is where the child itself listens, past the gates: for measurements, by
// clients that behave. A wrong password there ends the server (decision 0303).
func (c *ClickHouse) Direct() (native, http string) {
	run := c.child.Load()
	return run.native, run.http
}

// Passwords are the users' passwords by user: admin, writer, auditor, eraser.
func (c *ClickHouse) Passwords() map[string]string { return c.passwords }

// PID is the child's process id, for tests that kill it.
func (c *ClickHouse) PID() int { return c.child.Load().cmd.Process.Pid }

// Close ends the server. What it acknowledged is on disk.
func (c *ClickHouse) Close() error {
	c.stopOnce.Do(func() { close(c.stop) })
	<-c.stopped
	return nil
}

// spreadTables spreads what new tables hold; migrations make some at any time.
func (c *ClickHouse) spreadTables() {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		spread(filepath.Join(c.options.Dir, "data"))
		select {
		case <-tick.C:
		case <-c.stop:
			return
		}
	}
}

// supervise starts the child again when it dies, more slowly each time.
func (c *ClickHouse) supervise() {
	defer close(c.stopped)
	defer c.undo()
	for wait := firstWait; ; {
		run, began := c.child.Load(), time.Now()
		select {
		case <-run.over:
			c.options.Progress(fmt.Sprintf("ClickHouse died (%v), starting it again; its log is %s", run.err, c.logName()))
		case <-c.stop:
			run.end()
			return
		}
		if time.Since(began) > time.Minute {
			wait = firstWait
		}
		var stopped bool
		if wait, stopped = c.restart(wait); stopped {
			return
		}
	}
}

const firstWait, lastWait = 100 * time.Millisecond, 10 * time.Second

// restart tries until the server answers again, or until it is to stop.
func (c *ClickHouse) restart(wait time.Duration) (next time.Duration, stopped bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-c.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	for {
		select {
		case <-c.stop:
			return wait, true
		case <-time.After(wait):
		}
		wait = min(2*wait, lastWait)
		err := c.start(ctx)
		if err == nil {
			return wait, false
		}
		if ctx.Err() == nil {
			c.options.Progress(fmt.Sprintf("ClickHouse does not start: %v", err))
		}
	}
}
