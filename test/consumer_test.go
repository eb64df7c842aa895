package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

// orders tell a consumer what to do: in this process or in one of its own.
type orders struct {
	Brokers               []string
	Topic, Letters, Group string
	Cluster               string
	Store                 struct{ Addr, User, Password string }
	Rows                  int
	Age, Lease, Session   time.Duration
	Verbose               bool
}

const ordersName = "CUSTODY_E2E_CONSUMER"

// run consumes until ctx ends.
func (o orders) run(ctx context.Context) error {
	log, err := store.OpenLog(store.Config{Addr: []string{o.Store.Addr}, User: o.Store.User, Password: o.Store.Password})
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // nothing hangs on it
	kafka := stream.New(stream.Config{Brokers: o.Brokers})
	defer kafka.Close()
	console := zap.NewNop()
	if o.Verbose {
		console, _ = zap.NewDevelopment()
	}
	w := lineage.New(lineage.Options{
		Store: log, Letters: kafka.DeadLetters(o.Letters), Cluster: o.Cluster, Log: console,
		MaxRows: o.Rows, MaxAge: o.Age, Lease: o.Lease, Margin: o.Lease / 10,
		NotStored: store.NotStored,
	})
	g := kafka.Group(o.Group, o.Topic, stream.GroupOptions{
		Session: o.Session, Heartbeat: o.Session / 6,
		Report: func(err error) { console.Warn("group", zap.Error(err)) },
	})
	return g.Run(ctx, w.Serve)
}

// consumeAsOrdered is the whole life of the process that is killed.
func consumeAsOrdered(text string) {
	var o orders
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = o.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A victim is a consumer in a process of its own.
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
	if o.Verbose {
		v.cmd.Stderr = os.Stderr
	}
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

func (v *victim) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := v.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}
