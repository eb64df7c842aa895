package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/internal/stream"
)

// A site is what all contestants share: Kafka, ClickHouse and a folder.
type site struct {
	o      settings
	dir    string
	broker broker
	server *server
	stream *stream.Client
	admin  *kafka.Client
	undo   []func() error // last first
}

// topic is the same for all: Custody reads no other.
const topic = stream.EventsTopic

func newSite(ctx context.Context, o settings) (s *site, err error) {
	s = &site{o: o}
	if err = s.build(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *site) build(ctx context.Context) (err error) {
	if s.o.custody, err = filepath.Abs(s.o.custody); err != nil {
		return err
	}
	if _, err := os.Stat(s.o.custody); err != nil {
		return fmt.Errorf("no binary of Custody: %w; run make build, or see -custody", err)
	}
	if s.dir, err = os.MkdirTemp("", "custody-pipe-"); err != nil {
		return err
	}
	s.undo = append(s.undo, func() error { return os.RemoveAll(s.dir) })
	progress("starting Kafka and ClickHouse")
	if s.broker, err = startBroker(ctx, s.o.kafka, s.dir); err != nil {
		return err
	}
	s.undo = append(s.undo, s.broker.close)
	if s.server, err = startServer(ctx, filepath.Join(s.dir, "clickhouse")); err != nil {
		return err
	}
	s.undo = append(s.undo, s.server.close)
	s.stream = stream.New(stream.Config{Brokers: s.broker.addrs, ClientID: "bench"})
	s.undo = append(s.undo, func() error { s.stream.Close(); return nil })
	s.admin = &kafka.Client{Addr: kafka.TCP(s.broker.addrs...), Timeout: 10 * time.Second}
	if err := s.run(ctx, "migrate", "--clickhouse-password", s.server.passwords["admin"]); err != nil {
		return err
	}
	return s.server.makeTables(ctx)
}

// run runs a command of Custody that ends.
func (s *site) run(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, s.o.custody, args...)
	cmd.Env = s.custodyEnv()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("custody %s: %w: %s", args[0], err, out)
	}
	return nil
}

// custodyEnv is all that Custody is told: where Kafka and ClickHouse are.
func (s *site) custodyEnv() []string {
	return append(os.Environ(), "CUSTODY_KAFKA="+strings.Join(s.broker.addrs, ","), "CUSTODY_CLICKHOUSE="+s.server.native)
}

// makeTopic makes the topic as Custody's users do.
func (s *site) makeTopic(ctx context.Context) error {
	return s.run(ctx, "topic", "create", "--partitions", fmt.Sprint(s.o.partitions))
}

// renewTopic makes it empty.
func (s *site) renewTopic(ctx context.Context) error {
	r, err := s.admin.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{topic}})
	if err == nil {
		err = r.Errors[topic]
	}
	if err != nil {
		return fmt.Errorf("delete the topic: %w", err)
	}
	for { // it goes in its own time
		m, err := s.admin.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
		if err != nil {
			return fmt.Errorf("is the topic gone: %w", err)
		}
		if len(m.Topics) == 0 || errors.Is(m.Topics[0].Error, kafka.UnknownTopicOrPartition) {
			return s.makeTopic(ctx)
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// close ends all of it and leaves nothing on the disk.
func (s *site) close() (err error) {
	for i := len(s.undo) - 1; i >= 0; i-- {
		err = errors.Join(err, s.undo[i]())
	}
	s.undo = nil
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
