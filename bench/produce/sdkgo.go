package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/IBM/sarama"
	"github.com/cloudevents/sdk-go/protocol/kafka_sarama/v2"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
)

// sdkGo sends with the CloudEvents SDK, on its Kafka protocol that needs no cgo.
type sdkGo struct {
	client cloudevents.Client
	sender *kafka_sarama.Sender
	clouds []cloudevents.Event
	keys   []sarama.StringEncoder
}

func openSDKGo(p place, events *pool) (sender, error) {
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Partitioner = sarama.NewHashPartitioner
	config.Producer.Compression = sarama.CompressionCodec(p.Compression)
	config.Producer.MaxMessageBytes = 1 << 20
	clouds, err := events.clouds()
	if err != nil {
		return nil, err
	}
	sender, err := kafka_sarama.NewSender(p.Brokers, config, p.Topic)
	if err != nil {
		return nil, err
	}
	client, err := cloudevents.NewClient(sender)
	if err != nil {
		return nil, err
	}
	s := &sdkGo{client: client, sender: sender, clouds: clouds}
	for _, m := range events.messages {
		s.keys = append(s.keys, sarama.StringEncoder(m.Key))
	}
	return s, nil
}

func (s *sdkGo) send(ctx context.Context, from, n int) error {
	if n == 1 {
		return s.sendOne(ctx, from)
	}
	var all sync.WaitGroup
	failed := make(chan error, n)
	for i := range n {
		all.Go(func() {
			if err := s.sendOne(ctx, from+i); err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed // nil where none failed
}

func (s *sdkGo) sendOne(ctx context.Context, i int) error {
	ctx = kafka_sarama.WithMessageKey(binding.WithForceStructured(ctx), s.keys[i])
	if result := s.client.Send(ctx, s.clouds[i]); cloudevents.IsUndelivered(result) {
		return fmt.Errorf("send: %w", result)
	}
	return nil
}

func (s *sdkGo) close(ctx context.Context) error { return s.sender.Close(ctx) }
