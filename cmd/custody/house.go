package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/clickhouse"
)

// A House is Kafka and ClickHouse, with topics and tables made: on this machine,
// but for those that the caller has servers of.
type house struct {
	kafka      *embedded.Kafka      // nil: a server
	clickhouse *embedded.ClickHouse // nil: a server
	servers    servers              // how commands reach them
}

// A Plot is where a house stands; port 0 is any free one.
type plot struct {
	dir                                 string
	kafkaPort, clickhousePort, httpPort int
	servers                             servers      // used instead of one's own, where given
	progress                            func(string) // told what a long start is doing
}

// build puts up a house and tells each step when it is done.
func build(ctx context.Context, p plot, tell func(what string, took time.Duration)) (h *house, err error) {
	h = &house{servers: p.servers}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	for _, step := range []struct {
		what string
		do   func(context.Context, plot) error
	}{
		{"Kafka", h.startKafka},
		{"ClickHouse", h.startClickHouse},
		{"tables", h.migrate},
		{"topics", h.topics},
	} {
		began := time.Now()
		if err := step.do(ctx, p); err != nil {
			return h, fmt.Errorf("%s: %w", step.what, err)
		}
		tell(step.what, time.Since(began))
	}
	return h, nil
}

func (h *house) startKafka(ctx context.Context, p plot) (err error) {
	if p.servers.kafkaGiven {
		return nil
	}
	h.kafka, err = embedded.StartKafka(ctx, filepath.Join(p.dir, "kafka"), p.kafkaPort)
	if err == nil {
		h.servers.kafka = kafkaServer{brokers: []string{h.kafka.Addr()}}
	}
	return err
}

func (h *house) startClickHouse(ctx context.Context, p plot) (err error) {
	if p.servers.clickhouseGiven {
		return nil
	}
	h.clickhouse, err = embedded.StartClickHouse(ctx, embedded.Options{
		Dir: filepath.Join(p.dir, "clickhouse"), TCPPort: p.clickhousePort, HTTPPort: p.httpPort, Progress: p.progress,
	})
	if err == nil {
		h.servers.clickhouse = clickhouseServer{addresses: []string{h.clickhouse.Addr()}, passwords: h.clickhouse.Passwords()}
	}
	return err
}

func (h *house) migrate(ctx context.Context, _ plot) error {
	db, err := h.servers.store(roleAdmin)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx, clickhouse.Migrations, func(store.Step) {}), db.Close())
}

func (h *house) topics(ctx context.Context, _ plot) error {
	client := h.servers.stream("topic")
	defer client.Close()
	return topics{partitions: 8, replication: 1}.create(ctx, client, func(string, bool) {})
}

// consumer wires the writer of the log into the house.
func (h *house) consumer(w writing, log *zap.Logger, registry *prometheus.Registry, health *daemon.Health) (run func(context.Context) error, release func() error, err error) {
	db, err := store.OpenLog(h.servers.storeConfig(roleWriter))
	if err != nil {
		return nil, nil, err
	}
	health.Add("clickhouse", func(ctx context.Context) error { _, err := db.Clock(ctx); return err })
	kafka := h.servers.stream("consume")
	return w.consumer(db, kafka, &h.servers.contract, log, registry, health), func() error { kafka.Close(); return db.Close() }, nil
}

// Close takes the house down, Kafka last: what is in it stays on disk.
func (h *house) Close() (err error) {
	if h.clickhouse != nil {
		err = h.clickhouse.Close()
	}
	if h.kafka != nil {
		err = errors.Join(err, h.kafka.Close())
	}
	return err
}
