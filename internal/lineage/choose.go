package lineage

import (
	"cmp"
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// Terms are what the register of parties and the policy add to what was seen.
type Terms struct {
	Parties    map[string]Party
	Retentions []Retention
	Zone       *time.Location // in which days end; nil: UTC
}

// A Party is what is declared of a party.
type Party struct {
	Role       string
	Onward     []string // parties and roles that it passes data on to
	Authorised []string // categories that it has from the person itself, by its own account
}

// A Retention is a rule that keeps data from being erased. What it leaves open
// holds for all.
type Retention struct {
	Parties    []string // ids and roles
	Categories []string
	Purposes   []string
	Exemption  string // "" = statutory-retention

	Years, Months, Days int    // after the last flow that the rule is of; all 0: no end is known
	After               string // what the time really counts from: "completion of the transaction"
}

// choose decides on one category at one party. What must be kept goes before who
// may keep it: a right of one's own is no reason to erase early.
func (p *planner) choose(h holding) Choice {
	had := p.had[h]
	c := Choice{Category: h.category}
	personal := slices.DeleteFunc(slices.Clone(had.flows), func(f *Flow) bool { return f.Protection == string(event.ProtectionAnonymised) })
	if len(personal) == 0 {
		c.Decision, c.Reason, c.Erased = Nothing, ErasedBefore, had.erased
		if len(had.flows) > 0 {
			c.Reason = Anonymised
		}
		return c
	}
	c.Late = late(personal, p.r.RecordedAt)
	if exemption, until, ok := p.retention(h, personal); ok {
		c.Decision, c.Reason, c.Exemption, c.Until = Restrict, MustKeep, exemption, until
		return c
	}
	if exemption, until, ok := p.said(h); ok {
		c.Decision, c.Reason, c.Exemption, c.Until = Restrict, SaidItKeeps, exemption, until
		return c
	}
	c.Decision, c.Reason = Erase, Held
	switch {
	case p.authorised(h):
		c.Decision, c.Reason = Ask, OwnAuthorisation
	case !slices.ContainsFunc(personal, func(f *Flow) bool { return !dutiful[f.LegalBasis] }):
		c.Decision, c.Reason = Ask, StatutoryDuty
	}
	return c
}

// late is those that were logged after the request was.
func late(flows []*Flow, known time.Time) (all []Late) {
	for _, f := range flows {
		if f.RecordedAt.After(known) {
			all = append(all, Late{f.Event, f.RecordedAt})
		}
	}
	slices.SortFunc(all, func(a, b Late) int { return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), compareRefs(a.Event, b.Event)) })
	return slices.Compact(all)
}

// dutiful are the legal bases that are a duty by law.
var dutiful = map[string]bool{string(event.LegalBasisPIPL13_1_3): true, string(event.LegalBasisGDPR6_1C): true}

// retention is the rule that keeps the data longest; one without an end is the
// longest. The last day is counted in the policy's time zone.
func (p *planner) retention(h holding, flows []*Flow) (exemption, until string, ok bool) {
	return p.retentionAt(p.r.Time, h, flows)
}

// hadToKeep says whether a party had to keep, at a moment, what a flow left there.
func (p *planner) hadToKeep(h holding, f *Flow, at time.Time) bool {
	_, _, ok := p.retentionAt(at, h, []*Flow{f})
	return ok
}

func (p *planner) retentionAt(at time.Time, h holding, flows []*Flow) (exemption, until string, ok bool) {
	today := at.In(p.zone()).Format(time.DateOnly)
	for i := range p.t.Retentions {
		rule := &p.t.Retentions[i]
		if !p.isOneOf(h.party, rule.Parties) || len(rule.Categories) > 0 && !slices.Contains(rule.Categories, h.category) {
			continue
		}
		day, holds := rule.until(flows, p.zone())
		if !holds || day != "" && day < today || ok && until == "" {
			continue
		}
		if !ok || day == "" || day > until {
			exemption, until, ok = rule.exemption(), day, true
		}
	}
	return exemption, until, ok
}

// until is the last day by the newest of the flows that the rule is of; an event
// that states a later one for itself is believed. No such flow: it does not hold.
func (r *Retention) until(flows []*Flow, zone *time.Location) (day string, holds bool) {
	var last time.Time
	for _, f := range flows {
		if len(r.Purposes) > 0 && !slices.Contains(r.Purposes, f.Purpose) {
			continue
		}
		if holds = true; f.Time.After(last) {
			last = f.Time
		}
		day = max(day, f.RetentionUntil)
	}
	if r.Years == 0 && r.Months == 0 && r.Days == 0 || !holds {
		return "", holds
	}
	return max(day, last.In(zone).AddDate(r.Years, r.Months, r.Days).Format(time.DateOnly)), true
}

func (r *Retention) exemption() string {
	if r.Exemption == "" {
		return string(event.ExemptionStatutoryRetention)
	}
	return r.Exemption
}

// said is what the party said, in earlier cases, that it keeps still.
func (p *planner) said(h holding) (exemption, until string, ok bool) {
	var last *Act
	for i := range p.h.Acts {
		a := &p.h.Acts[i]
		if a.Kind != event.KindErasureRestricted || a.Party() != h.party || a.Controller != p.r.Controller || a.Case() == p.r.Case ||
			a.Time.After(p.r.Time) || !a.about(h.category) || ended(a.Until, p.r.Time, p.zone()) {
			continue
		}
		if last == nil || a.Time.After(last.Time) || a.Time.Equal(last.Time) && a.Until > last.Until {
			last = a
		}
	}
	if last == nil {
		return "", "", false
	}
	return last.Exemption, last.Until, true
}

func (p *planner) authorised(h holding) bool {
	return h.party != p.r.Controller &&
		(p.own[h] || slices.Contains(p.t.Parties[h.party].Authorised, h.category) || authorised(p.consents, h.party, h.category, p.r.Time))
}

// unknownBelow is whom a recipient may have passed data on to without a word.
func (p *planner) unknownBelow(i *Item) (unknown []string) {
	if i.Own {
		return nil
	}
	for _, onward := range p.t.Parties[i.Party].Onward {
		told := slices.ContainsFunc(p.reported, func(f carriage) bool {
			return f.giver() == i.Party && p.isOneOf(f.taker(), []string{onward})
		})
		if !told {
			unknown = append(unknown, onward)
		}
	}
	return unknown
}

// isOneOf says whether a party is named by its id or its role; no names: it is.
func (p *planner) isOneOf(party string, names []string) bool {
	return len(names) == 0 || slices.Contains(names, party) || slices.Contains(names, p.t.Parties[party].Role) && p.t.Parties[party].Role != ""
}

func (p *planner) zone() *time.Location {
	if p.t.Zone == nil {
		return time.UTC
	}
	return p.t.Zone
}
