package lineage

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// Public is the recipient of what was disclosed to everyone; no party has this
// name, for an id never begins with an asterisk.
const Public = "*public"

// A Recipient is a party that has, or had, data of a person, and all that the
// flows say of how it came by it.
type Recipient struct {
	Party string   // Public for disclosures
	Path  []string // shortest chain of parties from a controller to this one

	// Inferred: no flow gave it the data, yet it was seen to hold them. Its
	// figures are then of what it did with them.
	Inferred bool

	Categories    []string // sorted, as are the other lists
	Purposes      []string
	Grounds       []string // legal bases and disclosure grounds
	Relationships []string
	Countries     []string // by the events' own account
	Mechanisms    []string // that let the data leave the country
	Audiences     []string // of disclosures
	SDKs          []string
	Refs          []string // how the recipient knows the person
	Findings      []string

	First, Last time.Time // of the events' time
	Events      int
}

// Recipients returns every party that got the data, whoever passed them on and
// over however many hops, and every party that was seen to hold them without
// being their controller; by the length of their paths, then by name. A flow
// that is given twice counts once.
func Recipients(flows []Flow) []Recipient {
	flows = distinct(flows)
	found := map[string]*Recipient{}
	for i := range flows {
		if to := flows[i].to(); to != "" {
			at(found, to).add(&flows[i])
		}
	}
	inferred := holders(flows, found)
	paths := chains(flows, inferred)
	all := make([]Recipient, 0, len(found))
	for party, r := range found {
		r.Path = paths.to(party)
		r.sort()
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b Recipient) int {
		return cmp.Or(cmp.Compare(len(a.Path), len(b.Path)), cmp.Compare(a.Party, b.Party))
	})
	return all
}

// to is whom the flow gave the data; empty where nobody.
func (f *Flow) to() string {
	switch f.Kind {
	case event.KindShared, event.KindTransferredAbroad:
		return f.Recipient
	case event.KindDisclosed:
		return Public
	}
	return ""
}

// holders adds the parties that held the data without being given them in any
// flow, and returns which those are.
func holders(flows []Flow, found map[string]*Recipient) map[string]bool {
	inferred := map[string]bool{}
	for i := range flows {
		f := &flows[i]
		if f.Holder == "" || f.Holder == f.Controller || found[f.Holder] != nil && !inferred[f.Holder] {
			continue
		}
		inferred[f.Holder] = true
		r := at(found, f.Holder)
		r.Inferred = true
		r.add(f)
	}
	return inferred
}

func at(found map[string]*Recipient, party string) *Recipient {
	r := found[party]
	if r == nil {
		r = &Recipient{Party: party}
		found[party] = r
	}
	return r
}

// distinct leaves out flows that are there twice. Two that share a name but not
// what they say stay both: a producer's mistake must not hide a recipient.
func distinct(flows []Flow) []Flow {
	seen := make(map[Ref][]int, len(flows))
	out := make([]Flow, 0, len(flows))
	for i := range flows {
		f := &flows[i]
		again := func(n int) bool { return out[n].saysTheSame(f) }
		if f.Event != (Ref{}) && slices.ContainsFunc(seen[f.Event], again) {
			continue
		}
		seen[f.Event] = append(seen[f.Event], len(out))
		out = append(out, *f)
	}
	return out
}

// saysTheSame compares what the sender said, not what the log adds.
func (f Flow) saysTheSame(other *Flow) bool {
	o := *other
	f.RecordedAt, f.Misplaced, f.Findings = o.RecordedAt, o.Misplaced, o.Findings
	f.Subject = o.Subject
	return f.Time.Equal(o.Time) && reflect.DeepEqual(f.withoutTime(), o.withoutTime())
}

func (f Flow) withoutTime() Flow { f.Time = time.Time{}; return f }

// add notes what f says of its recipient.
func (r *Recipient) add(f *Flow) {
	r.Categories = append(r.Categories, f.Categories...)
	r.Findings = append(r.Findings, f.Findings...)
	r.Purposes = append(r.Purposes, f.Purpose)
	r.Grounds = append(r.Grounds, f.LegalBasis, f.DisclosureGround)
	r.Audiences = append(r.Audiences, f.Audience)
	r.SDKs = append(r.SDKs, f.SDKName)
	if !r.Inferred { // these are the next party's
		r.Relationships = append(r.Relationships, f.Relationship)
		r.Countries = append(r.Countries, f.Country)
		r.Mechanisms = append(r.Mechanisms, f.Mechanism)
		r.Refs = append(r.Refs, f.RecipientRef)
	}
	if r.Events == 0 || f.Time.Before(r.First) {
		r.First = f.Time
	}
	if r.Events == 0 || f.Time.After(r.Last) {
		r.Last = f.Time
	}
	r.Events++
}

// sort puts each list in order, without repeats and without the empty word.
func (r *Recipient) sort() {
	for _, l := range []*[]string{
		&r.Categories, &r.Purposes, &r.Grounds, &r.Relationships, &r.Countries,
		&r.Mechanisms, &r.Audiences, &r.SDKs, &r.Refs, &r.Findings,
	} {
		slices.Sort(*l)
		*l = slices.DeleteFunc(slices.Compact(*l), func(s string) bool { return s == "" })
	}
}
