package notice

import (
	"context"
	"fmt"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/schemas/event"
)

// A Topics puts a message into a topic. It returns nil when the message is on all
// in-sync replicas.
type Topics interface {
	Send(ctx context.Context, topic string, m event.Message) error
}

// A Kafka puts notices into a party's topic, as CloudEvents in structured mode.
// The key is the notice's id: a compacted topic holds it once.
type Kafka struct {
	Topics Topics
	Topic  string
	Source string
}

// Send returns when the brokers have the notice.
func (k Kafka) Send(ctx context.Context, n erasure.Notification) error {
	err := k.Topics.Send(ctx, k.Topic, event.Message{
		Key: []byte(n.ID), Value: n.CloudEvent(k.Source),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json; charset=UTF-8")}},
	})
	if err != nil {
		return fmt.Errorf("put a notice into topic %s: %w", k.Topic, err)
	}
	return nil
}
