//go:build outbox

package outbox_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/outbox"
	"github.com/datacustody/custody/schemas/event"
)

// This binary is also the relay that the tests kill.
func TestMain(m *testing.M) {
	embedded.ChildMain()
	if text := os.Getenv(ordersName); text != "" {
		relayAsOrdered(text)
		return
	}
	os.Exit(testkit.Main(m))
}

const ordersName = "CUSTODY_TEST_RELAY"

// orders tell a relay in a process of its own what to do.
type orders struct {
	Driver, DSN string
	Dialect     outbox.Dialect
	Table       string
	Brokers     []string
	Topic       string
	Die         string // where in a round: "before emit", "amid emit", "after emit"
	Round       int    // in which, from 1
}

func (o orders) open() (*sql.DB, *outbox.Box, error) {
	db, err := sql.Open(o.Driver, o.DSN)
	if err != nil {
		return nil, nil, err
	}
	box, err := outbox.New(o.Dialect, outbox.Options{Table: o.Table})
	return db, box, err
}

// relayAsOrdered is the whole life of the process that is killed.
func relayAsOrdered(text string) {
	var o orders
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.relay()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (o orders) relay() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	db, box, err := o.open()
	if err != nil {
		return err
	}
	p, err := producer.New(o.Brokers, producer.Options{Topic: o.Topic})
	if err != nil {
		return err
	}
	r := outbox.Relay{
		Box: box, DB: db, Emitter: &mortal{p: p, orders: o}, Batch: 100, Poll: 10 * time.Millisecond,
		OnError: func(err error) { fmt.Fprintln(os.Stderr, err) },
	}
	return r.Run(ctx)
}

// A mortal emitter kills its process, as kill -9 does, where it was told to.
type mortal struct {
	p      *producer.Producer
	orders orders
	round  int
}

func (m *mortal) EmitMessages(ctx context.Context, ms ...event.Message) error {
	m.round++
	if m.round != m.orders.Round {
		return m.p.EmitMessages(ctx, ms...)
	}
	switch m.orders.Die {
	case "before emit":
		die()
	case "amid emit":
		ms = ms[:len(ms)/2]
	}
	err := m.p.EmitMessages(ctx, ms...)
	die()
	return err
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// A victim is a relay in a process of its own.
type victim struct {
	cmd *exec.Cmd
	say bytes.Buffer
}

func (o orders) start(t *testing.T) *victim {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{cmd: exec.Command(os.Args[0])}
	v.cmd.Env = append(os.Environ(), ordersName+"="+string(text))
	v.cmd.Stderr = &v.say
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.kill)
	return v
}

// kill is kill -9.
func (v *victim) kill() {
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait()
}
