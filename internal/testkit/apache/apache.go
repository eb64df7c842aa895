// Package apache starts clusters of Apache Kafka as child processes on loopback,
// for tests and for `make kafka`. Its law: a cluster ends with the process that
// started it, and what it kept goes with it.
package apache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Newest and Oldest are the versions that Custody is tested with.
const (
	Newest = "4.4.0"
	Oldest = "3.9.2"
)

// Options of a cluster; the zero value is one broker of the newest version.
type Options struct {
	Version string // "" = Newest
	// Brokers is 1 (0 = 1), which is its own controller, or more: then the
	// controller is a process of its own, so that any broker may be killed.
	// Of three, topics have three replicas, of which two must be in sync.
	Brokers int
	Dir     string // an empty folder; "" = a temporary one, which Close removes
	Port    int    // of the first broker, the others' follow; 0 = any free ones
	Secure  bool   // a SASL_SSL listener beside the plain one
	// Advertise says what clients are told instead of a broker's address, for
	// a proxy in between; brokers go on to reach each other directly. It is
	// called once for each listener, before its broker starts.
	Advertise func(broker int, addr string) string
	// Progress is told what a long start is doing; nil = nobody is.
	Progress func(string)
}

// startTime bounds a start, and a restart, on a machine that is busy.
const startTime = 5 * time.Minute

// A Cluster of Apache Kafka. Its methods may be called at the same time, those
// with a broker's number for different brokers.
type Cluster struct {
	options    Options
	dir        string
	access     Access
	controller *node // nil where the one broker is it
	brokers    []*node
	close      sync.Once
}

// Start returns when every broker answers and knows every other.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Version == "" {
		o.Version = Newest
	}
	o.Brokers = max(o.Brokers, 1)
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	lib, err := jars(ctx, o.Version, o.Progress)
	if err != nil {
		return nil, err
	}
	c := &Cluster{options: o}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	if err := c.start(ctx, lib); err != nil {
		return nil, errors.Join(fmt.Errorf("start Apache Kafka %s: %w", o.Version, err), c.Close())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, lib string) error {
	if err := c.makeDir(); err != nil {
		return err
	}
	if err := c.plan(lib); err != nil {
		return err
	}
	if err := c.format(ctx); err != nil {
		return err
	}
	for _, n := range c.nodes() {
		if err := n.launch(); err != nil {
			return err
		}
	}
	for _, n := range c.brokers {
		if err := n.ready(ctx, len(c.brokers)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) makeDir() (err error) {
	if c.options.Dir == "" {
		c.dir, err = os.MkdirTemp("", "custody-kafka-")
		return err
	}
	if c.dir, err = filepath.Abs(c.options.Dir); err != nil {
		return err
	}
	return os.MkdirAll(c.dir, 0o700)
}

// nodes are all processes, the controller first.
func (c *Cluster) nodes() []*node {
	if c.controller == nil {
		return c.brokers
	}
	return append([]*node{c.controller}, c.brokers...)
}

// Addrs are the brokers' addresses for clients, in the order of the brokers.
func (c *Cluster) Addrs() (addrs []string) {
	for _, n := range c.brokers {
		addrs = append(addrs, n.plain.advertised)
	}
	return addrs
}

// Replication is how many replicas a topic should have.
func (c *Cluster) Replication() int { return min(len(c.brokers), 3) }

// PIDs are the process ids of all nodes, for a measurement of what they use.
func (c *Cluster) PIDs() (ids []int) {
	for _, n := range c.nodes() {
		if cmd, _ := n.running(); cmd != nil && cmd.Process != nil {
			ids = append(ids, cmd.Process.Pid)
		}
	}
	return ids
}

// Kill ends a broker with SIGKILL.
func (c *Cluster) Kill(i int) error { return c.brokers[i].kill() }

// Stop ends a broker with SIGTERM and returns when it has ended: it hands its
// partitions over first.
func (c *Cluster) Stop(i int) error { return c.brokers[i].stop() }

// Restart stops a broker if it runs, starts it on the same ports and data, and
// returns when it answers. Its replicas may still be behind: see Whole.
func (c *Cluster) Restart(i int) error {
	n := c.brokers[i]
	if err := n.stop(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	if err := n.launch(); err != nil {
		return err
	}
	return n.ready(ctx, 1)
}

// Pause stops a broker's clock with SIGSTOP: its connections stay, and are silent.
func (c *Cluster) Pause(i int) error { return c.brokers[i].signal(pause) }

// Resume lets a paused broker go on.
func (c *Cluster) Resume(i int) error { return c.brokers[i].signal(resume) }

// Close kills every process. A temporary folder is gone afterwards.
func (c *Cluster) Close() (err error) {
	c.close.Do(func() {
		for _, n := range c.nodes() {
			err = errors.Join(err, n.kill())
		}
		if c.options.Dir == "" && c.dir != "" {
			err = errors.Join(err, os.RemoveAll(c.dir))
		}
	})
	return err
}
