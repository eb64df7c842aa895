package stream

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/datacustody/custody/internal/simulate"
)

// perBatch is how many records are in a record batch of the answer, about as
// many as producers put into 64 KiB.
const perBatch = 100

// answer is a Fetch response of simulated events, as a broker sends it.
func answer(b *testing.B, codec kafka.Compression, batches int) []byte {
	b.Helper()
	shop := simulate.New(simulate.Options{Seed: 1, Start: time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)})
	var set []byte
	for n := range batches {
		var records []protocol.Record
		for i := range perBatch {
			m, _ := shop.Next()
			r := protocol.Record{Offset: int64(i), Time: time.UnixMilli(1_700_000_000_000), Key: protocol.NewBytes(m.Key), Value: protocol.NewBytes(m.Value)}
			for _, h := range m.Headers {
				r.Headers = append(r.Headers, protocol.Header{Key: h.Name, Value: h.Value})
			}
			records = append(records, r)
		}
		var out bytes.Buffer
		rs := protocol.RecordSet{Version: 2, Attributes: protocol.Attributes(codec), Records: protocol.NewRecordReader(records...)}
		if _, err := rs.WriteTo(&out); err != nil {
			b.Fatal(err)
		}
		batch := out.Bytes()[4:] // its length is before it
		binary.BigEndian.PutUint64(batch, uint64(n*perBatch))
		set = append(set, batch...)
	}
	be := binary.BigEndian
	f := be.AppendUint16(make([]byte, 8), 0)       // correlation, throttle, error
	f = be.AppendUint32(append(f, 0, 0, 0, 0), 1)  // session, topics
	f = append(be.AppendUint16(f, 1), 't')         //
	f = be.AppendUint32(f, 1)                      // partitions
	f = append(f, make([]byte, 4+2)...)            // its id, error
	f = be.AppendUint64(f, uint64(len(set)))       // high watermark
	f = be.AppendUint64(f, uint64(math.MaxUint64)) // last stable offset
	f = append(f, make([]byte, 8+4)...)            // log start, aborted
	f = be.AppendUint32(f, ^uint32(0))             // preferred replica
	return append(be.AppendUint32(f, uint32(len(set))), set...)
}

// BenchmarkRead takes apart an answer of simulated events, per codec; ns/op is per record.
func BenchmarkRead(b *testing.B) {
	for name, codec := range map[string]kafka.Compression{"none": 0, "gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd} {
		b.Run(name, func(b *testing.B) {
			const batches = 10
			batch := Batch{frame: answer(b, codec, batches)}
			read := func() {
				batch.reset()
				if err := batch.read(0); err != nil || len(batch.Records) != batches*perBatch {
					b.Fatal(err, len(batch.Records))
				}
			}
			read() // so that its memory is there
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += batches * perBatch {
				read()
			}
		})
	}
}
