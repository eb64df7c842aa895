package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// A process is a contestant's own. It ends with its parent.
type process struct {
	cmd  *exec.Cmd
	log  string
	over chan struct{}
	err  error // why it ended, once it is over
}

// startProcess runs a program whose words go to a file of the contestant's name.
func startProcess(dir, name string, env []string, program string, args ...string) (*process, error) {
	p := &process{log: filepath.Join(dir, name+".log"), over: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	p.cmd = exec.Command(program, args...) //nolint:noctx // it is ended by hand
	p.cmd.Env, p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.SysProcAttr = env, dir, log, log, withParent
	started := make(chan error)
	go p.run(started, log)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// run holds one thread: a child dies with the thread that started it.
func (p *process) run(started chan<- error, log *os.File) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.over)
	defer log.Close() //nolint:errcheck // nobody could be told
	err := p.cmd.Start()
	started <- err
	if err == nil {
		p.err = p.cmd.Wait()
	}
}

// died is how it ended by itself, with its last words.
func (p *process) died() error {
	text, _ := os.ReadFile(p.log)
	return fmt.Errorf("it ended by itself (%v): %s", p.cmd.ProcessState, text[max(0, len(text)-2000):])
}

// patience with a process that is told to end.
const patience = 20 * time.Second

// end lets it finish what it has begun; its children go with it.
func (p *process) end() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-p.over:
	case <-time.After(patience):
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.over
}
