package producer

import (
	"bytes"
	"io"

	"github.com/segmentio/kafka-go"
)

// records reads a batch as kafka-go wants it, one record at a time, without
// copying. Each attempt has its own: a request that was given up may still be read.
type records struct {
	batch      []item
	record     kafka.Record
	key, value payload
	headers    []kafka.Header
}

type payload struct{ bytes.Reader }

func (*payload) Close() error { return nil }

func newRecords(batch []item) *records {
	return &records{batch: append([]item(nil), batch...)}
}

// ReadRecord returns the next record; it is valid until the next call.
func (r *records) ReadRecord() (*kafka.Record, error) {
	if len(r.batch) == 0 {
		return nil, io.EOF
	}
	m := r.batch[0].message
	r.batch = r.batch[1:]
	r.headers = r.headers[:0]
	for _, h := range m.Headers {
		r.headers = append(r.headers, kafka.Header{Key: h.Name, Value: h.Value})
	}
	r.record = kafka.Record{Key: r.key.of(m.Key), Value: r.value.of(m.Value), Headers: r.headers}
	return &r.record, nil
}

// of is b as kafka-go's Bytes; nil stays nil (a tombstone).
func (p *payload) of(b []byte) kafka.Bytes {
	if b == nil {
		return nil
	}
	p.Reset(b)
	return p
}
