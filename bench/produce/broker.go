package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit/apache"
)

// A broker is a Kafka of one node, with its data in a folder that goes with it.
type broker struct {
	name  string
	addrs []string
	close func()
}

// startBroker starts a "real" or an "embedded" Kafka. The embedded one is in this
// process: what contestants are charged with has nothing of it.
func startBroker(ctx context.Context, kind string) (b broker, err error) {
	dir, err := os.MkdirTemp("", "custody-produce-")
	if err != nil {
		return b, err
	}
	clean := func() { _ = os.RemoveAll(dir) }
	if kind == "embedded" {
		k, err := embedded.StartKafka(ctx, dir, 0)
		if err != nil {
			clean()
			return b, err
		}
		return broker{"the embedded Kafka", []string{k.Addr()}, func() { _ = k.Close(); clean() }}, nil
	}
	c, err := apache.Start(ctx, apache.Options{Dir: dir, Progress: func(what string) { fmt.Fprintln(os.Stderr, what) }})
	if err != nil {
		clean()
		return b, err
	}
	return broker{"Apache Kafka " + apache.Newest, c.Addrs(), func() { _ = c.Close(); clean() }}, nil
}

// topic makes a topic for one run; remove takes it and its gigabytes away.
func (b broker) topic(ctx context.Context, name string, partitions int) (remove func(), err error) {
	c := stream.New(stream.Config{Brokers: b.addrs})
	defer c.Close()
	t := stream.Topic{Name: name, Partitions: partitions, Replication: 1, Config: map[string]string{"file.delete.delay.ms": "1000"}}
	if b.name == "the embedded Kafka" {
		t.Config = nil
	}
	if _, err := c.EnsureTopic(ctx, t); err != nil {
		return nil, fmt.Errorf("make topic %s: %w", name, err)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		k := kafka.Client{Addr: kafka.TCP(b.addrs...)}
		_, _ = k.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{name}}) // else the disk is fuller, no more
	}, nil
}
