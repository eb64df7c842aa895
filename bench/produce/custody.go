package main

import (
	"context"

	"github.com/datacustody/custody/producer"
)

// custody sends with Custody's own SDK.
type custody struct {
	*producer.Producer
	emit func(ctx context.Context, from, to int) error
}

func (c custody) send(ctx context.Context, from, n int) error { return c.emit(ctx, from, from+n) }
func (c custody) close(ctx context.Context) error             { return c.Close(ctx) }

func openProducer(p place) (*producer.Producer, error) {
	return producer.New(p.Brokers, producer.Options{Topic: p.Topic, Compression: p.Compression, Linger: p.Linger})
}

func openEmit(p place, events *pool) (sender, error) {
	es, err := events.typed()
	if err != nil {
		return nil, err
	}
	c, err := openProducer(p)
	return custody{c, func(ctx context.Context, from, to int) error { return c.Emit(ctx, es[from:to]...) }}, err
}

func openEmitCloudEvent(p place, events *pool) (sender, error) {
	es, err := events.clouds()
	if err != nil {
		return nil, err
	}
	c, err := openProducer(p)
	return custody{c, func(ctx context.Context, from, to int) error { return c.EmitCloudEvent(ctx, es[from:to]...) }}, err
}

func openEmitMessages(p place, events *pool) (sender, error) {
	c, err := openProducer(p)
	return custody{c, func(ctx context.Context, from, to int) error { return c.EmitMessages(ctx, events.messages[from:to]...) }}, err
}

// lingering is a producer that waits for a fuller batch as long as the Writer does.
func lingering(open func(place, *pool) (sender, error)) func(place, *pool) (sender, error) {
	return func(p place, events *pool) (sender, error) {
		p.Linger = batchTimeout
		return open(p, events)
	}
}
