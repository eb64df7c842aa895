package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

// consumerOrders wire a consumer as `custody consume` does, with times so short
// that hundreds of faults fit into minutes.
type consumerOrders struct {
	Name                  string
	Brokers               []string
	Topic, Letters, Group string
	ClickHouse, Password  string
	ClockStep             string // file that says by how much ClickHouse's clock is off
	Rebalance, Drain      time.Duration
}

// The short times. Kafka's own least session is six seconds.
const (
	lease     = 4 * time.Second
	margin    = time.Second
	session   = 6 * time.Second
	rebalance = 8 * time.Second
	drain     = 3 * time.Second
	cluster   = "chaos"

	// The embedded Kafka begins a rebalance's time anew with each member that
	// joins, so three that come again and again must leave a gap that is longer.
	embeddedRebalance = 2500 * time.Millisecond
	embeddedDrain     = 1500 * time.Millisecond
)

func (o *consumerOrders) run(ctx context.Context) error {
	log, err := store.OpenLog(store.Config{Addr: []string{o.ClickHouse}, User: "writer", Password: o.Password})
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // nothing hangs on it
	kafka := stream.New(stream.Config{Brokers: o.Brokers, ClientID: o.Name})
	defer kafka.Close()
	quiet := zap.NewDevelopmentConfig()
	quiet.Level.SetLevel(zap.InfoLevel)
	quiet.DisableStacktrace = true
	console, err := quiet.Build()
	if err != nil {
		return err
	}
	w := lineage.New(lineage.Options{
		Store: steppedLog{log, o.ClockStep}, Letters: kafka.DeadLetters(o.Letters), Cluster: cluster, Log: console,
		NotStored: store.NotStored,
		MaxRows:   500, MaxAge: 200 * time.Millisecond, Window: 2048,
		Lease: lease, Margin: margin, Drain: o.Drain, Check: 2 * time.Second, Idle: time.Second, Backoff: 50 * time.Millisecond,
	})
	g := kafka.Group(o.Group, o.Topic, stream.GroupOptions{
		Session: session, Rebalance: o.Rebalance, Heartbeat: time.Second,
		Report: func(err error) { console.Warn("group", zap.Error(err)) },
	})
	return g.Run(ctx, w.Serve)
}

// A steppedLog is a log whose clock the campaign steps. What counts is how the
// clock that a lease was made by and the clock that it is held against differ:
// the server's own is left alone, and the one that writers read is moved.
type steppedLog struct {
	*store.Log
	file string
}

func (l steppedLog) Clock(ctx context.Context) (time.Time, error) {
	t, err := l.Log.Clock(ctx)
	text, _ := os.ReadFile(l.file)
	step, _ := strconv.Atoi(strings.TrimSpace(string(text))) // no file: no step
	return t.Add(time.Duration(step) * time.Millisecond), err
}
