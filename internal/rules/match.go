package rules

import (
	"bytes"
	"math"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// faults say in what an event differs from an entry of a policy.
type faults uint32

// From the least to the gravest: of two entries that an event differs from in as
// much, the one comes nearer whose gravest fault is less. A wrong recipient is the
// last thing to assume: whoever gets data is what an entry is about.
const (
	faultChannel faults = 1 << iota
	faultSDK
	faultNecessity
	faultProtection
	faultForm
	faultMechanism
	faultAudience
	faultRelationship
	faultDisclosureGround
	faultBasis
	faultOrigin
	faultCountry
	faultCategory
	faultPurpose
	faultHolder
	faultRecipient
	faultErasureGround
	faultExemption
	faultKind // the policy has no entry of the kind
)

// graver are faults in what is done; the others are faults in how. One of these
// counts for more than all of those.
const graver = faultDisclosureGround | faultBasis | faultOrigin | faultCountry | faultCategory | faultPurpose | faultHolder | faultRecipient

// A score says how far an event is from an entry; less is nearer.
type score uint64

func (f faults) score(missing int) score {
	var n score
	for left := f; left != 0; left &= left - 1 {
		if left&-left&graver != 0 {
			n += 16
		} else {
			n++
		}
	}
	return n<<48 | score(f)<<16 | score(min(missing, math.MaxUint16))
}

// match finds the entry of the policy that comes nearest to the event, and what
// still differs. Mostly it is one of the few that have the event's purpose; the
// others need not be looked at where no entry that lacks it can come as near.
func (s *situation) match() {
	if s.policy == nil {
		return
	}
	best := score(math.MaxUint64)
	if s.nearest(s.policy.FlowsFor(s.record.Kind, s.record.Term(event.FieldPurpose)), &best) || best < faultPurpose.score(0) {
		return
	}
	s.nearest(s.policy.FlowsOf(s.record.Kind), &best)
	if s.flow == nil {
		s.faults = faultKind
	}
}

// nearest looks for an entry that is nearer than best; true for one that covers the event.
func (s *situation) nearest(entries []*catalog.Flow, best *score) bool {
	minor := s.minor()
	for _, f := range entries {
		if f.Minor && !minor {
			continue
		}
		found, missing := s.compare(f)
		if n := found.score(missing); n < *best {
			*best, s.flow, s.faults = n, f, found
		}
		if found == 0 {
			return true
		}
	}
	return false
}

// compare says in what the event differs from an entry, and how many of its
// categories the entry lacks.
func (s *situation) compare(f *catalog.Flow) (found faults, missing int) {
	r := s.record
	if missing = f.Categories.Lacks(&s.categories); missing > 0 {
		found = faultCategory
	}
	if !f.Purposes.Allow(r.Term(event.FieldPurpose)) {
		found |= faultPurpose
	}
	if s.basis != 0 && !f.LegalBases.Allow(s.basis) {
		found |= faultBasis
	}
	if !s.onward {
		if !f.Holders.Allow(s.holder) {
			found |= faultHolder
		}
		if given&(1<<r.Kind) != 0 && !f.Recipients.Allow(s.recipient) {
			found |= faultRecipient
		}
	}
	if s.stated && !f.At(s.country, s.home, s.recipient) {
		found |= faultCountry
	}
	return found | s.compareKind(f) | s.compareForm(f), missing
}

// compareKind compares what only some kinds have.
func (s *situation) compareKind(f *catalog.Flow) (found faults) {
	r := s.record
	switch r.Kind {
	case event.KindCollected:
		if !f.Origins.Allow(r.Term(event.FieldOrigin)) || r.Has(event.FieldFrom) && !f.From.Allow(s.from) {
			found = faultOrigin
		}
	case event.KindDisclosed:
		if !f.Audiences.Allow(r.Term(event.FieldAudience)) {
			found = faultAudience
		}
		if g := r.Term(event.FieldDisclosureGround); g != 0 && !f.DisclosureGrounds.Allow(g) {
			found |= faultDisclosureGround
		}
	case event.KindShared, event.KindTransferredAbroad:
		if !f.Relationships.Allow(s.relation) {
			found = faultRelationship
		}
		if m := r.Term(event.FieldMechanism); m != 0 && !f.Mechanisms.Allow(m) {
			found |= faultMechanism
		}
	}
	return found
}

// compareForm compares how it was done.
func (s *situation) compareForm(f *catalog.Flow) (found faults) {
	r := s.record
	if s.protection < f.Weakest() {
		found = faultProtection
	}
	if n := r.Term(event.FieldNecessity); n != 0 && !f.Necessity.Allow(n) {
		found |= faultNecessity
	}
	if s.byConsent() && !f.ConsentForms.Any() && (s.form == 0 || !f.ConsentForms.Allow(s.form)) {
		found |= faultForm
	}
	if c := r.Term(event.FieldChannel); c != 0 && !f.Channels.Allow(c) {
		found |= faultChannel
	}
	if name := r.Text(event.FieldSDKName); name != nil && len(f.SDKs) > 0 && !names(f.SDKs, name) {
		found |= faultSDK
	}
	return found
}

func names(all []string, name []byte) bool {
	for _, n := range all {
		if n == string(name) {
			return true
		}
	}
	return false
}

// compareConsent compares a consent with all that the policy declares: it may
// cover several entries at once.
func (s *situation) compareConsent() {
	if s.policy == nil {
		return
	}
	d, r := &s.policy.Declared, s.record
	if d.Categories.Lacks(&s.categories) > 0 {
		s.faults |= faultCategory
	}
	for _, p := range r.Terms(event.FieldPurposes) {
		if !d.Purposes.Allow(p) {
			s.faults |= faultPurpose
		}
	}
	for _, id := range r.List(event.FieldRecipients) {
		if !s.declaredRecipient(id) {
			s.faults |= faultRecipient
		}
	}
	for _, code := range r.List(event.FieldCountries) {
		if !s.declaredCountry(code) {
			s.faults |= faultCountry
		}
	}
}

// declaredRecipient says whether any entry names a party, or its class.
func (s *situation) declaredRecipient(id []byte) bool {
	return s.policy.Declared.Recipients.Name(s.catalog.Party(id))
}

// declaredCountry says whether any entry has a country, or any recipient of the
// consent is registered there.
func (s *situation) declaredCountry(code []byte) bool {
	country := catalog.RegionOf(code)
	if s.controller != nil && country == s.controller.Region || s.policy.Declared.In(country) {
		return true
	}
	for _, id := range s.record.List(event.FieldRecipients) {
		if p := s.catalog.Party(id); p != nil && bytes.Equal(code, []byte(p.Country)) {
			return true
		}
	}
	return false
}

// compareErasure compares a case with the policy's entries of its kind: any of them may allow it.
func (s *situation) compareErasure() {
	if s.policy == nil || len(s.policy.FlowsOf(s.record.Kind)) == 0 {
		return
	}
	r := s.record
	s.faults = faultErasureGround | faultExemption
	for _, f := range s.policy.FlowsOf(r.Kind) {
		if f.Grounds.Allow(r.Term(event.FieldGround)) && f.Scopes.Allow(r.Term(event.FieldScope)) {
			s.faults &^= faultErasureGround
			if s.flow == nil || f.DeadlineDays > s.flow.DeadlineDays {
				s.flow = f
			}
		}
		if f.Exemptions.Allow(r.Term(event.FieldExemption)) && f.Refusals.Allow(r.Term(event.FieldRefusal)) {
			s.faults &^= faultExemption
		}
	}
}
