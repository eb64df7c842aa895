package stream

import (
	"bytes"
	"context"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkRead takes apart an answer of 700-byte events; ns/op is per record.
func BenchmarkRead(b *testing.B) {
	for name, codec := range map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()} {
		b.Run(name, func(b *testing.B) {
			c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "t"))
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			p, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.DefaultProduceTopic("t"), kgo.ProducerBatchCompression(codec))
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			value := bytes.Repeat([]byte("event 12"), 700/8)
			var rs []*kgo.Record
			for range 2000 {
				rs = append(rs, &kgo.Record{Key: []byte("tmall:0192d3a4-0000-8000-8000-000000000001"), Value: value,
					Headers: []kgo.RecordHeader{{Key: "content-type", Value: []byte("application/cloudevents+json")}}})
			}
			if err := p.ProduceSync(context.Background(), rs...).FirstErr(); err != nil {
				b.Fatal(err)
			}
			client := New(Config{Brokers: c.ListenAddrs()})
			defer client.Close()
			batch, err := client.Read(context.Background(), "t", 0, 0)
			if err != nil {
				b.Fatal(err)
			}
			n := len(batch.Records)
			b.SetBytes(700)
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += n {
				batch.reset()
				if err := batch.read(0); err != nil || len(batch.Records) != n {
					b.Fatal(err, len(batch.Records))
				}
			}
		})
	}
}
