package rules

import (
	"sync/atomic"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// A Verdict is what was found of one event. It is used again and again, and
// belongs to one judge; what it says holds until the next event.
type Verdict struct {
	Catalog  *catalog.Catalog
	Policy   *catalog.Policy // that was in force; nil: none
	Flow     *catalog.Flow   // the entry of the policy that comes nearest; nil: there is none of the kind
	Findings []string        // the rules that the event breaks, in the order of All

	situation situation
}

// Judge says which rules an event breaks. The event has been accepted, by a
// decoder that has the catalogue's vocabulary.
func Judge(c *catalog.Catalog, r *event.Record, v *Verdict) {
	s := &v.situation
	s.begin(c, r)
	v.Catalog, v.Policy, v.Flow, v.Findings = c, s.policy, s.flow, v.Findings[:0]
	checks := byKind[r.Kind].all
	if s.faults == 0 {
		checks = byKind[r.Kind].always
	}
	for i := range checks {
		c := &checks[i]
		if (c.faults == 0 || s.faults&c.faults != 0) && (c.broken == nil || c.broken(s)) {
			v.Findings = append(v.Findings, c.id)
		}
	}
}

// Worst is the gravest severity among the findings; ok is false where there are none.
func (v *Verdict) Worst() (worst Severity, ok bool) {
	for _, id := range v.Findings {
		worst, ok = max(worst, Named(id).Severity), true
	}
	return worst, ok
}

// A Court judges by the catalogue that is current. It is safe for concurrent use.
type Court struct {
	current atomic.Pointer[catalog.Catalog]
}

// NewCourt returns a court that judges by c.
func NewCourt(c *catalog.Catalog) *Court {
	court := new(Court)
	court.Adopt(c)
	return court
}

// Adopt makes a catalogue of the same vocabulary the current one.
func (c *Court) Adopt(to *catalog.Catalog) { c.current.Store(to) }

// Catalog is the current one.
func (c *Court) Catalog() *catalog.Catalog { return c.current.Load() }

// Judge says which rules an event breaks, by the current catalogue.
func (c *Court) Judge(r *event.Record, v *Verdict) { Judge(c.current.Load(), r, v) }
