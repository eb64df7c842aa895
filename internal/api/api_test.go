package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

const (
	person     = "tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18"
	structured = "application/cloudevents+json"
	batchType  = "application/cloudevents-batch+json"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// collected is a good event.
func collected(id string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/tmall/order-service","type":"org.datacustody.data.collected.v1",`+
		`"subject":%q,"time":"2026-11-20T11:59:00Z","data":{"controller":"tmall","categories":["delivery-address"],"purpose":"order-fulfilment","origin":"person"}}`, id, person)
}

// unknownTerm is an event that is to be rejected.
func unknownTerm(id string) string {
	return strings.Replace(collected(id), "order-fulfilment", "fun", 1)
}

// A publisher keeps what it is given, or fails as it is told.
type publisher struct {
	mu     sync.Mutex
	stored []event.Message
	fail   func([]event.Message) error
	block  chan struct{} // if there, holds every call up until it is received from or closed

	entered chan struct{} // if there, is told of every call
}

func (p *publisher) EmitMessages(ctx context.Context, ms ...event.Message) error {
	if p.entered != nil {
		p.entered <- struct{}{}
	}
	if p.block != nil {
		select {
		case <-p.block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail(ms)
	}
	p.stored = append(p.stored, ms...)
	return nil
}

func (p *publisher) messages() []event.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.stored)
}

type partial map[int]error

func (partial) Error() string             { return "some failed" }
func (p partial) Failures() map[int]error { return p }
func (p partial) Is(target error) bool    { return target == errPartial }

var errPartial = errors.New("partial")

// A log is a Lineage that remembers how much had been published when it was asked.
type log struct {
	p       *publisher
	flows   []lineage.Flow
	aliases []string
	err     error
	hang    bool
	before  int // messages published before the first look
	missing int64
	letters ledger.DeadLetters
	waited  time.Duration
	known   []ledger.Known // what it was read by
}

func (l *log) Ask(context.Context) (func(context.Context, time.Duration) (ledger.Certificate, error), error) {
	if l.missing < 0 {
		return nil, errors.New("no broker")
	}
	return func(_ context.Context, patience time.Duration) (ledger.Certificate, error) {
		l.waited = patience
		end := int64(10)
		return ledger.Certificate{AskedAt: noon, Partitions: []ledger.Coverage{{Cluster: "kafka", Topic: "custody.events", End: &end, Logged: end - l.missing, Missing: l.missing}}}, nil
	}, nil
}

func (l *log) Attest(_ context.Context, c *ledger.Certificate, subjects ...string) error {
	c.DeadLetters = l.letters
	c.Sources = []ledger.Source{{Source: fmt.Sprint("/of/", len(subjects)), Since: noon, Last: noon, Events: 1}}
	c.Conclude()
	return l.err
}

func (l *log) Aliases(_ context.Context, k ledger.Known, subjects ...string) ([]string, error) {
	l.before = len(l.p.messages())
	l.known = append(l.known, k)
	return append(subjects, l.aliases...), l.err
}

func (l *log) Flows(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Flow, error) {
	l.known = append(l.known, k)
	if l.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var found []lineage.Flow
	for _, f := range l.flows {
		if slices.Contains(subjects, f.Subject) {
			found = append(found, f)
		}
	}
	return found, l.err
}

type fixture struct {
	t         *testing.T
	publisher *publisher
	log       *log
	metrics   *prometheus.Registry
	handler   http.Handler
}

func newFixture(t *testing.T, o api.Options) *fixture {
	t.Helper()
	f := &fixture{t: t, publisher: &publisher{}, metrics: prometheus.NewRegistry()}
	f.log = &log{p: f.publisher}
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	o.Publisher, o.Lineage, o.Metrics = f.publisher, f.log, f.metrics
	f.handler = api.New(o)
	return f
}

// do sends a request with headers given as name, value, name, value …
func (f *fixture) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

func (f *fixture) post(path, contentType, body string) *httptest.ResponseRecorder {
	f.t.Helper()
	return f.do(http.MethodPost, path, body, "Content-Type", contentType)
}
