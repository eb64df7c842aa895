package producer_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/metadata"
	"github.com/segmentio/kafka-go/protocol/produce"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A sinkhole is a cluster that takes every request, encoded, and keeps nothing.
type sinkhole struct{ partitions int }

func (s sinkhole) RoundTrip(_ context.Context, _ net.Addr, r kafka.Request) (kafka.Response, error) {
	p, ok := r.(*produce.Request)
	if !ok {
		t := metadata.ResponseTopic{Name: producer.Topic, Partitions: make([]metadata.ResponsePartition, s.partitions)}
		return &metadata.Response{Topics: []metadata.ResponseTopic{t}}, nil
	}
	p.Prepare(7)
	if err := protocol.WriteRequest(io.Discard, 7, 1, "bench", p); err != nil {
		return nil, err
	}
	return &produce.Response{Topics: []produce.ResponseTopic{{Topic: producer.Topic, Partitions: make([]produce.ResponsePartition, 1)}}}, nil
}

// BenchmarkSend is an Emit without a network: events checked, placed, put into
// requests and settled. Ns/op is per event.
func BenchmarkSend(b *testing.B) {
	typed := make([]event.Event, 1000)
	for i := range typed {
		typed[i] = used(fmt.Sprint(i))
	}
	shop := simulate.New(simulate.Options{Seed: 1, Start: time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)})
	ms := make([]event.Message, 1000)
	for i := range ms {
		ms[i], _ = shop.Next()
	}
	for name, emit := range map[string]func(p *producer.Producer, n int) error{
		"messages": func(p *producer.Producer, n int) error { return p.EmitMessages(context.Background(), ms[:n]...) },
		"typed":    func(p *producer.Producer, n int) error { return p.Emit(context.Background(), typed[:n]...) },
	} {
		for _, size := range []int{1, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d-a-call", name, size), func(b *testing.B) {
				p, err := producer.New([]string{"nowhere:1"}, producer.Options{})
				if err != nil {
					b.Fatal(err)
				}
				p.Over(sinkhole{16})
				b.ReportAllocs()
				for i := 0; i < b.N; i += size {
					if err := emit(p, size); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
