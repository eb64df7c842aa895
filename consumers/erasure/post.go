package erasure

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/docket"
	cases "github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A letter is a notice that is to go out.
type letter struct {
	opened  lineage.Act // the request that opened the case
	request lineage.Request
	step    cases.Step
	notes   int // how often the party had been told something in the case when this was found to be due
}

// A post has a line for each party, and each line workers of its own: a party that
// is slow or away holds up its own notices, nobody else's.
type post struct {
	o     *Options
	cases *watch

	mu      sync.Mutex
	ctx     context.Context
	lines   map[string]*line
	workers sync.WaitGroup
}

func newPost(o *Options, w *watch) *post {
	return &post{o: o, cases: w, lines: map[string]*line{}}
}

// open lets workers begin; they end with ctx.
func (p *post) open(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ctx = ctx
}

// wait waits for the workers.
func (p *post) wait() { p.workers.Wait() }

// offer takes a notice for its party, or says that too many wait. One of the same
// case that waits already is replaced: what is to be said may have changed.
func (p *post) offer(l letter) bool {
	p.mu.Lock()
	ln := p.lines[l.step.Party]
	if ln == nil {
		ln = &line{
			party: l.step.Party, route: p.o.Routes[l.step.Party], circuit: circuit{Breaker: p.o.Breaker},
			waiting: map[docket.Key]*waiting{}, sending: map[docket.Key]bool{}, poked: make(chan struct{}, 1),
		}
		p.lines[l.step.Party] = ln
	}
	p.mu.Unlock()
	ok, hire := ln.put(l, p.o.Waiting, p.o.Parallel, p.cases.notes)
	if hire {
		p.workers.Go(func() { p.work(p.ctx, ln) })
	}
	return ok
}

// withdraw takes back what waits for a party in a case: it has answered meanwhile.
func (p *post) withdraw(key docket.Key, party string) {
	p.mu.Lock()
	ln := p.lines[party]
	p.mu.Unlock()
	if ln == nil {
		return
	}
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if w := ln.waiting[key]; w != nil {
		heap.Remove(&ln.queue, w.place)
		delete(ln.waiting, key)
	}
}

// work sends what waits in a line until nothing does.
func (p *post) work(ctx context.Context, ln *line) {
	for {
		l, wait, ok := ln.take(p.o.Now())
		switch {
		case ok:
			p.send(ctx, ln, l)
		case wait < 0:
			return
		default:
			timer := time.NewTimer(wait)
			select {
			case <-ctx.Done():
				timer.Stop()
				ln.leave()
				return
			case <-ln.poked:
			case <-timer.C:
			}
			timer.Stop()
		}
		if ctx.Err() != nil {
			ln.leave()
			return
		}
	}
}

// send tells the party, and then Kafka that it was told: in this order, so that a
// crash in between tells it again, with the same key, and never says what was not
// done. The case is let go only when both are done.
func (p *post) send(ctx context.Context, ln *line, l letter) {
	key := docket.KeyOf(&l.opened)
	defer ln.sent(key)
	sending, cancel := context.WithTimeout(ctx, p.o.Timeout)
	err := ln.route.Send(sending, l.step.Notice)
	cancel()
	if err != nil && ctx.Err() != nil {
		ln.report(p.o.Now(), nil) // we were stopped, not it
		return
	}
	ln.report(p.o.Now(), err)
	p.o.Metrics.sent(l.step.Channel, err == nil)
	if err != nil {
		p.o.Logger.Warn("a notice did not go out; it will be tried again", zap.String("recipient", ln.party),
			zap.String("case", key.Case), zap.Int("attempt", l.step.Attempt), zap.Error(err))
	}
	e := l.step.Event(l.request, p.o.Source, p.o.Now(), err == nil)
	if p.emit(ctx, e) {
		p.cases.note(l.opened, actOf(e))
	}
}

// lastWords is how long an event may take to get out when all else has ended.
const lastWords = 10 * time.Second

// emit tries until the event is out; when ctx ends, a little longer.
func (p *post) emit(ctx context.Context, e *event.ErasureNotified) bool {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, cancel) })()
	for {
		err := p.o.Publisher.Emit(out, e)
		if err == nil {
			return true
		}
		p.o.Logger.Error("tell Kafka of a notice; trying again", zap.String("event", e.ID), zap.Error(err))
		p.o.Metrics.failures.Inc()
		var invalid event.Invalid
		if errors.As(err, &invalid) {
			return false
		}
		select {
		case <-out.Done():
			return false
		case <-time.After(time.Second):
		}
	}
}

// A line is the notices to one party.
type line struct {
	party string
	route Route

	mu      sync.Mutex
	circuit circuit
	waiting map[docket.Key]*waiting
	queue   byPause
	sending map[docket.Key]bool
	workers int
	poked   chan struct{}
}

type waiting struct {
	letter letter
	place  int
}

// put says whether the line took the letter, and whether it needs another worker.
// What was due before the party was told something is due no more: the case will
// be looked at again when that is logged.
func (ln *line) put(l letter, most, parallel int, notes func(docket.Key, string) int) (ok, hire bool) {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	key := docket.KeyOf(&l.opened)
	if ln.sending[key] || notes(key, ln.party) != l.notes {
		return true, false
	}
	if w := ln.waiting[key]; w != nil {
		w.letter = l
		heap.Fix(&ln.queue, w.place)
	} else if len(ln.queue) >= most {
		return false, false
	} else {
		w := &waiting{letter: l}
		ln.waiting[key] = w
		heap.Push(&ln.queue, w)
	}
	select {
	case ln.poked <- struct{}{}:
	default:
	}
	if hire = ln.workers < min(parallel, len(ln.queue)); hire {
		ln.workers++
	}
	return true, hire
}

// take gives the letter that is due first, or how long there is none; less than
// zero: there is none at all, and the worker is dismissed.
func (ln *line) take(now time.Time) (l letter, wait time.Duration, ok bool) {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if len(ln.queue) == 0 {
		ln.workers--
		return l, -1, false
	}
	if pause := ln.queue[0].letter.step.NotBefore.Sub(now); pause > 0 {
		return l, pause, false
	}
	if ready, from := ln.circuit.ready(now); !ready {
		if from.IsZero() {
			return l, time.Second, false
		}
		return l, from.Sub(now), false
	}
	w := heap.Pop(&ln.queue).(*waiting)
	key := docket.KeyOf(&w.letter.opened)
	delete(ln.waiting, key)
	ln.sending[key] = true
	return w.letter, 0, true
}

func (ln *line) report(now time.Time, err error) {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	ln.circuit.report(now, err)
}

func (ln *line) sent(key docket.Key) {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	delete(ln.sending, key)
}

func (ln *line) leave() {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	ln.workers--
}

// byPause is a heap of letters, the one that is due first on top.
type byPause []*waiting

func (q byPause) Len() int { return len(q) }
func (q byPause) Less(i, j int) bool {
	return q[i].letter.step.NotBefore.Before(q[j].letter.step.NotBefore)
}
func (q byPause) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push is for the heap.
func (q *byPause) Push(w any) {
	w.(*waiting).place = len(*q)
	*q = append(*q, w.(*waiting))
}

// Pop is for the heap.
func (q *byPause) Pop() any {
	last := len(*q) - 1
	w := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return w
}

// retryAfter is how long an error asks to be left alone.
func retryAfter(err error) time.Duration {
	var asks interface{ RetryAfter() time.Duration }
	if errors.As(err, &asks) {
		return asks.RetryAfter()
	}
	return 0
}
