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
	err := retry(ctx, func(ctx context.Context) error {
		r, err := p.client.kafka.Produce(ctx, &kafka.ProduceRequest{
			Topic: p.topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: recordsOf(messages),
		})
		if err != nil {
			return err
		}
		return r.Error
	})
	if err != nil {
		return fmt.Errorf("publish %d messages into %s: %w", len(messages), p.topic, err)
	}
	return nil
}

// recordsOf are made anew for each attempt: one reads keys and values up, and the next
// would send nothing in their place.
func recordsOf(messages []event.Message) kafka.RecordReader {
	rs := make([]kafka.Record, len(messages))
	for i, m := range messages {
		rs[i] = kafka.Record{Key: kafka.NewBytes(m.Key), Value: kafka.NewBytes(m.Value)}
		for _, h := range m.Headers {
			rs[i].Headers = append(rs[i].Headers, kafka.Header{Key: h.Name, Value: h.Value})
		}
	}
	return kafka.NewRecordReader(rs...)
}
