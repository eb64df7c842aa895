package main

import (
	"context"
	"time"

	"github.com/segmentio/kafka-go"
)

// A sender sends events [from, from+n) of a pool and returns when all in-sync
// replicas have them. It is safe for concurrent use.
type sender interface {
	send(ctx context.Context, from, n int) error
	close(ctx context.Context) error
}

// A place is where events go.
type place struct {
	Brokers     []string
	Topic       string
	Compression kafka.Compression
	Linger      time.Duration `json:"-"` // of Custody's producer
}

// bareWriter is what the others are compared with.
const bareWriter = "kafka-go Writer"

// A contestant is one way of sending.
type contestant struct {
	name     string
	settings string // written down beside the results
	open     func(place, *pool) (sender, error)
}

var contestants = []contestant{
	{
		"custody Emit", "`producer.New(brokers, producer.Options{})`: typed events, validated, encoded, placed by subject", openEmit,
	},
	{
		"custody EmitCloudEvent", "the same producer: events of the CloudEvents SDK, encoded by it, checked as the consumer checks them", openEmitCloudEvent,
	},
	{
		"custody EmitMessages", "the same producer: bytes encoded beforehand, checked as the consumer checks them", openEmitMessages,
	},
	{
		"custody EmitMessages, 5 ms", "the same with `Linger` 5 ms: what the Writer waits for a fuller batch", lingering(openEmitMessages),
	},
	{
		bareWriter, "`RequireAll`, `Murmur2Balancer{Consistent: true}`, `BatchSize` 1,000, `BatchBytes` 900 KiB, `BatchTimeout` 5 ms: " +
			"bytes encoded beforehand, sent as they are, checked by nobody", openWriter,
	},
	{
		"sdk-go kafka_sarama", "`WaitForAll`, `HashPartitioner`, `MaxMessageBytes` 1 MiB, its own batching (what arrives while a request is under way), structured mode, key the subject: " +
			"a call of many events is as many goroutines, for `Send` takes one event", openSDKGo,
	},
}

// A load is how many events a call hands over, and how many callers share a sender.
type load struct{ Size, Callers int }

var loads = []load{{1, 64}, {100, 16}, {1000, 4}}
