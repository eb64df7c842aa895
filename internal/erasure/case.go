package erasure

import (
	"slices"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// Rules are how cases are handled.
type Rules struct {
	Days     int // until a case must be answered; 0 = 15
	Calendar Calendar
	Remind   []int             // so many days before a deadline whoever has not answered is reminded; nil = 3 and 0
	Channels map[string]string // the notice channel of each party; none: nobody can be told
	Attempts int               // failures in a row after which a party is unreachable; 0 = 5
	First    time.Duration     // pause after the first failure, doubled after each; 0 = 1 minute
	Longest  time.Duration     // pause; 0 = 6 hours
}

// WithDefaults is r with what is left open.
func (r Rules) WithDefaults() Rules {
	if r.Days == 0 {
		r.Days = 15
	}
	if r.Remind == nil {
		r.Remind = []int{3, 0}
	}
	if r.Attempts == 0 {
		r.Attempts = 5
	}
	if r.First == 0 {
		r.First = time.Minute
	}
	if r.Longest == 0 {
		r.Longest = 6 * time.Hour
	}
	return r
}

// A Case is what has become of a request by a moment.
type Case struct {
	Request     lineage.Request
	Subjects    []string
	Deadline    time.Time
	Parties     []Party // those of the plan in its order, then others that answered, by name
	Resurrected []lineage.Ref

	rules Rules
	now   time.Time
}

// A Party is what has become of a request at one party. Notified, acknowledged,
// executed and verified are four facts: none of them follows from another.
type Party struct {
	lineage.Item
	Channel    string // how it is told; empty: nobody knows how
	Categories []Category
	Notices    []Notice // by attempt

	Notified     time.Time // when it was first sent a notice; zero: it was not, as with the others
	Acknowledged time.Time
	Executed     time.Time
	Verified     time.Time
	Refused      time.Time // when it last refused
	Refusal      string
	Restricted   time.Time // when it last said that it keeps something
	Evidence     []event.Evidence

	Overdue     bool // something is not answered although its time is over
	Unreachable bool // it cannot be told: there is no channel, or the last attempts all failed

	acts []*lineage.Act
}

// A Category is what has become of one category at one party.
type Category struct {
	lineage.Choice
	State State
	Until string    // of Kept: the last day; empty: no end is known
	Since time.Time // since when it is to be erased: the request, or the end of a hold
	Due   time.Time // when it must be answered
}

// A State is where one category stands.
type State string

// The states.
const (
	Open   State = "open"   // it is to be erased, and there is no answer
	Erased State = "erased" // the party says so
	Kept   State = "kept"   // for storage only: by the plan or as the party says
	Denied State = "denied" // the party refuses
	Gone   State = "gone"   // there was nothing to erase
)

// A Notice is one attempt to tell a party.
type Notice struct {
	Attempt    int
	Time       time.Time
	Channel    string
	Sent       bool
	Categories []string
	Told       []lineage.Ref // what it derives from: the request, and late flows
}

// Fold is the case of a plan by what has happened until now. Acts of other cases
// are left out; one that is told twice counts once.
func Fold(plan lineage.Plan, acts []lineage.Act, rules Rules, now time.Time) Case {
	c := Case{Request: plan.Request, Subjects: plan.Subjects, Resurrected: plan.Resurrected, rules: rules.WithDefaults(), now: now}
	c.Deadline = plan.Request.Deadline
	if c.Deadline.IsZero() {
		c.Deadline = c.rules.Calendar.Deadline(plan.Request.Time, c.rules.Days)
	}
	byParty := c.acts(acts)
	for _, i := range plan.Items {
		c.Parties = append(c.Parties, Party{Item: i, acts: byParty[i.Party]})
		delete(byParty, i.Party)
	}
	for _, name := range sortedKeys(byParty) {
		c.Parties = append(c.Parties, Party{Item: lineage.Item{Party: name, Own: name == c.Request.Controller}, acts: byParty[name]})
	}
	for i := range c.Parties {
		c.judge(&c.Parties[i])
	}
	return c
}

// acts is those of the case, once each, by party and time.
func (c *Case) acts(all []lineage.Act) map[string][]*lineage.Act {
	byParty, seen := map[string][]*lineage.Act{}, map[lineage.Ref]bool{}
	for i := range all {
		a := &all[i]
		if a.Kind == event.KindErasureRequested || a.Controller != c.Request.Controller || a.Case() != c.Request.Case || a.Time.After(c.now) || seen[a.Event] {
			continue
		}
		seen[a.Event] = true
		byParty[a.Party()] = append(byParty[a.Party()], a)
	}
	for _, acts := range byParty {
		slices.SortFunc(acts, compareActs)
	}
	return byParty
}

// judge says where a party stands.
func (c *Case) judge(p *Party) {
	p.Channel = c.rules.Channels[p.Party]
	for _, a := range p.acts {
		p.note(a)
	}
	for _, choice := range p.Choices {
		p.Categories = append(p.Categories, c.stand(p, choice))
	}
	p.Overdue = slices.ContainsFunc(p.Categories, func(g Category) bool { return g.State == Open && c.now.After(g.Due) })
	p.Unreachable = p.Open() && (p.Channel == "" && !p.Own && p.Notified.IsZero() || p.failures() >= c.rules.Attempts)
}

// note takes down the facts of an act; acts come by time.
func (p *Party) note(a *lineage.Act) {
	switch a.Kind {
	case event.KindErasureNotified:
		n := Notice{a.Attempt, a.Time, a.Channel, a.Delivery == string(event.DeliverySent), a.Categories, a.Parents}
		p.Notices = append(p.Notices, n)
		if n.Sent {
			first(&p.Notified, a.Time)
		}
	case event.KindErasureAcknowledged:
		first(&p.Acknowledged, a.Time)
	case event.KindErasureExecuted:
		first(&p.Executed, a.Time)
	case event.KindErasureVerified:
		first(&p.Verified, a.Time)
	case event.KindErasureRefused:
		p.Refused, p.Refusal = a.Time, a.Refusal
	case event.KindErasureRestricted:
		p.Restricted = a.Time
	}
	if a.Evidence != (event.Evidence{}) {
		p.Evidence = append(p.Evidence, a.Evidence)
	}
}

func first(t *time.Time, at time.Time) {
	if t.IsZero() {
		*t = at
	}
}

// Open says whether the party has still to answer.
func (p *Party) Open() bool {
	return slices.ContainsFunc(p.Categories, func(g Category) bool { return g.State == Open })
}

// failures is how many attempts have failed since one was sent.
func (p *Party) failures() (n int) {
	for _, notice := range p.Notices {
		if n++; notice.Sent {
			n = 0
		}
	}
	return n
}

// Count is how many parties are so.
func (c *Case) Count(is func(*Party) bool) (n int) {
	for i := range c.Parties {
		if is(&c.Parties[i]) {
			n++
		}
	}
	return n
}

// Closed says whether every party has answered for everything, and no hold is
// left that will end.
func (c *Case) Closed() bool {
	return !slices.ContainsFunc(c.Parties, func(p Party) bool {
		return slices.ContainsFunc(p.Categories, func(g Category) bool { return g.State == Open || g.State == Kept && g.Until != "" })
	})
}
