package lineage

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A Request is what opens a case: whose data is to be erased, of what kinds, where.
type Request struct {
	Event            Ref
	Case             string
	Subject          string // of a request about everyone: whose turn it is
	Controller       string
	Ground, Scope    string
	Categories       []string // none: all
	Recipients       []string // none: everyone
	Time, RecordedAt time.Time
	Deadline         time.Time // that the request itself sets; zero: the policy's
}

// Request is the request that a is; nothing else may be asked for it.
func (a *Act) Request() Request {
	return Request{
		Event: a.Event, Case: a.Case(), Subject: a.Subject, Controller: a.Controller, Ground: a.Ground, Scope: a.Scope,
		Categories: a.Categories, Recipients: a.Recipients, Time: a.Time, RecordedAt: a.RecordedAt, Deadline: a.Deadline,
	}
}

// A Plan says who is to erase what.
type Plan struct {
	Request     Request
	Subjects    []string // the pseudonyms of the person as of the request
	Items       []Item   // by the length of their paths, then by name
	Resurrected []Ref    // flows of what the case is about that happened after the request
}

// An Item is one party of a plan: the controller itself, or a recipient.
type Item struct {
	Party   string
	Own     bool // the controller itself
	Path    []string
	Refs    []string // under which it was given the person's data
	Choices []Choice // by category

	Public       []string  // categories that it made public: to be taken down with the rest
	UnknownBelow []string  // parties and roles it may have passed data on to, of which nothing was reported
	First, Last  time.Time // of the flows that it has, or had, data from
}

// A Choice is what is to become of one category at one party, and why.
type Choice struct {
	Category  string
	Decision  Decision
	Reason    Reason
	Exemption string    // of Restrict
	Until     string    // of Restrict: the last day; empty: no end is known
	Erased    time.Time // of Nothing: when it was
	Late      []Late    // flows of what it still has that were logged after the request
	Persons   int       // of a tally: of how many persons
}

// A Late is a flow that happened before a request and was logged after it.
type Late struct {
	Event      Ref
	RecordedAt time.Time
}

// A Decision is what is to become of data.
type Decision string

// The decisions.
const (
	Erase    Decision = "erase"
	Restrict Decision = "restrict" // keep for storage only, until a day, then erase
	Ask      Decision = "ask"      // the party says whether it has a right of its own to keep it
	Nothing  Decision = "nothing"  // there is nothing left to erase
)

// A Reason is why a decision was made.
type Reason string

// The reasons.
const (
	Held             Reason = "held"              // it has the data
	MustKeep         Reason = "must-keep"         // a rule of retention holds
	SaidItKeeps      Reason = "said-it-keeps"     // it said so in an earlier case, and the time is not over
	OwnAuthorisation Reason = "own-authorisation" // the person gave it the data, or a consent, on its own account
	StatutoryDuty    Reason = "statutory-duty"    // a law had it given the data
	ErasedBefore     Reason = "erased-before"
	Anonymised       Reason = "anonymised" // what it got is no personal data
)

// NewPlan makes the plan of a request from all that is known of the person. It
// does not matter in which order things came to be known.
func NewPlan(h History, r Request, t Terms) Plan {
	p := planner{h: &h, r: r, t: t}
	p.gather()
	plan := Plan{Request: r, Subjects: p.subjects, Resurrected: p.resurrected}
	items := map[string]*Item{}
	for party, categories := range p.byParty() {
		items[party] = p.item(party, categories)
	}
	p.paths(items)
	for _, i := range items {
		plan.Items = append(plan.Items, *i)
	}
	slices.SortFunc(plan.Items, compareItems)
	return plan
}

type planner struct {
	h *History
	r Request
	t Terms

	subjects    []string
	flows       []carriage // what the case is about, up to the request
	reported    []carriage // the same, and what parties passed on of other kinds
	resurrected []Ref
	got         func(holding) bool // where the request names recipients
	had         map[holding]*held
	own         map[holding]bool // what a party collected from the person on its own account
	consents    []Consent        // of the person
}

// gather finds what the case is about.
func (p *planner) gather() {
	r := &p.r
	all := carried(p.ofPerson(), r.Controller)
	p.got = func(holding) bool { return true }
	if len(r.Recipients) > 0 {
		all, p.got = through(all, r.Controller, r.Recipients)
	}
	p.reported = all
	for _, f := range all {
		f = f.only(r.Categories)
		switch {
		case len(f.categories) == 0:
		case f.Time.After(r.Time):
			p.resurrected = append(p.resurrected, f.Event)
		default:
			p.flows = append(p.flows, f)
		}
	}
	slices.SortFunc(p.resurrected, compareRefs)
	p.resurrected = slices.Compact(p.resurrected)
	p.had = holdings(p.flows, p.h.erasures(r.Controller, r.Time), p.hadToKeep)
}

// ofPerson finds the flows of the person, and what the person allowed others.
func (p *planner) ofPerson() (flows []*Flow) {
	p.subjects, p.own = Aliases(p.h.Links, p.r.Time, p.r.Subject), map[holding]bool{}
	for i := range p.h.Flows {
		f := &p.h.Flows[i]
		if !slices.Contains(p.subjects, f.Subject) {
			continue
		}
		flows = append(flows, f)
		if f.ownAccount() && !f.Time.After(p.r.Time) {
			for _, c := range f.Categories {
				p.own[holding{f.Holder, c}] = true
			}
		}
	}
	for _, c := range p.h.Consents {
		if slices.Contains(p.subjects, c.Subject) {
			p.consents = append(p.consents, c)
		}
	}
	return flows
}

// only is f with those of its categories that are wanted; none: all.
func (f carriage) only(wanted []string) carriage {
	if len(wanted) == 0 {
		return f
	}
	categories := []string{}
	for _, c := range f.categories {
		if slices.Contains(wanted, c) {
			categories = append(categories, c)
		}
	}
	return carriage{f.Flow, categories}
}

func (p *planner) byParty() map[string][]string {
	parties := map[string][]string{}
	for h := range p.had {
		if p.got(h) {
			parties[h.party] = append(parties[h.party], h.category)
		}
	}
	return parties
}

func (p *planner) item(party string, categories []string) *Item {
	i := &Item{Party: party, Own: party == p.r.Controller}
	slices.Sort(categories)
	for _, c := range categories {
		i.Choices = append(i.Choices, p.choose(holding{party, c}))
	}
	for _, f := range p.flows {
		if f.leavesWith(party) && slices.ContainsFunc(f.categories, func(c string) bool { return slices.Contains(categories, c) }) {
			i.add(&f)
		}
	}
	i.UnknownBelow = p.unknownBelow(i)
	i.sort()
	return i
}

// add notes what f says of the party.
func (i *Item) add(f *carriage) {
	if f.taker() == i.Party && f.Kind != event.KindCollected && f.RecipientRef != "" {
		i.Refs = append(i.Refs, f.RecipientRef)
	}
	if f.Kind == event.KindDisclosed {
		i.Public = append(i.Public, f.categories...)
	}
	if i.First.IsZero() || f.Time.Before(i.First) {
		i.First = f.Time
	}
	if f.Time.After(i.Last) {
		i.Last = f.Time
	}
}

func (i *Item) sort() {
	for _, l := range []*[]string{&i.Refs, &i.Public, &i.UnknownBelow} {
		slices.Sort(*l)
		*l = slices.Compact(*l)
	}
}

// paths gives each item the shortest chain from the controller over what is known.
func (p *planner) paths(items map[string]*Item) {
	flows := make([]Flow, 0, len(p.flows))
	given := map[string]bool{}
	for _, f := range p.flows {
		flow := *f.Flow
		if flow.Kind == event.KindCollected && flow.From != "" { // as the giver would have told it
			flow.Kind, flow.Holder, flow.Recipient = event.KindShared, flow.From, flow.Holder
		}
		flow.Controller = p.r.Controller
		flows = append(flows, flow)
		given[flow.to()] = true
	}
	inferred := map[string]bool{}
	for party := range items {
		inferred[party] = !given[party] && party != p.r.Controller
	}
	g := chains(flows, inferred)
	for party, i := range items {
		if i.Own {
			i.Path = []string{party}
			continue
		}
		i.Path = g.to(party)
	}
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID))
}

// Holders is every party of the plan that still has something, sorted.
func (p *Plan) Holders() []string {
	holders := map[string]bool{}
	for _, i := range p.Items {
		if slices.ContainsFunc(i.Choices, func(c Choice) bool { return c.Decision != Nothing }) {
			holders[i.Party] = true
		}
	}
	return slices.Sorted(maps.Keys(holders))
}
