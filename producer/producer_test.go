package producer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func TestEmitKeysAndPlacesAsJavaDoes(t *testing.T) {
	b := startBroker(t, 7)
	ms := messages(40, 3)
	if err := b.producer(producer.Options{}).EmitMessages(t.Context(), ms...); err != nil {
		t.Fatal(err)
	}
	logged := b.logged()
	wantInOrder(t, logged, 40, 3)
	for _, m := range ms {
		// kafka-go's balancer is an independent reading of Java's murmur2.
		want := kafka.Murmur2Balancer{Consistent: true}.Balance(kafka.Message{Key: m.Key}, 0, 1, 2, 3, 4, 5, 6)
		if !slices.Contains(logged[want], string(m.Value)) {
			t.Errorf("%s is not in partition %d", m.Value, want)
		}
	}
}

func TestEveryHeaderKeyAndValueArrivesAsItWas(t *testing.T) {
	b := startBroker(t, 1)
	m := message("tmall:1", 0)
	m.Headers = append(m.Headers, event.Header{Name: "ce_note", Value: []byte{0, 0xff}}, event.Header{Name: "empty", Value: []byte{}})
	if err := b.producer(producer.Options{Compression: kafka.Lz4}).EmitMessages(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	batch, err := b.read.Read(t.Context(), producer.Topic, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(batch.Records[0].Message), fmt.Sprint(m); got != want {
		t.Errorf("message = %s, want %s", got, want)
	}
}

func TestRetriesKeepOrderAndLoseNothing(t *testing.T) {
	for name, answer := range map[string]func(*kmsg.ProduceRequest) (kmsg.Response, error, bool){
		"leader moved":        failing(kerr.NotLeaderForPartition),
		"not enough replicas": failing(kerr.NotEnoughReplicas),
		"after append":        failing(kerr.NotEnoughReplicasAfterAppend),
		"connection lost":     hangingUp,
	} {
		t.Run(name, func(t *testing.T) {
			b := startBroker(t, 3)
			b.spoil(9, answer)
			var mu sync.Mutex
			var retries int
			p := b.producer(producer.Options{BatchBytes: 500, OnRetry: func(producer.Retry) { mu.Lock(); retries++; mu.Unlock() }})
			if err := p.EmitMessages(t.Context(), messages(10, 20)...); err != nil {
				t.Fatal(err)
			}
			wantInOrder(t, b.logged(), 10, 20)
			mu.Lock()
			defer mu.Unlock()
			if retries != 9 {
				t.Errorf("retries = %d, want 9", retries)
			}
		})
	}
}

// The broker has stored the batch but its answer was lost: the same bytes, and
// so the same ids, come again; the log finds the repeat.
func TestALostAnswerRepeatsTheSameIDs(t *testing.T) {
	b := startBroker(t, 1)
	stored := make(chan struct{}, 1)
	var first sync.Once
	b.cluster.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		b.cluster.KeepControl()
		slow := false
		first.Do(func() { slow = true })
		if slow {
			b.cluster.SleepControl(func() { <-stored })
		}
		return nil, nil, false
	})
	p := b.producer(producer.Options{RequestTimeout: 300 * time.Millisecond, OnRetry: func(producer.Retry) {
		select {
		case stored <- struct{}{}:
		default:
		}
	}})
	if err := p.EmitMessages(t.Context(), messages(1, 3)...); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, b.logged(), 1, 3)
	for _, v := range sorted(b.logged()) {
		if !strings.HasPrefix(v, "tmall:0 ") {
			t.Errorf("a strange event was logged: %q", v)
		}
	}
}

func TestABatchTooLargeForTheBrokerIsHalved(t *testing.T) {
	b := startBroker(t, 1)
	b.spoil(1<<30, func(req *kmsg.ProduceRequest) (kmsg.Response, error, bool) {
		if len(req.Topics[0].Partitions[0].Records) <= 1000 {
			return nil, nil, false
		}
		return failing(kerr.MessageTooLarge)(req)
	})
	big := message("tmall:big", 0)
	big.Value = append(big.Value, make([]byte, 2000)...)
	ms := append(messages(2, 30), big, message("tmall:big", 1))
	err := b.producer(producer.Options{}).EmitMessages(t.Context(), ms...)
	var batch *producer.BatchError
	if !errors.As(err, &batch) || len(batch.Failed) != 2 {
		t.Fatalf("error = %v, want a BatchError of 2", err)
	}
	if !errors.Is(batch.Failed[60], producer.ErrRefused) || !strings.Contains(batch.Failed[60].Error(), "max.message.bytes") {
		t.Errorf("the large one: %v, want ErrRefused that names max.message.bytes", batch.Failed[60])
	}
	if !errors.Is(batch.Failed[61], producer.ErrUnacknowledged) {
		t.Errorf("the one behind it: %v, want ErrUnacknowledged (held back)", batch.Failed[61])
	}
	if got := batch.Retry(); len(got) != 1 || string(got[0].Value) != "tmall:big 1" {
		t.Errorf("Retry = %d messages, want the one held back", len(got))
	}
	wantInOrder(t, b.logged(), 2, 30)
}

func TestWhatTheBrokerRefusesIsNotTriedAgain(t *testing.T) {
	b := startBroker(t, 1)
	b.spoil(1, failing(kerr.TopicAuthorizationFailed))
	err := b.producer(producer.Options{}).EmitMessages(t.Context(), message("tmall:1", 0))
	if !errors.Is(err, producer.ErrRefused) || !errors.Is(err, kafka.TopicAuthorizationFailed) {
		t.Errorf("error = %v, want ErrRefused", err)
	}
	if n := count(b.logged()); n != 0 {
		t.Errorf("%d events logged, want 0", n)
	}
}

func TestBrokerAway(t *testing.T) {
	b := startBroker(t, 1)
	b.cluster.Close()
	p := b.producer(producer.Options{DeliveryTimeout: 200 * time.Millisecond})
	err := p.EmitMessages(t.Context(), messages(1, 2)...)
	var batch *producer.BatchError
	if !errors.As(err, &batch) || len(batch.Retry()) != 2 || !errors.Is(err, producer.ErrUnacknowledged) {
		t.Fatalf("error = %v, want both to be sent again", err)
	}
	if !strings.Contains(err.Error(), "refused") && !strings.Contains(err.Error(), "connect") {
		t.Errorf("error = %v, want it to say why", err)
	}
	if err := p.Ready(t.Context()); err == nil {
		t.Error("Ready = nil, want an error")
	}
}

func TestReadyDoesNotLiveInThePast(t *testing.T) {
	b := startBroker(t, 1)
	p := b.producer(producer.Options{RequestTimeout: time.Second})
	if err := p.EmitMessages(t.Context(), message("tmall:1", 0)); err != nil {
		t.Fatal(err)
	}
	if err := p.Ready(t.Context()); err != nil {
		t.Errorf("Ready = %v, want nil", err)
	}
	b.cluster.Close()
	if err := p.Ready(t.Context()); err == nil {
		t.Error("Ready = nil with the broker gone, want an error")
	}
}

func TestTopicAbsentSaysHowToMakeIt(t *testing.T) {
	b := startBroker(t, 1)
	p := b.producer(producer.Options{Topic: "absent", DeliveryTimeout: 200 * time.Millisecond})
	err := p.EmitMessages(t.Context(), message("tmall:1", 0))
	if err == nil || !strings.Contains(err.Error(), "custody topic create") {
		t.Errorf("error = %v, want one that says how to create the topic", err)
	}
}

func TestCancelReturnsAtOnceAndTellsWhatIsOpen(t *testing.T) {
	b := startBroker(t, 2)
	b.spoil(1<<30, failing(kerr.NotEnoughReplicas))
	ctx, cancel := context.WithCancel(t.Context())
	p := b.producer(producer.Options{OnRetry: func(producer.Retry) { cancel() }})
	err := p.EmitMessages(ctx, messages(4, 2)...)
	var batch *producer.BatchError
	if !errors.As(err, &batch) || len(batch.Failed) != 8 || !errors.Is(err, context.Canceled) {
		t.Fatalf("error = %v, want 8 events cancelled", err)
	}
	for i, m := range batch.Retry() {
		if want := messages(4, 2)[i]; string(m.Value) != string(want.Value) {
			t.Errorf("Retry[%d] = %s, want %s", i, m.Value, want.Value)
		}
	}
}

// What nobody waits for any more is not sent behind his back.
func TestAGivenUpEventIsNotSentLater(t *testing.T) {
	b := startBroker(t, 1)
	b.spoil(1, failing(kerr.NotEnoughReplicas))
	ctx, cancel := context.WithCancel(t.Context())
	p := b.producer(producer.Options{OnRetry: func(producer.Retry) { cancel() }})
	if err := p.EmitMessages(ctx, message("tmall:given-up", 0)); err == nil {
		t.Fatal("Emit = nil, want an error")
	}
	if err := p.EmitMessages(t.Context(), message("tmall:later", 0)); err != nil {
		t.Fatal(err)
	}
	if got := sorted(b.logged()); len(got) != 1 || got[0] != "tmall:later 0" {
		t.Errorf("logged = %v, want only the later one", got)
	}
}

func TestManyCallersShareBatches(t *testing.T) {
	b := startBroker(t, 2)
	var mu sync.Mutex
	requests := 0
	b.cluster.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		b.cluster.KeepControl()
		mu.Lock()
		requests++
		mu.Unlock()
		return nil, nil, false
	})
	p := b.producer(producer.Options{Linger: 20 * time.Millisecond})
	var wg sync.WaitGroup
	for s := range 50 {
		wg.Go(func() {
			for n := range 4 {
				if err := p.EmitMessages(t.Context(), message(fmt.Sprintf("tmall:%d", s), n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	wantInOrder(t, b.logged(), 50, 4)
	mu.Lock()
	defer mu.Unlock()
	if requests > 100 {
		t.Errorf("200 events took %d requests, want them shared", requests)
	}
}

func TestCloseFlushes(t *testing.T) {
	b := startBroker(t, 1)
	b.spoil(1, failing(kerr.NotEnoughReplicas))
	retrying, gate := make(chan struct{}), make(chan struct{})
	p := b.producer(producer.Options{OnRetry: func(producer.Retry) { close(retrying); <-gate }})
	emitted, closed := make(chan error), make(chan error)
	go func() { emitted <- p.EmitMessages(context.Background(), messages(3, 3)...) }()
	<-retrying
	go func() { closed <- p.Close(context.Background()) }()
	for !errors.Is(p.EmitMessages(t.Context()), producer.ErrClosed) {
		time.Sleep(time.Millisecond) // until Close is under way
	}
	close(gate)
	if err := <-emitted; err != nil {
		t.Errorf("Emit under way = %v, want nil", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
	wantInOrder(t, b.logged(), 3, 3)
	if err := p.EmitMessages(t.Context(), message("tmall:1", 0)); !errors.Is(err, producer.ErrClosed) {
		t.Errorf("Emit after Close = %v, want ErrClosed", err)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Errorf("second Close = %v", err)
	}
}

func TestEveryRequestAsksForAllInSyncReplicas(t *testing.T) {
	b := startBroker(t, 2)
	var acks sync.Map
	b.spoil(1<<30, func(req *kmsg.ProduceRequest) (kmsg.Response, error, bool) {
		acks.Store(req.Acks, true)
		return nil, nil, false
	})
	if err := b.producer(producer.Options{}).EmitMessages(t.Context(), messages(10, 1)...); err != nil {
		t.Fatal(err)
	}
	acks.Range(func(got, _ any) bool {
		if got != int16(-1) {
			t.Errorf("acks = %d, want -1 (all)", got)
		}
		return true
	})
	if _, ok := acks.Load(int16(-1)); !ok {
		t.Error("no request was seen")
	}
}

func TestCloseGivesUpWithItsContext(t *testing.T) {
	b := startBroker(t, 1)
	b.spoil(1<<30, failing(kerr.NotEnoughReplicas))
	retried := make(chan struct{}, 1)
	p := b.producer(producer.Options{OnRetry: func(producer.Retry) {
		select {
		case retried <- struct{}{}:
		default:
		}
	}})
	emitted := make(chan error)
	go func() { emitted <- p.EmitMessages(context.Background(), message("tmall:1", 0)) }()
	<-retried
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close = %v, want context.Canceled", err)
	}
	if err := <-emitted; !errors.Is(err, producer.ErrUnacknowledged) {
		t.Errorf("Emit = %v, want ErrUnacknowledged", err)
	}
}

func TestNewIsInertAndSaysWhatIsWrong(t *testing.T) {
	if _, err := producer.New([]string{"nowhere.invalid:1"}, producer.Options{}); err != nil {
		t.Errorf("New = %v, want no network and no error", err)
	}
	for name, c := range map[string]struct {
		brokers []string
		o       producer.Options
	}{
		"no broker":       {nil, producer.Options{}},
		"negative linger": {[]string{"a:1"}, producer.Options{Linger: -1}},
		"linger too long": {[]string{"a:1"}, producer.Options{Linger: time.Hour}},
	} {
		if _, err := producer.New(c.brokers, c.o); err == nil {
			t.Errorf("%s: New gives no error", name)
		}
	}
}
