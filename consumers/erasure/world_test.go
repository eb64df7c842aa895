package erasure_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	consumer "github.com/datacustody/custody/consumers/erasure"
	cases "github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A site is Kafka and the log in memory: what is emitted is in Kafka at once and
// in the log after a while.
type site struct {
	mu      sync.Mutex
	records []record
	lag     time.Duration // until a record is logged
	every   time.Duration // between rounds
	ids     map[string]int
	inbox   map[string][]cases.Notification // what each party got
	down    map[string]error                // parties that take nothing
	slow    map[string]time.Duration
	life    int // which process lives: what an earlier one does has no effect
	deadly  func(where string) bool
}

// A record is one of them; the next offset of the only partition.
type record struct {
	logged time.Time
	act    *lineage.Act
	flow   *lineage.Flow
	link   *lineage.Link
}

var only = ledger.Partition{Cluster: "test", Topic: "events"}

func newSite() *site {
	return &site{
		lag: time.Second, ids: map[string]int{}, inbox: map[string][]cases.Notification{},
		down: map[string]error{}, slow: map[string]time.Duration{},
	}
}

func (s *site) add(r record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.logged = time.Now().Add(s.lag)
	switch {
	case r.act != nil:
		r.act.RecordedAt = r.logged
	case r.flow != nil:
		r.flow.RecordedAt = r.logged
	}
	s.records = append(s.records, r)
}

// flow has tmall give a subject's categories to a party at a moment.
func (s *site) flow(subject, id, recipient string, at time.Time, categories ...string) {
	s.add(record{flow: &lineage.Flow{
		Event: lineage.Ref{Source: "/s", ID: id}, Kind: event.KindShared, Subject: subject, Time: at, Controller: "tmall", Holder: "tmall",
		Recipient: recipient, Categories: categories, RecipientRef: "ref-" + subject, Purpose: "order-delivery",
	}})
}

func (s *site) request(subject, id string) {
	s.add(record{act: &lineage.Act{
		Event: lineage.Ref{Source: "/s", ID: id}, Kind: event.KindErasureRequested, Subject: subject, Time: time.Now(),
		Controller: "tmall", Holder: "tmall", Ground: "person-request", Scope: "all",
	}})
}

func (s *site) answer(subject, id, party string, kind event.Kind) {
	s.add(record{act: &lineage.Act{
		Event: lineage.Ref{Source: "/a", ID: id + party + time.Now().String()}, Kind: kind, Subject: subject, Time: time.Now(),
		Controller: "tmall", Holder: "tmall", Recipient: party, RequestID: id,
	}})
}

// A process is the site as one life of the consumer sees it.
type process struct {
	*site
	life int
	kill context.CancelFunc
}

var errDead = errors.New("the process is dead")

// dead says whether the process is; a kill -9 may come wherever it is asked.
func (p *process) dead(where string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life == p.site.life && p.deadly != nil && p.deadly(where) {
		p.site.life++
		p.kill()
	}
	return p.life != p.site.life
}

func (p *process) Emit(ctx context.Context, es ...event.Event) error {
	if p.dead("before emit") {
		<-ctx.Done()
		return errDead
	}
	for _, e := range es {
		if err := e.Validate(); err != nil {
			return err
		}
		n := e.(*event.ErasureNotified)
		a := lineage.Act{
			Event: lineage.Ref{Source: n.Source, ID: n.ID}, Kind: event.KindErasureNotified, Subject: string(n.Subject), Time: n.Time,
			Controller: string(n.Controller), Holder: string(n.Controller), Recipient: string(n.Recipient), RequestID: n.RequestID,
			Channel: string(n.NoticeChannel), Attempt: n.Attempt, Delivery: string(n.Delivery),
		}
		for _, c := range n.Categories {
			a.Categories = append(a.Categories, string(c))
		}
		for _, r := range n.Parents {
			a.Parents = append(a.Parents, lineage.Ref{Source: r.Source, ID: r.ID})
		}
		p.add(record{act: &a})
		p.mu.Lock()
		p.ids[n.ID]++
		p.mu.Unlock()
	}
	if p.dead("after emit") {
		<-ctx.Done()
		return errDead
	}
	return nil
}

// A channel is a party's own.
type channel struct {
	*process
	party string
}

func (c channel) Send(ctx context.Context, n cases.Notification) error {
	if c.dead("before send") {
		<-ctx.Done()
		return errDead
	}
	c.mu.Lock()
	slow, down := c.slow[c.party], c.down[c.party]
	c.mu.Unlock()
	if slow > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(slow):
		}
	}
	if down != nil {
		return down
	}
	c.mu.Lock()
	c.inbox[c.party] = append(c.inbox[c.party], n)
	c.mu.Unlock()
	if c.dead("after send") {
		<-ctx.Done()
		return errDead
	}
	return nil
}

func (s *site) logged() (n int) {
	for _, r := range s.records {
		if r.logged.After(time.Now()) {
			break
		}
		n++
	}
	return n
}

func (s *site) Ask(context.Context) (func(context.Context, time.Duration) (ledger.Certificate, error), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := len(s.records)
	return func(ctx context.Context, patience time.Duration) (ledger.Certificate, error) {
		for until := time.Now().Add(patience); ; {
			s.mu.Lock()
			n := s.logged()
			s.mu.Unlock()
			if n >= end || time.Now().After(until) {
				asked := int64(end)
				c := ledger.Certificate{Partitions: []ledger.Coverage{{Cluster: only.Cluster, Topic: only.Topic, End: &asked, Logged: int64(n), Missing: int64(max(0, end-n))}}}
				c.Conclude()
				return c, nil
			}
			select {
			case <-ctx.Done():
				return ledger.Certificate{}, ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
	}, nil
}

// known is the records of a part of the log, without those that were seen.
func (s *site) known(k, seen ledger.Known) []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.records[seen.Below[only]:k.Below[only]])
}

func (s *site) Requests(_ context.Context, k, seen ledger.Known) (requests []lineage.Act, err error) {
	for _, r := range s.known(k, seen) {
		if r.act != nil && r.act.Kind == event.KindErasureRequested {
			requests = append(requests, *r.act)
		}
	}
	return requests, nil
}

func (s *site) Touched(_ context.Context, k, seen ledger.Known) (subjects []string, err error) {
	for _, r := range s.known(k, seen) {
		switch {
		case r.act != nil && r.act.Subject != "":
			subjects = append(subjects, r.act.Subject)
		case r.flow != nil:
			subjects = append(subjects, r.flow.Subject)
		case r.link != nil:
			subjects = append(subjects, r.link.A)
		}
	}
	return subjects, nil
}

func (s *site) Links(_ context.Context, k ledger.Known, subjects ...string) (links []lineage.Link, err error) {
	for _, r := range s.known(k, ledger.Known{}) {
		if r.link != nil && (slices.Contains(subjects, r.link.A) || slices.Contains(subjects, r.link.B)) {
			links = append(links, *r.link)
		}
	}
	return links, nil
}

func (s *site) Flows(_ context.Context, k ledger.Known, subjects ...string) (flows []lineage.Flow, err error) {
	for _, r := range s.known(k, ledger.Known{}) {
		if r.flow != nil && slices.Contains(subjects, r.flow.Subject) {
			flows = append(flows, *r.flow)
		}
	}
	return flows, nil
}

func (s *site) Acts(_ context.Context, k ledger.Known, subjects ...string) (acts []lineage.Act, err error) {
	for _, r := range s.known(k, ledger.Known{}) {
		if r.act != nil && (r.act.Subject == "" || slices.Contains(subjects, r.act.Subject)) {
			acts = append(acts, *r.act)
		}
	}
	return acts, nil
}

func (s *site) Consents(context.Context, ledger.Known, ...string) ([]lineage.Consent, error) {
	return nil, nil
}

func (s *site) Persons(_ context.Context, k ledger.Known, _ string, _ []string, after string, limit int) (subjects []string, err error) {
	for _, r := range s.known(k, ledger.Known{}) {
		if r.flow != nil && r.flow.Subject > after {
			subjects = append(subjects, r.flow.Subject)
		}
	}
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	return subjects[:min(limit, len(subjects))], nil
}

// start begins a life of the consumer, with a channel to each party; it returns
// what ends it, as a SIGTERM does.
func (s *site) start(t *testing.T, parties ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s.mu.Lock()
	p := &process{site: s, life: s.life, kill: cancel}
	s.mu.Unlock()
	o := consumer.Options{Log: p, Publisher: p, Every: s.every, Routes: map[string]consumer.Route{}}
	for _, party := range parties {
		o.Routes[party] = consumer.Route{Name: event.NoticeChannelWebhook, Channel: channel{p, party}}
	}
	o.Routes["by-hand"] = consumer.Route{Name: event.NoticeChannelManual}
	done := make(chan error)
	go func() { done <- consumer.New(o).Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// got is what a party got: case and categories of each notice.
func (s *site) got(party string) (notices []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.inbox[party] {
		notices = append(notices, fmt.Sprint(n.Case, " ", n.Erase))
	}
	return notices
}

func (s *site) set(party string, err error, slow time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down[party], s.slow[party] = err, slow
}

// person is the n-th pseudonym.
func person(n int) string { return fmt.Sprintf("tmall:0199f3a2-7c1e-8b3d-9a41-%012d", n) }
