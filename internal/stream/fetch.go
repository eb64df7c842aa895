package stream

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// The sizes of a fetch. A single record batch larger than fetchBytes still
// comes whole; fetchWait is how long an idle partition's request rests at the broker.
const (
	fetchBytes    = 1 << 20
	fetchWait     = 2 * time.Second
	frameMax      = 512 << 20
	fetchVersion  = 11 // what kafka-go negotiates with every broker since 2.3
	readCommitted = 1
)

// Read gives records of a partition from an offset on; it waits a moment for
// the first. The batch is the caller's. An offset that Kafka does not have is
// an *OffsetError.
func (c *Client) Read(ctx context.Context, topic string, partition int32, from int64) (Batch, error) {
	var b Batch
	err := c.fetch(ctx, topic, partition, from, &b)
	return b, err
}

// fetch is Read into memory that is used again. It asks for committed records
// through kafka-go's connections but reads the answer in one piece: kafka-go's
// own reader copies each value out of 64 KiB pages, ignores read_committed and
// forgets the offsets of empty batches.
func (c *Client) fetch(ctx context.Context, topic string, partition int32, from int64, b *Batch) error {
	attempts := 0
	err := retry(ctx, func(ctx context.Context) error {
		attempts++
		return c.fetchOnce(ctx, topic, partition, from, b)
	})
	b.Troubled = attempts > 1
	if errors.Is(err, kafka.OffsetOutOfRange) {
		return c.outOfRange(ctx, topic, partition, from)
	}
	if err != nil {
		return fmt.Errorf("fetch %s/%d at %d: %w", topic, partition, from, err)
	}
	return nil
}

func (c *Client) fetchOnce(ctx context.Context, topic string, partition int32, from int64, b *Batch) error {
	b.reset()
	b.Next = from
	frame := b.frame
	b.frame = nil // an abandoned request may still be writing to it
	r, err := c.transport.RoundTrip(ctx, c.addr, &fetchRequest{
		clientID: c.config.ClientID, topic: topic, partition: partition, offset: from, frame: frame,
	})
	if err != nil {
		return err
	}
	b.frame = r.(*fetchResponse).frame
	return b.read(from)
}

func (c *Client) outOfRange(ctx context.Context, topic string, partition int32, from int64) error {
	rs, err := c.ranges(ctx, topic, []int{int(partition)})
	if err != nil {
		return err
	}
	if len(rs) != 1 || (from >= rs[0].First && from <= rs[0].End) {
		return fmt.Errorf("fetch %s/%d at %d: %w", topic, partition, from, kafka.LeaderNotAvailable) // moved on meanwhile
	}
	return &OffsetError{Topic: topic, Partition: partition, Offset: from, First: rs[0].First, End: rs[0].End}
}

// A fetchRequest is a Fetch request v11 for one partition. kafka-go routes it
// to the leader and lends it the connection.
type fetchRequest struct {
	clientID  string
	topic     string
	partition int32
	offset    int64
	frame     []byte
	version   int16
}

type fetchResponse struct{ frame []byte }

func (*fetchRequest) ApiKey() protocol.ApiKey  { return protocol.Fetch }
func (*fetchResponse) ApiKey() protocol.ApiKey { return protocol.Fetch }

func (r *fetchRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	p, ok := cluster.Topics[r.topic].Partitions[r.partition]
	if !ok {
		return protocol.Broker{}, kafka.UnknownTopicOrPartition
	}
	broker, ok := cluster.Brokers[p.Leader]
	if !ok {
		return protocol.Broker{}, kafka.LeaderNotAvailable
	}
	return broker, nil
}

func (r *fetchRequest) Required(versions map[protocol.ApiKey]int16) bool {
	r.version = versions[protocol.Fetch]
	return true
}

func (r *fetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if r.version != fetchVersion {
		return nil, fmt.Errorf("%w: fetch v%d", kafka.UnsupportedVersion, r.version)
	}
	if _, err := rw.Write(r.encode()); err != nil {
		return nil, err
	}
	var size [4]byte
	if _, err := io.ReadFull(rw, size[:]); err != nil {
		return nil, err
	}
	n := int(int32(binary.BigEndian.Uint32(size[:])))
	if n < 4 || n > frameMax {
		return nil, fmt.Errorf("answer of %d bytes", n)
	}
	if cap(r.frame) < n {
		r.frame = make([]byte, n)
	}
	r.frame = r.frame[:n]
	_, err := io.ReadFull(rw, r.frame)
	return &fetchResponse{r.frame}, err
}

func (r *fetchRequest) encode() []byte {
	be := binary.BigEndian
	text := func(b []byte, s string) []byte { return append(be.AppendUint16(b, uint16(len(s))), s...) }
	b := make([]byte, 4, 128+len(r.clientID)+len(r.topic))
	b = be.AppendUint16(b, uint16(protocol.Fetch))
	b = be.AppendUint16(b, fetchVersion)
	b = be.AppendUint32(b, 1) // correlation: a connection carries one request at a time
	b = text(b, r.clientID)
	b = be.AppendUint32(b, ^uint32(0)) // replica: a consumer
	b = be.AppendUint32(b, uint32(fetchWait.Milliseconds()))
	b = be.AppendUint32(b, 1) // min bytes
	b = be.AppendUint32(b, fetchBytes)
	b = append(b, readCommitted)
	b = be.AppendUint32(b, 0)          // no session
	b = be.AppendUint32(b, ^uint32(0)) // nor its epoch
	b = be.AppendUint32(b, 1)          // topics
	b = text(b, r.topic)
	b = be.AppendUint32(b, 1) // partitions
	b = be.AppendUint32(b, uint32(r.partition))
	b = be.AppendUint32(b, ^uint32(0)) // leader epoch unknown
	b = be.AppendUint64(b, uint64(r.offset))
	b = be.AppendUint64(b, ^uint64(0)) // log start: followers only
	b = be.AppendUint32(b, fetchBytes)
	b = be.AppendUint32(b, 0) // forgotten topics
	b = text(b, "")           // rack
	be.PutUint32(b, uint32(len(b)-4))
	return b
}
