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
	err = retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.Produce(ctx, &kafka.ProduceRequest{
			Topic: topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: recordsOf([]event.Message{m}),
		})
		if err != nil {
			return err
		}
		return r.Error
	})
	if err != nil {
		return fmt.Errorf("send to %s: %w", topic, err)
	}
	return nil
}
