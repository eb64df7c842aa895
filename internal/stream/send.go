package stream

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

// Send puts a message into a topic and returns when it is on all in-sync
// replicas, or with an error that leaves open whether it is.
func (c *Client) Send(ctx context.Context, topic string, m event.Message) error {
	ids, err := c.partitions(ctx, topic)
	if err != nil {
		return err
	}
	partition := kafka.Murmur2Balancer{}.Balance(kafka.Message{Key: m.Key}, ids...)
	if err := c.produce(ctx, topic, partition, []event.Message{m}); err != nil {
		return fmt.Errorf("send to %s: %w", topic, err)
	}
	return nil
}

// produce puts messages into a partition, again where that may help. The records are
// made anew for each attempt: one reads keys and values up, and the next would send
// nothing in their place.
func (c *Client) produce(ctx context.Context, topic string, partition int, messages []event.Message) error {
	return retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.Produce(ctx, &kafka.ProduceRequest{
			Topic: topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: recordsOf(messages),
		})
		if err != nil {
			return err
		}
		return r.Error
	})
}

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
