package producer

import (
	"context"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

// remembered is how long the number of partitions is taken to stay the same.
const remembered = 5 * time.Second

// recordOverhead is about what Kafka's batch format adds to a record or header.
const recordOverhead = 24

// send puts the call's events into the lanes of their partitions, in their order.
func (p *Producer) send(c *call, ms []event.Message) {
	n, err := p.count(c)
	if err != nil {
		for i := range ms {
			c.settle(i, nil, err)
		}
		return
	}
	groups := make(map[int][]item)
	for i := range ms {
		if c.results[i] != errPending { //nolint:errorlint // a mark, never wrapped
			continue
		}
		partition := event.Partition(ms[i].Key, n)
		groups[partition] = append(groups[partition], item{&ms[i], c, i, size(&ms[i])})
	}
	for partition, items := range groups {
		p.lane(partition).push(items)
	}
}

// size is about what the message takes in a batch.
func size(m *event.Message) int {
	return m.Size() + (1+len(m.Headers))*recordOverhead
}

func (p *Producer) lane(partition int) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lanes[partition]
	if l == nil {
		l = &lane{producer: p, partition: partition, wake: make(chan struct{}, 1)}
		p.lanes[partition] = l
		p.loops.Go(func() { l.run(p.ctx) })
	}
	return l
}

// count is the topic's number of partitions. Where the brokers do not answer,
// the number that held before does; without one it asks again until the call ends.
func (p *Producer) count(c *call) (int, error) {
	for attempt := 1; ; attempt++ {
		n, fresh := p.known()
		if fresh {
			return n, nil
		}
		asked, err := p.ask(c.ctx)
		switch {
		case err == nil:
			return asked, nil
		case n > 0:
			return n, nil
		case c.ctx.Err() != nil:
			return 0, unacknowledged(p.o.Topic, c.ctx.Err(), c.last)
		case final(err):
			return 0, refusal(p.o.Topic, err)
		}
		c.note(err)
		if p.o.OnRetry != nil {
			p.o.OnRetry(Retry{Partition: -1, Attempt: attempt, Events: len(c.results), Err: err})
		}
		p.pause(c.ctx, attempt)
	}
}

func (p *Producer) known() (n int, fresh bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.partitions, p.partitions > 0 && time.Since(p.asked) < remembered
}

func (p *Producer) ask(ctx context.Context) (int, error) {
	res, err := p.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{p.o.Topic}})
	if err != nil {
		return 0, err
	}
	for _, t := range res.Topics {
		if t.Name != p.o.Topic {
			continue
		}
		if t.Error != nil {
			return 0, t.Error
		}
		if len(t.Partitions) == 0 {
			break
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.partitions, p.asked = len(t.Partitions), time.Now()
		return p.partitions, nil
	}
	return 0, kafka.UnknownTopicOrPartition
}

// Ready says whether the brokers answer and have the topic, and else why not.
func (p *Producer) Ready(ctx context.Context) error {
	// Metadata alone may be remembered from better days.
	if _, err := p.client.ApiVersions(ctx, &kafka.ApiVersionsRequest{}); err != nil {
		return err
	}
	_, err := p.ask(ctx)
	return err
}
