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
	return producer.New(p.Brokers, producer.Options{Topic: p.Topic, Compression: p.Compression})
}

func openEmit(p place, events *pool) (sender, error) {
	c, err := openProducer(p)
	return custody{c, func(ctx context.Context, from, to int) error { return c.Emit(ctx, events.typed[from:to]...) }}, err
}

func openEmitCloudEvent(p place, events *pool) (sender, error) {
	c, err := openProducer(p)
	return custody{c, func(ctx context.Context, from, to int) error { return c.EmitCloudEvent(ctx, events.clouds[from:to]...) }}, err
}

func openEmitMessages(p place, events *pool) (sender, error) {
	c, err := openProducer(p)
	return custody{c, func(ctx context.Context, from, to int) error { return c.EmitMessages(ctx, events.messages[from:to]...) }}, err
}
