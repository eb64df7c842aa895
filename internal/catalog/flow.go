package catalog

import (
	"github.com/datacustody/custody/schemas/event"
)

// A Flow is one entry of a policy: what may happen. A list without terms allows
// any, but that Countries are then the controller's own and Holders the controllers.
type Flow struct {
	ID      string
	Row     int    // of the design's list of flows; 0 = none
	Section string // where in the source
	Law     string // what carries the entry where the source does not
	Quote   string
	Summary Label
	Kind    event.Kind

	Categories, Purposes, LegalBases, ConsentForms             Terms
	Protection, Necessity                                      Terms // at most one each
	Origins, Relationships, Mechanisms, Channels               Terms
	Audiences, DisclosureGrounds                               Terms
	Grounds, Scopes, Exemptions, Refusals, Methods, Operations Terms

	Recipients, From, Holders Parties
	Countries                 []string // RecipientCountry stands for the one in which the recipient is registered
	SDKs                      []string
	SeparateConsent           bool // where consent is the ground, it has to be a separate one
	Minor                     bool // it covers only persons under 14
	AllCollected              bool // Categories are all that the policy's data.collected entries name
	Retention                 Retention
	DeadlineDays              int

	weakest   event.Term
	regions   []Region
	recipient bool // RecipientCountry is among Countries
}

// RecipientCountry stands for the country in which a recipient is registered.
const RecipientCountry = "recipient"

// collected stands for every category that the policy's data.collected entries name.
const collected = "collected"

// A Retention is how long data is kept, and from when on.
type Retention struct {
	Years, Months, Days int
	Minimum             bool // at least so long; else at most
	After               string
}

// At says whether data may go to a country, of a recipient that may be unknown.
func (f *Flow) At(country, home Region, recipient *Party) bool {
	if len(f.Countries) == 0 {
		return country == home
	}
	if f.recipient && recipient != nil && recipient.Region == country {
		return true
	}
	for _, r := range f.regions {
		if r == country {
			return true
		}
	}
	return false
}

// Weakest is the weakest protection that the flow allows; 0 = any.
func (f *Flow) Weakest() event.Term { return f.weakest }

func (c *Catalog) readFlow(o *object) *Flow {
	defer o.done()
	f := &Flow{
		ID: o.must("id", "a name that no other flow of the policy has"), Row: o.number("row", 50),
		Section: o.text("section"), Law: o.text("law"), Quote: o.text("quote"), Summary: o.label("summary"),
		SeparateConsent: o.flag("separate-consent"), Minor: o.flag("minor"), DeadlineDays: o.number("deadline-days", 366),
	}
	f.Kind = readKind(o)
	for key, into := range map[string]*Terms{
		"categories": &f.Categories, "purposes": &f.Purposes, "legal-bases": &f.LegalBases, "consent-forms": &f.ConsentForms,
		"origins": &f.Origins, "relationships": &f.Relationships, "mechanisms": &f.Mechanisms, "channels": &f.Channels,
		"audiences": &f.Audiences, "disclosure-grounds": &f.DisclosureGrounds, "grounds": &f.Grounds, "scopes": &f.Scopes,
		"exemptions": &f.Exemptions, "refusals": &f.Refusals, "methods": &f.Methods, "actions": &f.Operations,
	} {
		o.list(key, func(id string, line int) {
			if key == "categories" && id == collected {
				f.AllCollected = true
				return
			}
			c.term(o, key, line, flowLists[key], id, into)
		})
	}
	for key, into := range map[string]*Terms{"protection": &f.Protection, "necessity": &f.Necessity} {
		if id := o.text(key); id != "" {
			c.term(o, key, o.lines[key], flowLists[key], id, into)
		}
	}
	if !f.Protection.Any() {
		f.weakest = c.vocabulary.Lookup(event.ListProtection, []byte(f.Protection.IDs[0]))
	}
	o.list("sdks", func(name string, _ int) { f.SDKs = append(f.SDKs, name) })
	f.Recipients = c.parties(o, "recipients", "recipient-roles")
	f.From = c.parties(o, "from", "from-roles")
	f.Holders = c.parties(o, "holders", "")
	o.list("countries", func(code string, _ int) { f.addCountry(o, code) })
	f.readRetention(o)
	f.check(o)
	return f
}

// flowLists are the lists that the fields of a flow have their terms from.
var flowLists = map[string]event.List{
	"categories": event.ListCategory, "purposes": event.ListPurpose, "legal-bases": event.ListLegalBasis,
	"consent-forms": event.ListConsentForm, "origins": event.ListOrigin, "relationships": event.ListRelationship,
	"mechanisms": event.ListMechanism, "channels": event.ListChannel, "audiences": event.ListAudience,
	"disclosure-grounds": event.ListDisclosureGround, "grounds": event.ListGround, "scopes": event.ListScope,
	"exemptions": event.ListExemption, "refusals": event.ListRefusal, "methods": event.ListMethod, "actions": event.ListAction,
	"protection": event.ListProtection, "necessity": event.ListNecessity,
}

func (c *Catalog) term(o *object, key string, line int, l event.List, id string, into *Terms) {
	term := c.vocabulary.Lookup(l, []byte(id))
	if term == 0 {
		o.fault(line, key, "%q is no term of the list %s%s", id, names[l], nearest(id, c.words(names[l])))
		return
	}
	into.add(id, term)
}

func readKind(o *object) event.Kind {
	name := o.must("kind", "a kind of event, such as data.shared")
	if name == "" {
		return event.NoKind
	}
	known := make([]string, 0, event.KindCount)
	for _, k := range event.Kinds() {
		if k.Name == name {
			return k.Kind
		}
		known = append(known, k.Name)
	}
	o.wrong("kind", "there is no kind of event %q%s", name, nearest(name, known))
	return event.NoKind
}

func (f *Flow) addCountry(o *object, code string) {
	f.Countries = append(f.Countries, code)
	if code == RecipientCountry {
		f.recipient = true
		return
	}
	if r := o.region("countries", code); r != 0 {
		f.regions = append(f.regions, r)
	}
}

func (f *Flow) readRetention(o *object) {
	r := o.child("retention")
	if r == nil {
		return
	}
	defer r.done()
	f.Retention = Retention{r.number("years", 100), r.number("months", 1200), r.number("days", 36600), r.flag("minimum"), r.text("after")}
	if f.Retention.Years+f.Retention.Months+f.Retention.Days == 0 {
		o.wrong("retention", "want years, months or days")
	}
}

// check says what a flow of its kind must have, and what none of its kind has.
func (f *Flow) check(o *object) {
	flow := f.Kind.Requires(event.FieldCategories)
	if flow && f.Categories.Any() && !f.AllCollected {
		o.wrong("categories", "is missing: %s says which", f.Kind)
	}
	if flow && f.Purposes.Any() {
		o.wrong("purposes", "is missing: %s says what for", f.Kind)
	}
	if flow && f.Kind.Requires(event.FieldRecipient) && f.Recipients.Any() {
		o.wrong("recipients", "is missing: %s names recipients or recipient-roles", f.Kind)
	}
	if f.Kind == event.NoKind {
		return
	}
	for key, field := range fieldsOf {
		if _, said := o.values[key]; said && !f.Kind.Allows(field) {
			o.wrong(key, "%s has no %s", f.Kind, field)
		}
	}
}

// fieldsOf are the fields of events that the fields of a flow speak of.
var fieldsOf = map[string]event.Field{
	"legal-bases": event.FieldLegalBasis, "origins": event.FieldOrigin, "from": event.FieldFrom, "from-roles": event.FieldFrom,
	"relationships": event.FieldRelationship, "mechanisms": event.FieldMechanism, "channels": event.FieldChannel, "sdks": event.FieldSDKName,
	"audiences": event.FieldAudience, "disclosure-grounds": event.FieldDisclosureGround, "grounds": event.FieldGround,
	"scopes": event.FieldScope, "exemptions": event.FieldExemption, "refusals": event.FieldRefusal, "methods": event.FieldMethod,
	"protection": event.FieldProtection, "necessity": event.FieldNecessity,
}
