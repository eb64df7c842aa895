package producer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func load(n int) []event.Message {
	ms := make([]event.Message, n)
	for i := range ms {
		ms[i] = message(fmt.Sprintf("tmall:%d", i%1000), i)
		for len(ms[i].Value) < 700 {
			ms[i].Value = append(ms[i].Value, fmt.Sprintf(`,"member%d":"value"`, len(ms[i].Value))...)
		}
	}
	return ms
}

func perSecond(b *testing.B, events int) {
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkEmit(b *testing.B) {
	for _, size := range []int{1, 100, 10000} {
		for _, c := range []kafka.Compression{0, kafka.Lz4, kafka.Zstd} {
			b.Run(fmt.Sprintf("batch=%d/compression=%v", size, c), func(b *testing.B) {
				k := startBroker(b, 16)
				p, ms := k.producer(producer.Options{Compression: c}), load(size)
				b.ReportAllocs()
				for b.Loop() {
					if err := p.EmitMessages(b.Context(), ms...); err != nil {
						b.Fatal(err)
					}
				}
				perSecond(b, size)
			})
		}
	}
}

// What a service does: typed events, encoded, checked and sent.
func BenchmarkEmitTyped(b *testing.B) {
	k := startBroker(b, 16)
	p, err := producer.New(k.addrs, producer.Options{})
	if err != nil {
		b.Fatal(err)
	}
	const size = 1000
	es := make([]event.Event, size)
	for i := range es {
		es[i] = used(fmt.Sprint(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Emit(b.Context(), es...); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, size)
}

// 64 callers, one event each at a time.
func BenchmarkEmitConcurrent(b *testing.B) {
	for _, linger := range []time.Duration{0, time.Millisecond, 5 * time.Millisecond} {
		b.Run(fmt.Sprint("linger=", linger), func(b *testing.B) {
			k := startBroker(b, 16)
			p, ms := k.producer(producer.Options{Linger: linger}), load(1000)
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					if err := p.EmitMessages(b.Context(), ms[i%1000]); err != nil {
						b.Error(err)
					}
				}
			})
			perSecond(b, 1)
		})
	}
}

// What kafka-go's own Writer does with the same load: see docs/decisions.
func BenchmarkWriter(b *testing.B) {
	writer := func(b *testing.B, linger time.Duration) *kafka.Writer {
		k := startBroker(b, 16)
		return &kafka.Writer{Addr: kafka.TCP(k.addrs...), Topic: producer.Topic, Balancer: kafka.Murmur2Balancer{Consistent: true},
			RequiredAcks: kafka.RequireAll, BatchBytes: 900 << 10, BatchSize: 100, BatchTimeout: linger}
	}
	convert := func(ms []event.Message) (out []kafka.Message) {
		for _, m := range ms {
			out = append(out, kafka.Message{Key: m.Key, Value: m.Value, Headers: []kafka.Header{{Key: m.Headers[0].Name, Value: m.Headers[0].Value}}})
		}
		return out
	}
	for _, size := range []int{1, 100, 10000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			w, ms := writer(b, time.Millisecond), load(size)
			b.ReportAllocs()
			for b.Loop() {
				if err := w.WriteMessages(b.Context(), convert(ms)...); err != nil {
					b.Fatal(err)
				}
			}
			perSecond(b, size)
		})
	}
	b.Run("concurrent", func(b *testing.B) {
		w, ms := writer(b, time.Millisecond), load(1000)
		b.ReportAllocs()
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				if err := w.WriteMessages(b.Context(), convert(ms[i%1000:i%1000+1])...); err != nil {
					b.Error(err)
				}
			}
		})
		perSecond(b, 1)
	})
}
