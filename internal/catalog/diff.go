package catalog

import (
	"maps"
	"slices"
	"strconv"

	"github.com/datacustody/custody/schemas/event"
)

// A Change is what one version of a policy says otherwise than another. It is
// material where the policies themselves promise a new notice, and consent again:
// of purposes, categories, main recipients, rights and owner.
type Change struct {
	Material bool
	Matter   string   // purpose, category, main recipient, right, owner; recipient, country, ground, days to reply
	Change   string   // added, removed or changed
	What     []string // what is added or removed; of a change what was and what is
	For      string   // the purpose that it is for; may be empty
}

// Diff is what newer says otherwise than older: what is material first.
func Diff(older, newer *Policy) (changes []Change) {
	a, b := sayings(older), sayings(newer)
	for _, purpose := range slices.Sorted(maps.Keys(union(a.purposes, b.purposes))) {
		was, is := a.purposes[purpose], b.purposes[purpose]
		switch {
		case was == nil:
			changes = append(changes, Change{true, "purpose", "added", []string{purpose}, ""})
		case is == nil:
			changes = append(changes, Change{true, "purpose", "removed", []string{purpose}, ""})
		default:
			changes = append(changes, compare(true, "category", purpose, was, is)...)
		}
	}
	changes = append(changes, compare(true, "main recipient", "", partySet(older.MainRecipients), partySet(newer.MainRecipients))...)
	changes = append(changes, compare(true, "right", "", textSet(older.Rights), textSet(newer.Rights))...)
	if older.Owner != newer.Owner {
		changes = append(changes, Change{true, "owner", "changed", []string{older.Owner.In("en"), newer.Owner.In("en")}, ""})
	}
	changes = append(changes, compare(false, "recipient", "", a.recipients, b.recipients)...)
	changes = append(changes, compare(false, "country", "", a.countries, b.countries)...)
	changes = append(changes, compare(false, "ground", "", a.grounds, b.grounds)...)
	if older.ReplyDays != newer.ReplyDays {
		changes = append(changes, Change{false, "days to reply", "changed", []string{strconv.Itoa(older.ReplyDays), strconv.Itoa(newer.ReplyDays)}, ""})
	}
	return changes
}

type texts = map[string]bool

// Said is what all entries of a policy say together.
type said struct {
	purposes                       map[string]texts // their categories
	recipients, countries, grounds texts
}

func sayings(p *Policy) said {
	s := said{map[string]texts{}, texts{}, texts{}, texts{}}
	for _, f := range p.Flows {
		if !f.Kind.Requires(event.FieldCategories) {
			continue
		}
		for _, purpose := range f.Purposes.IDs {
			if s.purposes[purpose] == nil {
				s.purposes[purpose] = texts{}
			}
			add(s.purposes[purpose], f.Categories.IDs...)
		}
		maps.Copy(s.recipients, partySet(f.Recipients.Named))
		for _, r := range f.Recipients.Roles {
			add(s.recipients, "any "+r.String())
		}
		add(s.countries, f.Countries...)
		add(s.grounds, f.LegalBases.IDs...)
	}
	return s
}

func compare(material bool, matter, purpose string, was, is texts) (changes []Change) {
	for _, way := range []struct {
		change   string
		has, not texts
	}{{"added", is, was}, {"removed", was, is}} {
		var what []string
		for _, t := range slices.Sorted(maps.Keys(way.has)) {
			if !way.not[t] {
				what = append(what, t)
			}
		}
		if len(what) > 0 {
			changes = append(changes, Change{material, matter, way.change, what, purpose})
		}
	}
	return changes
}

func partySet(ps []*Party) texts {
	set := texts{}
	for _, p := range ps {
		set[p.ID] = true
	}
	return set
}

func textSet(ts []string) texts {
	set := texts{}
	add(set, ts...)
	return set
}

func add(set texts, ts ...string) {
	for _, t := range ts {
		set[t] = true
	}
}

func union(a, b map[string]texts) map[string]texts {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
