package api

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

// A Publisher puts messages into Kafka. It returns nil when every message is on
// all in-sync replicas. An error may have a method Failures() map[int]error that
// says which are not; without it none counts as stored. Messages may be
// published again.
type Publisher interface {
	EmitMessages(context.Context, ...event.Message) error
}

// A Lineage reads the log. Ask notes how far Kafka is, and returns what waits until
// the log is as far, but no longer than patience; the certificate says how far it is
// then. From the part of the log that is known by it Aliases returns the subjects
// and all that are linked with them, and Flows every flow of data of the subjects.
// Attest adds to the certificate what stands in the log beside: dead letters of the
// subjects, and the sources. An answer is whole, or an error.
type Lineage interface {
	Ask(ctx context.Context) (await func(ctx context.Context, patience time.Duration) (ledger.Certificate, error), err error)
	Aliases(ctx context.Context, k ledger.Known, subjects ...string) ([]string, error)
	Flows(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Flow, error)
	Attest(ctx context.Context, c *ledger.Certificate, subjects ...string) error
}

// Rules say which of them an event breaks, by a catalogue whose vocabulary is the
// decoder's. They are asked by several requests at once.
type Rules interface {
	Judge(*event.Record, *rules.Verdict)
}

// Options of the API. Publisher is required, Lineage where persons are looked up.
type Options struct {
	Publisher Publisher
	Lineage   Lineage  // nil: no look-ups
	Findings  Findings // nil: nothing is told of findings
	Declared  Declared // nil: nothing is told of what is declared
	Cases     Cases    // nil: nothing is told of cases of erasure, and no answer taken
	Tokens    *Tokens  // nil: whoever reaches the port may do everything

	Docket docket.Docket  // opens Cases; required with them
	Routes *notice.Routes // whose answers are taken; nil: nobody's

	Check      event.Options // what events are held to: the consumer's
	Rules      Rules         // what /v1/events:check finds; nil: nothing
	Controller string        // who looks persons up, for the record; "" = custody
	Source     string        // of the records of look-ups; "" = /custody/api

	Operations http.Handler          // serves /livez, /readyz and /metrics; nil: they are absent
	Metrics    prometheus.Registerer // nil: none
	Log        *zap.Logger           // nil: none
	Now        func() time.Time      // nil: time.Now

	MaxRequest     int           // bytes of one request; 0 = 4 MiB
	MaxBatch       int           // events of one request; 0 = 1,000
	MaxInFlight    int           // bytes of all requests under way; 0 = 64 MiB
	PublishTimeout time.Duration // until the broker has acknowledged; 0 = 30 s
	BodyTimeout    time.Duration // until the client has sent its body, or read its answer; 0 = 20 s
	LookupTimeout  time.Duration // until the log has answered; 0 = 30 s
	RetryAfter     time.Duration // what 429 and 503 tell the client to wait; 0 = 1 s
}

// maxHeaders is what an event's headers may add to a request in binary mode.
const maxHeaders = 64 << 10

func (o Options) withDefaults() Options {
	o.Controller = cmp.Or(o.Controller, "custody")
	o.Source = cmp.Or(o.Source, "/custody/api")
	o.MaxRequest = cmp.Or(o.MaxRequest, 4<<20)
	o.MaxBatch = cmp.Or(o.MaxBatch, 1000)
	o.MaxInFlight = max(cmp.Or(o.MaxInFlight, 64<<20), o.MaxRequest+maxHeaders)
	o.PublishTimeout = cmp.Or(o.PublishTimeout, 30*time.Second)
	o.BodyTimeout = cmp.Or(o.BodyTimeout, 20*time.Second)
	o.LookupTimeout = cmp.Or(o.LookupTimeout, 30*time.Second)
	o.RetryAfter = cmp.Or(o.RetryAfter, time.Second)
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// A server is what the handlers share.
type server struct {
	Options
	judges  sync.Pool // of *event.Decoder
	flight  flight
	metrics *metrics

	answering turns // of answers that are being taken
	tide      tide
}

// An API is the handler of all that is asked over HTTP. Answers may come from a
// topic, too.
type API struct {
	http.Handler
	server *server
}

// New returns the whole API; nothing is read from a topic before AnswersFrom.
func New(o Options) *API {
	s := &server{Options: o.withDefaults()}
	s.judges.New = func() any { return event.NewDecoder(s.Check) }
	s.flight.limit = int64(s.MaxInFlight)
	s.metrics = newMetrics(o.Metrics, &s.flight)

	mux := http.NewServeMux()
	mux.Handle("POST /v1/events", s.route("emit", s.emit, ScopeEmit))
	mux.Handle("POST /v1/events:check", s.route("check", s.check, ScopeEmit))
	described := http.NewServeMux()
	s.register(newDescription(described))
	mux.Handle("GET /openapi.json", described)
	if o.Lineage != nil {
		mux.Handle("GET /v1/subjects/", s.route("recipients", func(w *response, r *http.Request) { described.ServeHTTP(w, r) }, ScopeLookup))
	}
	describe := func(w *response, r *http.Request) { described.ServeHTTP(w, r) }
	if o.Findings != nil {
		mux.Handle("GET /v1/findings", s.route("findings", describe, ScopeLookup))
		mux.Handle("GET /v1/findings/", s.route("findings", describe, ScopeLookup))
		mux.Handle("POST /v1/findings/{finding}/marks", s.route("marks", describe, ScopeEmit))
	}
	if o.Declared != nil {
		mux.Handle("GET /v1/drift", s.route("drift", describe, ScopeLookup))
		mux.Handle("GET /v1/lists/", s.route("lists", describe, ScopeLookup))
	}
	if o.Cases != nil {
		mux.Handle("POST /v1/erasures", s.route("erase", describe, ScopeErase))
		mux.Handle("GET /v1/erasures", s.route("erasures", describe, ScopeErase, ScopeLookup))
		mux.Handle("GET /v1/erasures/", s.route("erasures", describe, ScopeErase, ScopeLookup))
		mux.Handle("POST /v1/erasures/{controller}/{case}/answers", s.route("answers", s.answer, anyone))
	}
	if o.Operations != nil {
		for _, page := range []string{"/livez", "/readyz", "/metrics"} {
			mux.Handle("GET "+page, o.Operations)
		}
	}
	return &API{mux, s}
}
