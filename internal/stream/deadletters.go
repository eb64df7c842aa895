package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

// letterBytes is about how much goes into one produce request, well below the
// megabyte that brokers take by default.
const letterBytes = 256 << 10

// DeadLetters is the topic of refused records.
type DeadLetters struct {
	client *Client
	topic  string
}

// DeadLetters returns the dead letters of a topic.
func (c *Client) DeadLetters(topic string) *DeadLetters { return &DeadLetters{client: c, topic: topic} }

// Publish returns when every letter is on all in-sync replicas, or with an
// error that leaves open which are; publishing them again is then right. A
// letter that the broker finds too large goes as a pointer.
func (d *DeadLetters) Publish(ctx context.Context, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	ids, err := d.client.partitions(ctx, d.topic)
	if err != nil {
		return err
	}
	byPartition := map[int][]Letter{}
	for _, l := range letters {
		p := kafka.Murmur2Balancer{}.Balance(kafka.Message{Key: []byte(l.ID.String())}, ids...)
		byPartition[p] = append(byPartition[p], l)
	}
	for p, ls := range byPartition {
		for len(ls) > 0 {
			n, size := 0, 0
			for n < len(ls) && (n == 0 || size+ls[n].Size() <= letterBytes) {
				size += ls[n].Size()
				n++
			}
			if err := d.produce(ctx, p, ls[:n]); err != nil {
				return fmt.Errorf("publish %d dead letters: %w", n, err)
			}
			ls = ls[n:]
		}
	}
	return nil
}

func (d *DeadLetters) produce(ctx context.Context, partition int, letters []Letter) error {
	err := d.client.produce(ctx, d.topic, partition, written(letters))
	if !errors.Is(err, kafka.MessageSizeTooLarge) && !errors.Is(err, kafka.RecordListTooLarge) {
		return err
	}
	if len(letters) > 1 {
		half := len(letters) / 2
		return errors.Join(d.produce(ctx, partition, letters[:half]), d.produce(ctx, partition, letters[half:]))
	}
	if letters[0].Message.Value == nil {
		return err
	}
	return d.produce(ctx, partition, []Letter{letters[0].pointer()})
}

// written are letters as messages, each under its key.
func written(letters []Letter) []event.Message {
	messages := make([]event.Message, len(letters))
	for i, l := range letters {
		messages[i] = l.Message
		messages[i].Key = []byte(l.ID.String())
	}
	return messages
}
