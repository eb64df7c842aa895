package producer

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

// An item is a message on its way.
type item struct {
	message *event.Message
	call    *call
	index   int // in the call
	size    int
}

// A lane is the way to one partition: one request is under way at a time, and
// what arrives meanwhile makes up the next, whoever emits it. So order holds
// within a partition over every retry.
type lane struct {
	producer  *Producer
	partition int
	wake      chan struct{}

	mu    sync.Mutex
	queue []item
	bytes int
}

func (l *lane) push(items []item) {
	l.mu.Lock()
	l.queue = append(l.queue, items...)
	for i := range items {
		l.bytes += items[i].size
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run sends until ctx ends.
func (l *lane) run(ctx context.Context) {
	for {
		if batch := l.take(); len(batch) > 0 {
			l.deliver(ctx, batch)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
			l.linger(ctx)
		}
	}
}

// linger gives a batch that is not full the time to fill.
func (l *lane) linger(ctx context.Context) {
	if l.producer.o.Linger == 0 {
		return
	}
	over := time.NewTimer(l.producer.o.Linger)
	defer over.Stop()
	for {
		l.mu.Lock()
		full := l.bytes >= l.producer.o.BatchBytes
		l.mu.Unlock()
		if full {
			return
		}
		select {
		case <-over.C:
			return
		case <-ctx.Done():
			return
		case <-l.wake:
		}
	}
}

// take cuts the next batch from the queue: one item at least.
func (l *lane) take() []item {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, size := 0, 0
	for n < len(l.queue) && (n == 0 || size+l.queue[n].size <= l.producer.o.BatchBytes) {
		size += l.queue[n].size
		n++
	}
	batch := l.queue[:n:n]
	if l.queue = l.queue[n:]; len(l.queue) == 0 {
		l.queue = nil // lets go of what was sent
	}
	l.bytes -= size
	return batch
}

// deliver sends the batch until the broker has it, refuses it, or nobody waits
// for it any more.
func (l *lane) deliver(ctx context.Context, batch []item) {
	for attempt := 1; ; attempt++ {
		if batch = live(batch); len(batch) == 0 {
			return
		}
		err := l.producer.produce(ctx, l.partition, batch)
		switch {
		case err == nil:
			settle(batch, nil)
			return
		case tooLarge(err) && len(batch) > 1:
			l.deliver(ctx, batch[:len(batch)/2])
			l.deliver(ctx, batch[len(batch)/2:])
			return
		case final(err):
			settle(batch, refusal(l.producer.o.Topic, err))
			return
		}
		l.retry(ctx, attempt, batch, err)
		if ctx.Err() != nil {
			return // closed: the callers know by themselves
		}
	}
}

// retry notes why the attempt failed and waits before the next one.
func (l *lane) retry(ctx context.Context, attempt int, batch []item, err error) {
	for i := range batch {
		batch[i].call.note(err)
	}
	if l.producer.o.OnRetry != nil {
		l.producer.o.OnRetry(Retry{Partition: l.partition, Attempt: attempt, Events: len(batch), Err: err})
	}
	l.producer.pause(ctx, attempt)
}

// live drops the items that must not be sent any more.
func live(batch []item) []item {
	kept := batch[:0]
	for _, it := range batch {
		if err := it.call.stopped(it.message.Key); err == nil {
			kept = append(kept, it)
		} else if it.call.ctx.Err() == nil {
			it.call.settle(it.index, it.message.Key, err)
		}
	}
	return kept
}

func settle(batch []item, err error) {
	for i := range batch {
		batch[i].call.settle(batch[i].index, batch[i].message.Key, err)
	}
}

// produce makes one attempt.
func (p *Producer) produce(ctx context.Context, partition int, batch []item) error {
	res, err := p.client.Produce(ctx, &kafka.ProduceRequest{
		Topic:        p.o.Topic,
		Partition:    partition,
		RequiredAcks: kafka.RequireAll,
		Compression:  p.o.Compression,
		Records:      newRecords(batch),
	})
	if err != nil {
		return err
	}
	return res.Error
}

// pause waits longer with every attempt, and never quite as long as others do.
func (p *Producer) pause(ctx context.Context, attempt int) {
	d := p.o.MaxBackoff
	if attempt < 16 {
		d = min(d, p.o.MinBackoff<<(attempt-1))
	}
	timer := time.NewTimer(d/2 + rand.N(d/2+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
