package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// roleVariable makes a process of this binary a part of the campaign: it holds
// its orders.
const roleVariable = "CUSTODY_CHAOS_ROLE"

// orders tell a process what it is.
type orders struct {
	Consumer *consumerOrders `json:",omitempty"`
	Producer *producerOrders `json:",omitempty"`
	Broker   *brokerOrders   `json:",omitempty"`
}

// play is the whole life of such a process. It ends with the campaign, also
// when that is killed: its standard input ends then.
func play(ctx context.Context, text string) error {
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
	switch {
	case o.Consumer != nil:
		return o.Consumer.run(ctx)
	case o.Producer != nil:
		return o.Producer.run(ctx)
	case o.Broker != nil:
		return o.Broker.run(ctx)
	}
	return errors.New("no orders")
}

// A process is a part of the campaign that can be killed and put to sleep.
type process struct {
	name  string
	log   string
	order orders

	mu    sync.Mutex
	cmd   *exec.Cmd
	stdin io.Closer
	over  chan struct{}
}

func newProcess(dir, name string, o orders) *process {
	return &process{name: name, log: filepath.Join(dir, name+".log"), order: o}
}

// start starts it unless it runs.
func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alive() {
		return nil
	}
	text, err := json.Marshal(p.order)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()         //nolint:errcheck // the child has its own
	cmd := exec.Command(self) //nolint:noctx // it is ended by hand
	cmd.Env = append(os.Environ(), roleVariable+"="+string(text))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C is for the campaign
	if p.stdin, err = cmd.StdinPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	over := make(chan struct{})
	p.cmd, p.over = cmd, over
	go func() {
		_ = cmd.Wait()
		close(over)
	}()
	return nil
}

// runs says whether the process is there.
func (p *process) runs() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive()
}

// alive is runs, for who holds the lock.
func (p *process) alive() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.over:
		return false
	default:
		return true
	}
}

// signal says whether the process was there to get it.
func (p *process) signal(s syscall.Signal) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive() && p.cmd.Process.Signal(s) == nil
}

// kill is kill -9; it says whether the process was alive.
func (p *process) kill() bool {
	hit := p.signal(syscall.SIGKILL)
	if hit {
		<-p.over
	}
	return hit
}

// end lets the process finish, for so long.
func (p *process) end(wait time.Duration) (inOrder bool) {
	if !p.signal(syscall.SIGTERM) {
		return true
	}
	select {
	case <-p.over:
		return true
	case <-time.After(wait):
		p.kill()
		return false
	}
}
