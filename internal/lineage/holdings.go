package lineage

import (
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A held is what the flows and the erasures say of one category at one party.
type held struct {
	flows  []*Flow   // that gave it to the party, or saw it there, since it was last erased
	erased time.Time // when it last was; zero: never
}

// holdings is who has what: every flow leaves its categories with whoever took
// them, and shows them at whoever acted with them. An erasure takes away what
// was there before it, but for what had to be kept and was not named.
func holdings(flows []carriage, erasures []erasure, kept func(holding, *Flow, time.Time) bool) map[holding]*held {
	all := map[holding]*held{}
	for _, f := range flows {
		for _, party := range f.parties() {
			for _, c := range f.categories {
				h := holding{party, c}
				if all[h] == nil {
					all[h] = &held{}
				}
				if at := lastErased(erasures, h, f.Flow, kept); !at.IsZero() {
					if at.After(all[h].erased) {
						all[h].erased = at
					}
					continue
				}
				all[h].flows = append(all[h].flows, f.Flow)
			}
		}
	}
	return all
}

// parties are those that have the data after the flow. Whom it was collected from
// is none: it had them before, and not from us.
func (f *Flow) parties() (ps []string) {
	if f.Kind != event.KindCollected && f.Holder != "" {
		ps = append(ps, f.Holder)
	}
	if to := f.taker(); to != "" && !slices.Contains(ps, to) {
		ps = append(ps, to)
	}
	return ps
}

func (f *Flow) leavesWith(party string) bool {
	return f.taker() == party || f.Kind != event.KindCollected && f.Holder == party
}

// An erasure is one that a party says it has executed.
type erasure struct {
	party      string
	at         time.Time
	categories []string        // that it names; none: all that it was asked for
	asked      []string        // none: everything
	kept       []string        // that it said it keeps
	subjects   map[string]bool // whose data; nil: everybody's
}

// lastErased is when what the flow left at a party was erased; zero: it was not.
// Of a flow and an erasure of one moment the flow is taken to be the later.
func lastErased(erasures []erasure, h holding, f *Flow, kept func(holding, *Flow, time.Time) bool) (last time.Time) {
	for i := range erasures {
		e := &erasures[i]
		if e.party != h.party || !e.at.After(f.Time) || !e.at.After(last) || !e.covers(h.category) || e.subjects != nil && !e.subjects[f.Subject] {
			continue
		}
		if len(e.categories) > 0 || !kept(h, f, e.at) {
			last = e.at
		}
	}
	return last
}

func (e *erasure) covers(category string) bool {
	if len(e.categories) > 0 {
		return slices.Contains(e.categories, category)
	}
	return !slices.Contains(e.kept, category) && (len(e.asked) == 0 || slices.Contains(e.asked, category))
}

// erasures are those that were executed up to a moment in cases of a controller.
// One whose case is not known covers what it names, nothing else.
func (h *History) erasures(controller string, at time.Time) (out []erasure) {
	requests := map[string]*Act{}
	for i := range h.Acts {
		if a := &h.Acts[i]; a.Kind == event.KindErasureRequested && a.Controller == controller {
			requests[a.Case()] = a
		}
	}
	for i := range h.Acts {
		a := &h.Acts[i]
		if a.Kind != event.KindErasureExecuted || a.Controller != controller || a.Time.After(at) {
			continue
		}
		r := requests[a.Case()]
		if r == nil && len(a.Categories) == 0 {
			continue
		}
		e := erasure{party: a.Party(), at: a.Time, categories: a.Categories}
		if r != nil && len(a.Categories) == 0 {
			var all bool
			if e.kept, all = h.kept(a); all {
				continue
			}
			e.asked = h.asked(a, r.Categories)
		}
		if a.Subject != "" {
			e.subjects = map[string]bool{}
			for _, s := range Aliases(knownAt(h.Links, a.Time), a.Time, a.Subject) { // who erased knew no more
				e.subjects[s] = true
			}
		}
		out = append(out, e)
	}
	return out
}

// asked is what the party had been told to erase when it said that it had: what
// the notices to it named, else what the request did.
func (h *History) asked(done *Act, requested []string) (categories []string) {
	for i := range h.Acts {
		a := &h.Acts[i]
		if a.Kind == event.KindErasureNotified && a.sameCase(done) && !a.Time.After(done.Time) && a.Delivery == string(event.DeliverySent) {
			categories = append(categories, a.Categories...)
		}
	}
	if len(categories) == 0 {
		return requested
	}
	return categories
}

// kept is what the party said, in the same case, that it keeps: unless the day
// had passed when it said that it had erased. Who keeps everything, and says so
// last, has erased nothing.
func (h *History) kept(done *Act) (categories []string, all bool) {
	for i := range h.Acts {
		a := &h.Acts[i]
		if a.Kind == event.KindErasureRestricted && a.sameCase(done) && !ended(a.Until, done.Time, time.UTC) {
			categories = append(categories, a.Categories...)
			all = all || len(a.Categories) == 0 && a.Time.After(done.Time)
		}
	}
	return categories, all
}

// about says whether the act is about a category; one that names none is about all.
func (a *Act) about(category string) bool {
	return len(a.Categories) == 0 || slices.Contains(a.Categories, category)
}

// sameCase says whether two acts are of one party in one case.
func (a *Act) sameCase(b *Act) bool {
	return a.Case() == b.Case() && a.Controller == b.Controller && a.Party() == b.Party()
}

// ended says whether the day is over; a day that is not given never is.
func ended(day string, at time.Time, zone *time.Location) bool {
	return day != "" && day < at.In(zone).Format(time.DateOnly)
}
