package producer

import (
	"context"
	"errors"
	"sync"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/producer/internal/envelope"
	"github.com/datacustody/custody/schemas/event"
)

// A Producer emits events. It is safe for concurrent use, and the more callers
// share one, the fuller its batches are.
type Producer struct {
	o         Options
	client    *kafka.Client
	transport *kafka.Transport
	checker   *envelope.Checker

	ctx   context.Context // of the lanes
	stop  context.CancelFunc
	calls sync.WaitGroup // Emits under way
	loops sync.WaitGroup // lanes

	mu         sync.Mutex
	closed     bool
	lanes      map[int]*lane
	partitions int
	asked      time.Time // when partitions was read
}

// New returns a producer for the Kafka cluster behind brokers (host:port). It
// does not reach the network: the first Emit does.
func New(brokers []string, o Options) (*Producer, error) {
	if len(brokers) == 0 {
		return nil, errors.New("no broker given: name one or more as host:port")
	}
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	p := &Producer{o: o, lanes: make(map[int]*lane), checker: envelope.NewChecker(o.Check)}
	p.transport = &kafka.Transport{
		ClientID: o.ClientID, TLS: o.TLS, SASL: o.SASL,
		DialTimeout: o.RequestTimeout, IdleTimeout: time.Minute,
		MetadataTTL: 2 * time.Second, MetadataTopics: []string{o.Topic},
	}
	p.client = &kafka.Client{Addr: kafka.TCP(brokers...), Timeout: o.RequestTimeout, Transport: p.transport}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p, nil
}

// Emit sends events and returns when they are settled. Nil means that every
// event is on all in-sync replicas. Else the error is a *BatchError, but for
// ErrClosed. Events without an id get one, once, before the first attempt, and
// keep it: emitting the same event again is safe.
//
// Events of one call that have the same subject are stored in their order; one
// that the brokers do not take holds back those behind it. One that is invalid
// holds back nothing: the others are evidence all the same.
func (p *Producer) Emit(ctx context.Context, es ...event.Event) error {
	return p.emit(ctx, len(es), func(i int) (event.Message, error) {
		m, err := event.Marshal(es[i])
		if err != nil || p.o.Check == (event.Options{}) {
			return m, err
		}
		return m, p.checker.Check(&m) // Marshal knows the contract's own limits only
	})
}

// EmitCloudEvent is Emit for events made with the CloudEvents SDK.
func (p *Producer) EmitCloudEvent(ctx context.Context, es ...cloudevents.Event) error {
	return p.emit(ctx, len(es), func(i int) (event.Message, error) {
		m, err := envelope.FromCloudEvent(es[i])
		if err != nil {
			return m, err
		}
		return m, p.checker.Check(&m)
	})
}

// EmitMessages is Emit for events that are encoded already. Their bytes must not
// change afterwards, not even when it returned an error: a request that was given
// up may still read them.
func (p *Producer) EmitMessages(ctx context.Context, ms ...event.Message) error {
	return p.emit(ctx, len(ms), func(i int) (event.Message, error) {
		if p.o.Unchecked {
			return ms[i], nil
		}
		return ms[i], p.checker.Check(&ms[i])
	})
}

func (p *Producer) emit(ctx context.Context, n int, message func(int) (event.Message, error)) error {
	if !p.enter() {
		return ErrClosed
	}
	defer p.calls.Done()
	ctx, cancel := context.WithTimeout(ctx, p.o.DeliveryTimeout)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()

	ms := make([]event.Message, n)
	var failed map[int]error
	for i := range ms {
		var err error
		if ms[i], err = message(i); err == nil {
			continue
		}
		if failed == nil {
			failed = make(map[int]error)
		}
		failed[i] = err
	}
	c := newCall(ctx, failed, n)
	if len(failed) < n {
		p.send(c, ms)
	}
	return c.wait(p.o.Topic, ms)
}

// enter counts a call in, unless the producer is closed.
func (p *Producer) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.calls.Add(1)
	return true
}

// Close waits until every Emit under way is settled, or until ctx ends: then
// they fail. Later calls of Emit fail with ErrClosed. Closing again is no error.
func (p *Producer) Close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	settled := make(chan struct{})
	go func() { p.calls.Wait(); close(settled) }()
	var err error
	select {
	case <-settled:
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.stop()
	<-settled
	p.loops.Wait()
	p.transport.CloseIdleConnections()
	return err
}
