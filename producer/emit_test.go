package producer_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/producertest"
	"github.com/datacustody/custody/schemas/event"
)

const person = event.Subject("tmall:e76bed8a-2cea-883c-b8cb-b89e9deb2da7")

func used(id string) *event.Used {
	return &event.Used{
		Meta:       event.Meta{ID: id, Source: "/tmall/order-service", Subject: person, Time: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)},
		Controller: "tmall", Categories: []event.Category{event.CategoryOrder}, Purpose: event.PurposeCustomerService,
	}
}

func cloudEvent(id, purpose string) cloudevents.Event {
	e := cloudevents.New()
	e.SetID(id)
	e.SetSource("/tmall/order-service")
	e.SetType("org.datacustody.data.used.v1")
	e.SetSubject(string(person))
	e.SetTime(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	_ = e.SetData(cloudevents.ApplicationJSON, map[string]any{"controller": "tmall", "categories": []string{"order"}, "purpose": purpose})
	return e
}

// An emitter is what a Producer and a Recorder have in common.
type emitter interface {
	Emit(context.Context, ...event.Event) error
	EmitCloudEvent(context.Context, ...cloudevents.Event) error
	EmitMessages(context.Context, ...event.Message) error
	Close(context.Context) error
}

// emitters are one of each, and how to learn what each has stored.
func emitters(t *testing.T, check event.Options) map[string]struct {
	emitter
	stored func() []event.Message
} {
	b := startBroker(t, 1)
	p, err := producer.New(b.addrs, producer.Options{Check: check})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	r := &producertest.Recorder{Check: check}
	return map[string]struct {
		emitter
		stored func() []event.Message
	}{
		"producer": {p, b.messages}, "recorder": {r, r.Messages},
	}
}

func decode(t *testing.T, m *event.Message) *event.Record {
	t.Helper()
	rec, rejection := event.NewDecoder(event.Options{}).Decode(m, time.Now())
	if rejection != nil {
		t.Fatalf("the consumer rejects what was emitted: %v %s", rejection.Reason, rejection.Field)
	}
	return rec
}

func TestTypedAndCloudEventsAreOneToTheConsumer(t *testing.T) {
	for name, e := range emitters(t, event.Options{}) {
		t.Run(name, func(t *testing.T) {
			typed := used("1")
			m, err := event.MarshalBinary(typed)
			if err := errors.Join(err, e.Emit(t.Context(), typed), e.EmitCloudEvent(t.Context(), cloudEvent("1", "customer-service")), e.EmitMessages(t.Context(), m)); err != nil {
				t.Fatal(err)
			}
			ms := e.stored()
			if len(ms) != 3 {
				t.Fatalf("%d messages stored, want 3", len(ms))
			}
			first := decode(t, &ms[0])
			for i := range ms {
				rec := decode(t, &ms[i])
				if string(ms[i].Key) != string(person) || rec.EventHash() != first.EventHash() || rec.ContentHash() != first.ContentHash() {
					t.Errorf("message %d: key %s, or another event", i, ms[i].Key)
				}
			}
		})
	}
}

func TestAnIDIsMadeOnceAndKept(t *testing.T) {
	for name, e := range emitters(t, event.Options{}) {
		t.Run(name, func(t *testing.T) {
			typed, given := used(""), cloudEvent("", "customer-service")
			for range 2 {
				if err := errors.Join(e.Emit(t.Context(), typed), e.EmitCloudEvent(t.Context(), given)); err != nil {
					t.Fatal(err)
				}
			}
			if typed.ID == "" || given.ID() != "" {
				t.Errorf("ids = %q, %q, want the typed event's kept and the caller's CloudEvent untouched", typed.ID, given.ID())
			}
			var ids []string
			for _, m := range e.stored() {
				ids = append(ids, string(decode(t, &m).ID))
			}
			if ids[0] != typed.ID || ids[2] != typed.ID || ids[1] == "" || ids[1] == ids[3] {
				t.Errorf("ids = %v", ids)
			}
		})
	}
}

func TestRetryAfterAFailureHasTheSameID(t *testing.T) {
	b := startBroker(t, 1)
	b.spoil(1, failing(kerr.TopicAuthorizationFailed))
	p := b.producer(producer.Options{})
	e := used("")
	first := p.Emit(t.Context(), e)
	id := e.ID
	if err := p.Emit(t.Context(), e); first == nil || err != nil || id == "" {
		t.Fatalf("Emit = %v, then %v", first, err)
	}
	if got := decode(t, &b.messages()[0]); string(got.ID) != id {
		t.Errorf("id = %s, want %s", got.ID, id)
	}
}

func TestInvalidEventsAreRefusedAndTheOthersSent(t *testing.T) {
	const phone = "13800138000"
	bad := used("2")
	bad.Purpose = "fun"
	personal := used("3")
	personal.Note = "call " + phone
	for name, e := range emitters(t, event.Options{}) {
		t.Run(name, func(t *testing.T) {
			err := e.Emit(t.Context(), used("1"), bad, personal, used("4"))
			var batch *producer.BatchError
			if !errors.As(err, &batch) || len(batch.Failed) != 2 || len(batch.Retry()) != 0 {
				t.Fatalf("error = %v, want a BatchError of 2, none to be sent again", err)
			}
			var invalid event.Invalid
			if !errors.As(batch.Failed[1], &invalid) || invalid[0].Field != "data.purpose" || invalid[0].Rule == "" || invalid[0].Remedy == "" {
				t.Errorf("event 1: %v, want field, rule and remedy of data.purpose", batch.Failed[1])
			}
			if strings.Contains(err.Error(), phone) || strings.Contains(err.Error(), "fun") {
				t.Errorf("the error repeats a value: %v", err)
			}
			if n := len(e.stored()); n != 2 {
				t.Errorf("%d events stored, want the 2 good ones", n)
			}
		})
	}
}

func TestInvalidCloudEventsNameTheField(t *testing.T) {
	late := cloudEvent("1", "customer-service")
	late.SetTime(time.Now().Add(time.Hour))
	nobody := cloudEvent("1", "customer-service")
	nobody.SetSubject("12345")
	noJSON := cloudEvent("1", "customer-service")
	noJSON.DataEncoded = []byte(`{"controller":`)
	for name, c := range map[string]struct {
		event  cloudevents.Event
		reason event.Reason
		field  string
	}{
		"future":       {late, event.ReasonAttribute, "time"},
		"account":      {nobody, event.ReasonAttribute, "subject"},
		"no JSON":      {noJSON, event.ReasonSyntax, ""},
		"unknown term": {cloudEvent("1", "fun"), event.ReasonUnknownTerm, "data.purpose"},
	} {
		for kind, e := range emitters(t, event.Options{}) {
			err := e.EmitCloudEvent(t.Context(), c.event)
			var why *event.Rejection
			if !errors.As(err, &why) || why.Reason != c.reason || why.Field != c.field {
				t.Errorf("%s, %s: error = %v, want %v of %q", name, kind, err, c.reason, c.field)
			}
			if len(e.stored()) != 0 {
				t.Errorf("%s, %s: it was stored", name, kind)
			}
		}
	}
	var r producertest.Recorder
	if err := r.EmitCloudEvent(t.Context(), cloudevents.Event{}); err == nil {
		t.Error("an empty CloudEvent: no error")
	}
}

func TestOptionsOfTheConsumerHold(t *testing.T) {
	long := used("1")
	long.Note = strings.Repeat("n", 200)
	for name, e := range emitters(t, event.Options{MaxBytes: 400}) {
		m, err := event.Marshal(long)
		if err != nil {
			t.Fatal(err)
		}
		for how, err := range map[string]error{"Emit": e.Emit(t.Context(), long), "EmitMessages": e.EmitMessages(t.Context(), m)} {
			var why *event.Rejection
			if !errors.As(err, &why) || why.Reason != event.ReasonTooLarge {
				t.Errorf("%s, %s: error = %v, want too-large", name, how, err)
			}
		}
	}
}

func TestEmitNothing(t *testing.T) {
	for name, e := range emitters(t, event.Options{}) {
		if err := errors.Join(e.Emit(t.Context()), e.EmitCloudEvent(t.Context()), e.EmitMessages(t.Context())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := e.Close(t.Context()); err != nil {
			t.Errorf("%s: Close = %v", name, err)
		}
		if err := e.Emit(t.Context(), used("1")); !errors.Is(err, producer.ErrClosed) {
			t.Errorf("%s: Emit after Close = %v, want ErrClosed", name, err)
		}
	}
}

func TestRecorderPlaysAnAbsentKafka(t *testing.T) {
	away := errors.New("kafka is away")
	r := producertest.Recorder{Fail: func(m event.Message) error {
		if strings.Contains(string(m.Value), `"2"`) {
			return away
		}
		return nil
	}}
	err := r.Emit(t.Context(), used("1"), used("2"), used("3"))
	var batch *producer.BatchError
	if !errors.As(err, &batch) || !errors.Is(err, producer.ErrUnacknowledged) || !errors.Is(err, away) || len(batch.Retry()) != 1 {
		t.Fatalf("error = %v, want event 1 unacknowledged", err)
	}
	var ids []string
	for _, e := range r.CloudEvents() {
		ids = append(ids, e.ID())
	}
	if !slices.Equal(ids, []string{"1", "3"}) {
		t.Errorf("ids = %v, want 1 and 3", ids)
	}
	r.Reset()
	if n := len(r.Messages()); n != 0 {
		t.Errorf("%d messages after Reset, want 0", n)
	}
}
