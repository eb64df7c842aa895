package erasure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/docket"
	cases "github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A Consumer follows every case that is open. All that it remembers is a cache:
// it is read from the log again when it starts.
type Consumer struct {
	o    Options
	post *post

	seen  ledger.Known // up to where the log was whole when it was last looked at
	cases *watch
	wide  map[docket.Key]*wide // the cases about everyone
	told  int                  // how many events these had when they were last looked at
}

// A wide is a case about everyone, and its plan as it was last made.
type wide struct {
	request lineage.Act
	plan    lineage.Plan
	made    time.Time
}

// New returns a consumer; it does nothing before Run.
func New(o Options) *Consumer {
	c := &Consumer{o: o.withDefaults(), cases: newWatch(), wide: map[docket.Key]*wide{}}
	c.post = newPost(&c.o, c.cases)
	return c
}

// Run works until ctx ends, and then until what is being sent is sent, or given up.
func (c *Consumer) Run(ctx context.Context) error {
	defer c.post.wait()
	c.post.open(ctx)
	for {
		if err := c.Round(ctx); err != nil && ctx.Err() == nil {
			c.o.Logger.Warn("look after the cases; trying again", zap.Error(err))
			c.o.Metrics.failures.Inc()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(c.o.Every):
		}
	}
}

// Round looks once at what is new and what is due. It asks first how far Kafka is,
// and takes up requests below that only, when the log has all of it: so of each
// request it knows whatever Kafka held when the request was made. Until then
// nothing new is planned.
func (c *Consumer) Round(ctx context.Context) error {
	await, err := c.o.Log.Ask(ctx)
	if err != nil {
		return fmt.Errorf("ask how far Kafka is: %w", err)
	}
	certificate, err := await(ctx, c.o.Patience)
	if err != nil {
		return err
	}
	known := certificate.Known()
	c.o.Metrics.missing.Set(float64(certificate.Missing))
	if certificate.Complete {
		if err := c.news(ctx, asked(&certificate)); err != nil {
			return err
		}
	} else {
		c.o.Logger.Info("the log is not as far as Kafka; new requests wait", zap.Int64("missing", certificate.Missing))
	}
	defer func() { c.o.Metrics.open.Set(float64(c.cases.size())) }()
	return c.look(ctx, known, c.cases.due(c.o.Now()))
}

// asked is the part of the log that Kafka held when it was asked.
func asked(c *ledger.Certificate) ledger.Known {
	k := c.Known()
	for _, p := range c.Partitions {
		if p.End != nil {
			k.Below[p.Place()] = min(p.Logged, *p.End)
		}
	}
	return k
}

// news puts what was logged since the last time on watch, and remembers that it
// was seen only when all of it is.
func (c *Consumer) news(ctx context.Context, known ledger.Known) error {
	var requests []lineage.Act
	touched, err := c.touched(ctx, known)
	if err != nil {
		return err
	}
	if len(touched) > 0 {
		acts, err := c.o.Log.Acts(ctx, known, touched...)
		if err != nil {
			return err
		}
		requests = acts
	}
	fresh, err := c.o.Log.Requests(ctx, known, c.seen)
	if err != nil {
		return err
	}
	if err := c.answered(ctx, known); err != nil {
		return err
	}
	for _, r := range slices.Concat(requests, fresh) {
		if r.Kind == event.KindErasureRequested {
			c.cases.add(r)
		}
	}
	c.seen = known
	return nil
}

// touched is whoever something new is known of, and all who were ever linked with
// them. The first time everything is new: then it is the requests that matter.
func (c *Consumer) touched(ctx context.Context, known ledger.Known) ([]string, error) {
	if c.seen.Below == nil {
		return nil, nil
	}
	subjects, err := c.o.Log.Touched(ctx, known, c.seen)
	if err != nil || len(subjects) == 0 {
		return nil, err
	}
	links, err := c.o.Log.Links(ctx, known, subjects...)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		subjects = append(subjects, l.A, l.B)
	}
	slices.Sort(subjects)
	return slices.Compact(subjects), nil
}

// look folds cases, hands out the notices that are due, and says when to look again.
func (c *Consumer) look(ctx context.Context, known ledger.Known, requests []lineage.Act) error {
	var single, wide []lineage.Act
	for _, r := range requests {
		if docket.Everyone(&r) {
			wide = append(wide, r)
		} else {
			single = append(single, r)
		}
	}
	if err := c.lookAtAll(ctx, known, wide); err != nil {
		c.cases.again(requests, c.o.Now())
		return err
	}
	for page := range slices.Chunk(single, c.o.Docket.PageSize()) {
		plans, acts, err := c.o.Docket.Plans(ctx, known, page)
		if err != nil {
			c.cases.again(requests, c.o.Now())
			return err
		}
		for i := range plans {
			c.handle(page[i], plans[i], acts[i])
		}
	}
	return nil
}

// replan is after how long the plan of a case about everyone is made anew: it
// takes as long as reading every person.
const replan = 24 * time.Hour

// lookAtAll is look for cases about everyone, whose events are read once for all.
func (c *Consumer) lookAtAll(ctx context.Context, known ledger.Known, requests []lineage.Act) error {
	if len(requests) == 0 {
		return nil
	}
	acts, err := c.o.Log.Acts(ctx, known)
	if err != nil {
		return err
	}
	c.told = len(acts)
	for _, r := range requests {
		plan, err := c.planAll(ctx, known, r)
		if err != nil {
			return err
		}
		c.handle(r, plan, acts)
	}
	return nil
}

// planAll is the plan of a case about everyone, made anew when it is old.
func (c *Consumer) planAll(ctx context.Context, known ledger.Known, r lineage.Act) (lineage.Plan, error) {
	key, now := docket.KeyOf(&r), c.o.Now()
	if w := c.wide[key]; w != nil && now.Sub(w.made) < replan {
		return w.plan, nil
	}
	plan, persons, err := c.o.Docket.PlanAll(ctx, known, r)
	if err != nil {
		return plan, err
	}
	c.wide[key] = &wide{r, plan, now}
	c.o.Logger.Info("planned a case about everyone", zap.String("case", key.Case), zap.String("controller", key.Controller), zap.Int("persons", persons))
	return plan, nil
}

// answered puts the cases about everyone back on watch when there is a new event
// of one: nobody is touched by these.
func (c *Consumer) answered(ctx context.Context, known ledger.Known) error {
	if len(c.wide) == 0 {
		return nil
	}
	acts, err := c.o.Log.Acts(ctx, known)
	if err != nil || len(acts) == c.told {
		return err
	}
	for _, w := range c.wide {
		c.cases.add(w.request)
	}
	return nil
}

// handle folds one case. What was told and is not in the log yet counts as well.
func (c *Consumer) handle(r lineage.Act, plan lineage.Plan, acts []lineage.Act) {
	key, now := docket.KeyOf(&r), c.o.Now()
	told, notes := c.cases.told(key, acts)
	file := c.o.Docket.Fold(plan, slices.Concat(acts, told), now)
	c.o.Metrics.looked.Inc()
	next := file.Next()
	due := map[string]bool{}
	for _, s := range file.Steps() {
		if c.o.Routes[s.Party].Channel == nil {
			continue // a person tells it, and says so
		}
		due[s.Party] = true
		s.Notice.Answer = cases.AnswerURL(c.o.Answers, key.Controller, key.Case)
		if !c.post.offer(letter{opened: r, request: plan.Request, step: s, notes: notes[s.Party]}) {
			next = earlier(next, now.Add(time.Minute)) // the party has enough to do for now
		}
	}
	for _, p := range file.Parties {
		if !due[p.Party] {
			c.post.withdraw(key, p.Party)
		}
	}
	if w := c.wide[key]; w != nil && !file.Closed() {
		next = earlier(next, w.made.Add(replan))
	}
	c.cases.set(key, next)
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// actOf is an event of ours as the log will have it.
func actOf(e *event.ErasureNotified) lineage.Act {
	a := lineage.Act{
		Event: lineage.Ref{Source: e.Source, ID: e.ID}, Kind: e.Kind(), Subject: string(e.Subject), Time: e.Time,
		Controller: string(e.Controller), Holder: string(e.Controller), Recipient: string(e.Recipient), RequestID: e.RequestID,
		Channel: string(e.NoticeChannel), Attempt: e.Attempt, Delivery: string(e.Delivery),
	}
	for _, c := range e.Categories {
		a.Categories = append(a.Categories, string(c))
	}
	for _, p := range e.Parents {
		a.Parents = append(a.Parents, lineage.Ref{Source: p.Source, ID: p.ID})
	}
	return a
}
