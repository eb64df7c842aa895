// Package stream is Kafka: topics, the consumer group and its partitions,
// records, commits that carry an intent, dead letters. Its law: a commit is
// fenced by generation and member id, or it is not made; one whose answer is
// missing ends the membership; nothing is skipped without being said.
package stream

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
)

// The names that all of Custody agrees on.
const (
	EventsTopic     = "custody.events"
	DeadLetterTopic = "custody.dead-letter"
	FindingsTopic   = "custody.findings"
	LineageGroup    = "custody-lineage"
)

// Config says where Kafka is and who we are there.
type Config struct {
	Brokers  []string // host:port
	ClientID string
	TLS      *tls.Config
	SASL     sasl.Mechanism
}

// A Client talks to one Kafka cluster. It is safe for concurrent use.
type Client struct {
	config    Config
	addr      net.Addr
	transport *kafka.Transport
	kafka     *kafka.Client
}

// New returns a client; nothing is dialled before its first use.
func New(c Config) *Client {
	if c.ClientID == "" {
		c.ClientID = "custody"
	}
	t := &kafka.Transport{
		ClientID: c.ClientID, TLS: c.TLS, SASL: c.SASL,
		DialTimeout: 5 * time.Second, MetadataTTL: 6 * time.Second,
	}
	addr := kafka.TCP(c.Brokers...)
	return &Client{
		config:    c,
		addr:      addr,
		transport: t,
		kafka:     &kafka.Client{Addr: addr, Transport: t, Timeout: answerIn},
	}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// answerIn is how long a broker may take to answer a request that does not wait.
const answerIn = 10 * time.Second

// The errors that callers tell apart.
var (
	// ErrFenced: another member owns the partition now, or is about to.
	ErrFenced = errors.New("fenced: the partition has a new owner")
	// ErrNoAnswer: a commit was sent and nobody knows whether it was made.
	// The membership has ended; the group is joined again under a new member id.
	ErrNoAnswer = errors.New("commit without an answer")
)

// An OffsetError says that Kafka does not have the offset asked for: it has
// [First, End). Below First the records expired; beyond End the log was
// truncated or the topic recreated.
type OffsetError struct {
	Topic     string
	Partition int32
	Offset    int64
	First     int64
	End       int64
}

// Gone says that the records expired, rather than that they are not there yet.
func (e *OffsetError) Gone() bool { return e.Offset < e.First }

func (e *OffsetError) Error() string {
	return fmt.Sprintf("offset %d of %s/%d: kafka has [%d, %d)", e.Offset, e.Topic, e.Partition, e.First, e.End)
}

func (c *Client) String() string { return strings.Join(c.config.Brokers, ",") }
