package catalog

import (
	"math"
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A Policy is one version of a platform's privacy policy.
type Policy struct {
	ID, Platform         string
	Title                Label
	Controllers          []*Party
	Published, Effective string // dates; "" where the source does not say
	From, Until          int64  // in force from, and before: nanoseconds since 1970-01-01T00:00Z
	Document             string
	Zone                 *time.Location
	Law                  Law
	ReplyDays            int // 0: the policy does not say
	Rights               []string
	Owner                Label
	MainRecipients       []*Party
	Flows                []*Flow
	Declared             Declared
	Digest               string // SHA-256 of its file, hexadecimal

	byKind    [event.KindCount][]*Flow
	byPurpose [event.KindCount][][]*Flow // by term; nil in kinds without a purpose
	place     place
}

// Declared is what a policy's flows say together.
type Declared struct {
	Categories, Purposes Terms
	Recipients           Parties
	Regions              []Region
}

// A Law is the one that a policy is under.
type Law uint8

// The laws.
const (
	NoLaw Law = iota // the policy does not say
	PIPL
	GDPR
)

var laws = []string{"", "pipl", "gdpr"}

// String is the law as the files have it.
func (l Law) String() string { return laws[l] }

// rights are those that a policy can grant.
var rights = []string{
	"access", "correction", "supplement", "copy", "transfer", "deletion", "withdrawal", "account-closure",
	"automated-decision", "explanation", "complaint",
}

// FlowsOf are the entries of a kind.
func (p *Policy) FlowsOf(k event.Kind) []*Flow { return p.byKind[k] }

// FlowsFor are the entries of a kind that have a purpose.
func (p *Policy) FlowsFor(k event.Kind, purpose event.Term) []*Flow {
	if int(purpose) >= len(p.byPurpose[k]) {
		return nil
	}
	return p.byPurpose[k][purpose]
}

func (c *Catalog) readPolicy(o *object) *Policy {
	defer o.done()
	p := &Policy{
		ID: o.must("id", "the policy's id: platform and date"), Platform: o.must("platform", "the name under which its versions follow one another"),
		Title: o.label("title"), Published: o.day("published"), Effective: o.day("effective"), Document: o.text("document"),
		ReplyDays: o.number("reply-days", 366), Owner: o.label("owner"), place: place{o.file, o.line},
		From: math.MinInt64, Until: math.MaxInt64,
	}
	p.Zone = readZone(o)
	p.Law = Law(slices.Index(laws, o.oneOf("law", laws[1:])))
	p.Rights = o.someOf("rights", rights)
	controllers, main := c.parties(o, "controllers", ""), c.parties(o, "main-recipients", "")
	p.Controllers, p.MainRecipients = controllers.Named, main.Named
	if len(p.Controllers) == 0 && o.values["controllers"] == nil {
		o.wrong("controllers", "is missing: want the parties whose events the policy judges")
	}
	if p.Published != "" && p.Effective != "" && p.Effective < p.Published {
		o.wrong("effective", "is before published, %s", p.Published)
	}
	if t, err := time.ParseInLocation(time.DateOnly, p.Effective, p.Zone); err == nil {
		p.From = t.UnixNano()
	}
	p.readFlows(c, o)
	return p
}

func readZone(o *object) *time.Location {
	name := o.text("time-zone")
	if name == "" {
		name = "Asia/Shanghai"
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		o.wrong("time-zone", "there is no zone %q; want a name such as Asia/Shanghai", name)
		return time.UTC
	}
	return zone
}

func (p *Policy) readFlows(c *Catalog, o *object) {
	seen := map[string]bool{}
	for _, child := range o.children("flows") {
		f := c.readFlow(child)
		if f.ID != "" && seen[f.ID] {
			child.wrong("id", "another flow of the policy is called %s, too", f.ID)
		}
		seen[f.ID] = true
		if len(f.Holders.Named) == 0 {
			f.Holders = Parties{Named: p.Controllers}
		}
		p.Flows = append(p.Flows, f)
		p.byKind[f.Kind] = append(p.byKind[f.Kind], f)
	}
	if len(p.Flows) == 0 {
		o.wrong("flows", "is missing: want what the policy declares")
	}
	p.spellOut(c)
	for k := range p.byKind {
		p.indexPurposes(c, event.Kind(k))
	}
	for _, f := range p.Flows {
		p.Declared.add(c, f)
	}
}

// spellOut puts what is collected in the place of the word for it.
func (p *Policy) spellOut(c *Catalog) {
	var all Terms
	for _, f := range p.byKind[event.KindCollected] {
		all.merge(c, event.ListCategory, &f.Categories)
	}
	for _, f := range p.Flows {
		if f.AllCollected {
			f.Categories.merge(c, event.ListCategory, &all)
		}
	}
}

// indexPurposes lays the flows of a kind out by purpose.
func (p *Policy) indexPurposes(c *Catalog, k event.Kind) {
	if k == event.NoKind || !k.Requires(event.FieldPurpose) || len(p.byKind[k]) == 0 {
		return
	}
	p.byPurpose[k] = make([][]*Flow, len(c.lists[event.ListPurpose].Terms)+1)
	for _, f := range p.byKind[k] {
		for purpose := range p.byPurpose[k] {
			if f.Purposes.Allow(event.Term(purpose)) {
				p.byPurpose[k][purpose] = append(p.byPurpose[k][purpose], f)
			}
		}
	}
}

// add takes one more flow into what all declare. Only entries of flows and of
// consents say what a person was told.
func (d *Declared) add(c *Catalog, f *Flow) {
	if !f.Kind.Requires(event.FieldCategories) && f.Kind != event.KindConsentGranted {
		return
	}
	d.Categories.merge(c, event.ListCategory, &f.Categories)
	d.Purposes.merge(c, event.ListPurpose, &f.Purposes)
	d.Recipients.merge(&f.Recipients)
	d.Regions = append(d.Regions, f.regions...)
}

// In says whether any flow names a country.
func (d *Declared) In(country Region) bool { return slices.Contains(d.Regions, country) }
