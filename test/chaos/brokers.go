package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"syscall"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// Brokers are a Kafka of which each broker can be taken away: apache.Cluster, or
// the embedded one.
type brokers interface {
	Addrs() []string
	Replication() int
	Kill(i int) error
	Stop(i int) error
	Restart(i int) error // returns when it answers
	Pause(i int) error
	Resume(i int) error
	Whole(context.Context) error // returns when any one broker may go
	Close() error
}

// brokerOrders make a process the embedded broker.
type brokerOrders struct {
	Dir   string
	Port  int
	Proxy string
}

func (o *brokerOrders) run(ctx context.Context) error {
	proxy, err := net.ResolveTCPAddr("tcp", o.Proxy)
	if err != nil {
		return err
	}
	k, err := embedded.StartKafkaBehind(ctx, o.Dir, o.Port, func(net.Addr) net.Addr { return proxy })
	if err != nil {
		return err
	}
	<-ctx.Done()
	return k.Close()
}

// An embeddedBroker is the one broker of the embedded Kafka.
type embeddedBroker struct {
	*process
	addr, advertised string
}

func startEmbedded(dir string, advertise func(broker int, addr string) string) (*embeddedBroker, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return nil, err
	}
	addr := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil {
		return nil, err
	}
	b := &embeddedBroker{addr: addr.String()}
	b.advertised = advertise(0, b.addr)
	b.process = newProcess(dir, "kafka", orders{Broker: &brokerOrders{
		Dir: filepath.Join(dir, "kafka"), Port: addr.Port, Proxy: b.advertised,
	}})
	return b, b.Restart(0)
}

// Addrs and the rest: see brokers.
func (b *embeddedBroker) Addrs() []string { return []string{b.advertised} }

// Replication is one.
func (b *embeddedBroker) Replication() int { return 1 }

// Kill kills it.
func (b *embeddedBroker) Kill(int) error { b.kill(); return nil }

// Stop lets it end.
func (b *embeddedBroker) Stop(int) error { b.end(10 * time.Second); return nil }

// Restart starts it.
func (b *embeddedBroker) Restart(int) error {
	b.end(10 * time.Second)
	if err := b.start(); err != nil {
		return err
	}
	return b.Whole(context.Background())
}

// Pause puts it to sleep.
func (b *embeddedBroker) Pause(int) error { b.signal(syscall.SIGSTOP); return nil }

// Resume wakes it.
func (b *embeddedBroker) Resume(int) error { b.signal(syscall.SIGCONT); return nil }

// Whole waits until it answers.
func (b *embeddedBroker) Whole(ctx context.Context) error {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end) && ctx.Err() == nil; sleep(ctx, 20*time.Millisecond) {
		conn, err := net.DialTimeout("tcp", b.addr, time.Second) //nolint:noctx // bounded
		if err == nil {
			return conn.Close()
		}
	}
	return errors.Join(fmt.Errorf("the embedded Kafka does not answer; its log is %s", b.log), ctx.Err())
}

// Close kills it.
func (b *embeddedBroker) Close() error { b.kill(); return nil }
