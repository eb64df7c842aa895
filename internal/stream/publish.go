package stream

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

// A Publisher puts messages into a topic that is for other systems.
type Publisher struct {
	client *Client
	topic  string
}

// Publisher returns a publisher into topic.
func (c *Client) Publisher(topic string) *Publisher { return &Publisher{c, topic} }

// Publish returns when every message is on all in-sync replicas, placed by its key
// as Java does, or with an error that leaves open which are; publishing them again
// is then right.
func (p *Publisher) Publish(ctx context.Context, messages []event.Message) error {
	if len(messages) == 0 {
		return nil
	}
	ids, err := p.client.partitions(ctx, p.topic)
	if err != nil {
		return err
	}
	byPartition, sizes := map[int][]event.Message{}, map[int]int{}
	for _, m := range messages {
		id := kafka.Murmur2Balancer{}.Balance(kafka.Message{Key: m.Key}, ids...)
		if sizes[id] > 0 && sizes[id]+m.Size() > letterBytes {
			if err := p.produce(ctx, id, byPartition[id]); err != nil {
				return err
			}
			byPartition[id], sizes[id] = nil, 0
		}
		byPartition[id], sizes[id] = append(byPartition[id], m), sizes[id]+m.Size()
	}
	for id, part := range byPartition {
		if err := p.produce(ctx, id, part); err != nil {
			return err
		}
	}
	return nil
}

func (p *Publisher) produce(ctx context.Context, partition int, messages []event.Message) error {
	if err := p.client.produce(ctx, p.topic, partition, messages); err != nil {
		return fmt.Errorf("publish %d messages into %s: %w", len(messages), p.topic, err)
	}
	return nil
}
