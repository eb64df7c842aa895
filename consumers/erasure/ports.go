package erasure

import (
	"cmp"
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/docket"
	cases "github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A Log is read by part. Ask notes how far Kafka is, and returns what waits until
// the log is as far, but no longer than patience. Requests returns every request
// to erase beyond what was seen; Touched whoever something is logged of, beyond
// what was seen, that may change a case of theirs or of somebody linked with them.
type Log interface {
	docket.Log
	docket.Persons
	Ask(ctx context.Context) (await func(ctx context.Context, patience time.Duration) (ledger.Certificate, error), err error)
	Requests(ctx context.Context, k, seen ledger.Known) ([]lineage.Act, error)
	Touched(ctx context.Context, k, seen ledger.Known) ([]string, error)
}

// A Publisher emits events; nil: they are on all in-sync replicas. Emitting one
// again is harmless.
type Publisher interface {
	Emit(context.Context, ...event.Event) error
}

// A Channel takes notices to a party. Send returns nil when the channel has taken
// the notice, whatever becomes of it then; it may be called again with the same
// notice, which bears the same id. An error that has a method
// RetryAfter() time.Duration says when the party is to be tried again.
type Channel interface {
	Send(context.Context, cases.Notification) error
}

// A Route is how a party is told. Without a channel a person does it.
type Route struct {
	Name event.NoticeChannel
	Channel
}

// Options of a consumer. Log, Publisher and Routes are required.
type Options struct {
	Log       Log
	Publisher Publisher
	Routes    map[string]Route // by party
	Docket    docket.Docket    // Terms, Rules and Page; Channels are those of Routes
	Answers   string           // URL that answers go to, without the case; "" = none
	Source    string           // of events; "" = /custody/erasure

	Every    time.Duration // between rounds; 0 = 5 s
	Patience time.Duration // for the log to be as far as Kafka, each round; 0 = 30 s
	Timeout  time.Duration // of sending one notice; 0 = 30 s
	Parallel int           // notices under way to one party; 0 = 4
	Waiting  int           // notices of one party that wait in memory; 0 = 10,000
	Breaker  Breaker

	Logger  *zap.Logger // nil: none
	Metrics *Metrics    // nil: none are kept
	Now     func() time.Time
}

func (o Options) withDefaults() Options {
	o.Source = cmp.Or(o.Source, "/custody/erasure")
	o.Every = cmp.Or(o.Every, 5*time.Second)
	o.Patience = cmp.Or(o.Patience, 30*time.Second)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.Parallel = cmp.Or(o.Parallel, 4)
	o.Waiting = cmp.Or(o.Waiting, 10_000)
	o.Breaker = o.Breaker.withDefaults()
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	rules := o.Docket.Rules
	channels := make(map[string]string, len(o.Routes))
	for party, r := range o.Routes {
		channels[party] = string(r.Name)
	}
	o.Docket.Log, o.Docket.Persons = o.Log, o.Log
	o.Docket.Rules = func(controller string, at time.Time) (r cases.Rules) {
		if rules != nil {
			r = rules(controller, at)
		}
		r.Channels = channels
		return r
	}
	return o
}
