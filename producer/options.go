package producer

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"

	"github.com/datacustody/custody/schemas/event"
)

// Topic is where events go unless Options say otherwise.
const Topic = "custody.events"

// Options of a producer; the zero value is good for most.
type Options struct {
	Topic    string // "" = custody.events
	ClientID string // "" = custody-producer
	TLS      *tls.Config
	SASL     sasl.Mechanism // of kafka-go: sasl/plain, sasl/scram

	// BatchBytes bounds one request before compression; 0 = 900 KiB. Keep it
	// below the topic's max.message.bytes; a batch that is too large for the
	// broker is halved and sent again.
	BatchBytes int
	// Linger is how long a batch that is not full waits for more events. The
	// default, 0, waits for nothing: what arrives while a request is under way
	// makes up the next one.
	Linger      time.Duration
	Compression kafka.Compression // 0 = none

	RequestTimeout  time.Duration // of one attempt; 0 = 10 s
	DeliveryTimeout time.Duration // of an Emit with all its attempts; 0 = 1 min
	MinBackoff      time.Duration // before the second attempt; 0 = 50 ms
	MaxBackoff      time.Duration // 0 = 2 s

	// Check is what events are held to: it must be the consumer's.
	Check event.Options
	// Unchecked sends messages given to EmitMessages as they are: for those who
	// have checked them already, and for tests that need bad ones.
	Unchecked bool

	// OnRetry, if there, is told of each attempt that failed and will be made
	// again: the place for a log line or a counter. It must not block.
	OnRetry func(Retry)
}

// A Retry is an attempt that failed and will be made again.
type Retry struct {
	Partition, Attempt, Events int
	Err                        error // never holds a value of an event
}

func (o Options) withDefaults() (Options, error) {
	o.Topic = cmp.Or(o.Topic, Topic)
	o.ClientID = cmp.Or(o.ClientID, "custody-producer")
	o.BatchBytes = cmp.Or(o.BatchBytes, 900<<10)
	o.RequestTimeout = cmp.Or(o.RequestTimeout, 10*time.Second)
	o.DeliveryTimeout = cmp.Or(o.DeliveryTimeout, time.Minute)
	o.MinBackoff = cmp.Or(o.MinBackoff, 50*time.Millisecond)
	o.MaxBackoff = max(cmp.Or(o.MaxBackoff, 2*time.Second), o.MinBackoff)
	if o.BatchBytes < 0 || o.Linger < 0 || o.RequestTimeout < 0 || o.DeliveryTimeout < 0 || o.MinBackoff < 0 {
		return o, errors.New("producer options: sizes and durations must not be negative")
	}
	if o.Linger >= o.DeliveryTimeout {
		return o, fmt.Errorf("producer options: linger %v is not below the delivery timeout %v", o.Linger, o.DeliveryTimeout)
	}
	return o, nil
}
