package erasure

import (
	"slices"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A Step is a notice that is due: to whom, what it says, and from when on.
type Step struct {
	Party, Channel string
	Why            Why
	Attempt        int       // from 1, over all notices to the party in the case
	Round          int       // how many were sent to it before
	NotBefore      time.Time // after a failure: the pause
	Notice         Notification

	told []lineage.Ref // what the event of the notice derives from
}

// A Why is why a notice is due.
type Why string

// The reasons.
const (
	FirstNotice Why = "first"
	LateFlow    Why = "late"     // something was logged after the request that happened before it
	HoldEnded   Why = "hold"     // what the party kept is to be erased now
	Reminder    Why = "reminder" // the deadline comes near, or is over, without an answer
)

// mostTerms and mostParents are what one event can hold.
const (
	mostTerms   = 64
	mostParents = 64
)

// Steps are the notices that are due now or after a pause, at most one a party.
// As long as nothing happens they are the same, with the same keys; whoever has
// been sent one is due no other until there is something new to say, or a
// deadline is near.
func (c *Case) Steps() (steps []Step) {
	for i := range c.Parties {
		if s, ok := c.step(&c.Parties[i]); ok {
			steps = append(steps, s)
		}
	}
	return steps
}

func (c *Case) step(p *Party) (s Step, due bool) {
	if p.Channel == "" || len(p.Notices) >= lastAttempt {
		return s, false
	}
	s = c.next(p, FirstNotice)
	var say []Category
	for _, g := range p.Categories {
		switch {
		case g.State == Open && !p.told(c.now, g.Category, g.Since):
			if say = append(say, g); !g.Since.Equal(c.Request.Time) {
				s.Why = HoldEnded
			}
		case g.State == Open && !p.knew(c.now, &g):
			say = append(say, g)
		}
	}
	switch {
	case len(say) > 0:
		if s.Round > 0 && s.Why != HoldEnded {
			s.Why = LateFlow
		}
	case s.Round == 0 && slices.ContainsFunc(p.Categories, func(g Category) bool { return g.State == Kept }):
	case c.remind(p):
		s.Why = Reminder
		say = p.open()
	default:
		return s, false
	}
	s.NotBefore = later(s.NotBefore, c.pause(p))
	c.write(&s, p, say[:min(len(say), mostTerms)])
	return s, true
}

// Remind is a reminder to a party, whether a day of reminding has come or not. There
// is none where the party has nothing left to answer or was never told.
func (c *Case) Remind(party string) (s Step, ok bool) {
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Party != party || p.Channel == "" || !p.Open() || p.Notified.IsZero() || len(p.Notices) >= lastAttempt {
			continue
		}
		s, say := c.next(p, Reminder), p.open()
		c.write(&s, p, say[:min(len(say), mostTerms)])
		return s, true
	}
	return s, false
}

// next is the step after all that the party was sent, or was tried to be.
func (c *Case) next(p *Party, why Why) Step {
	s := Step{Party: p.Party, Channel: p.Channel, Why: why, Attempt: 1, Round: len(p.sentBy(c.now)), NotBefore: c.Request.Time}
	for _, n := range p.Notices {
		s.Attempt = max(s.Attempt, n.Attempt+1)
	}
	return s
}

// open is what the party has still to answer for.
func (p *Party) open() []Category {
	return slices.DeleteFunc(slices.Clone(p.Categories), func(g Category) bool { return g.State != Open })
}

// lastAttempt is the greatest number that an attempt can have.
const lastAttempt = 1000

// remind says whether a day of reminding has come since the party was last told.
func (c *Case) remind(p *Party) bool {
	for _, g := range p.Categories {
		if g.State != Open {
			continue
		}
		for _, days := range c.rules.Remind {
			if at := g.Due.AddDate(0, 0, -days); !c.now.Before(at) && !p.told(c.now, g.Category, at) {
				return true
			}
		}
	}
	return false
}

// pause is until when nothing is to be sent after the last attempts failed. It
// differs from party to party by up to a quarter, so that not all are tried at once.
func (c *Case) pause(p *Party) time.Time {
	failures := p.failures()
	if failures == 0 {
		return time.Time{}
	}
	pause := c.rules.Longest
	if shift := failures - 1; shift < 30 {
		pause = min(pause, c.rules.First<<shift)
	}
	last := p.Notices[len(p.Notices)-1].Time
	return last.Add(pause + pause/4*time.Duration(spread(c.Request.Case, p.Party))/256)
}

// write says what the notice says: what is asked for, what is kept, and of what
// the party has not heard.
func (c *Case) write(s *Step, p *Party, say []Category) {
	n := &s.Notice
	*n = Notification{
		Case: c.Request.Case, Controller: c.Request.Controller, Recipient: p.Party, Everyone: c.Request.Subject == "" && c.Request.Scope == string(event.ScopeController),
		References: p.Refs, Deadline: c.Deadline, Reminder: s.Why == Reminder, Time: c.Request.Time,
	}
	s.told = []lineage.Ref{c.Request.Event}
	for i, g := range say {
		switch {
		case slices.Contains(n.Erase, g.Category) || slices.Contains(n.Ask, g.Category): // of many persons there may be several choices
		case g.Decision == lineage.Ask:
			n.Ask = append(n.Ask, g.Category)
		default:
			n.Erase = append(n.Erase, g.Category)
		}
		if i == 0 || g.Due.Before(n.Deadline) {
			n.Deadline = g.Due
		}
		for _, l := range g.Late {
			if len(s.told) < mostParents && !slices.Contains(s.told, l.Event) && !p.heard(l.Event) {
				s.told = append(s.told, l.Event)
				n.Time = later(n.Time, l.RecordedAt)
			}
		}
		n.Time = later(n.Time, g.Since)
	}
	for _, g := range p.Categories {
		if g.State == Kept {
			n.Keep = append(n.Keep, Keep{g.Category, g.Exemption, g.Until})
		}
	}
	n.ID = ID("notice", n.Controller, n.Case, n.Recipient, decimal(s.Round), string(n.content()))
}

func (p *Party) heard(f lineage.Ref) bool {
	return slices.ContainsFunc(p.Notices, func(n Notice) bool { return n.Sent && slices.Contains(n.Told, f) })
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Next is when the case changes by time alone: a deadline, a day of reminding, the
// end of a hold. Zero: never.
func (c *Case) Next() (next time.Time) {
	note := func(at time.Time) {
		if at.After(c.now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, p := range c.Parties {
		for _, g := range p.Categories {
			switch g.State {
			case Open:
				note(g.Due.Add(1))
				for _, days := range c.rules.Remind {
					note(g.Due.AddDate(0, 0, -days))
				}
			case Kept:
				note(c.rules.Calendar.End(g.Until))
			}
		}
	}
	return next
}

// Event is the event of the attempt: that the notice was sent, or that it could
// not be. Its id follows from the attempt, so that it is one event however often
// it is told.
func (s *Step) Event(r lineage.Request, source string, now time.Time, sent bool) *event.ErasureNotified {
	delivery := event.DeliveryFailed
	if sent {
		delivery = event.DeliverySent
	}
	e := &event.ErasureNotified{
		Meta: event.Meta{
			ID:     ID("notified", r.Controller, r.Case, s.Party, decimal(s.Attempt), string(delivery)),
			Source: source, Time: now, Subject: event.Subject(r.Subject),
		},
		Controller: event.Party(r.Controller), RequestID: r.Case, Recipient: event.Party(s.Party),
		NoticeChannel: event.NoticeChannel(s.Channel), Attempt: s.Attempt, Delivery: delivery, RecordRef: s.Notice.ID,
	}
	for _, list := range [][]string{s.Notice.Erase, s.Notice.Ask} {
		for _, c := range list {
			e.Categories = append(e.Categories, event.Category(c))
		}
	}
	for _, ref := range s.told {
		e.Parents = append(e.Parents, event.Ref{Source: ref.Source, ID: ref.ID})
	}
	return e
}
