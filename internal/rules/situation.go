package rules

import (
	"bytes"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// A situation is an event and all that is known about it: what the rules look at.
type situation struct {
	catalog *catalog.Catalog
	record  *event.Record
	policy  *catalog.Policy // in force at the event's time; may be nil
	flow    *catalog.Flow   // the policy's entry that comes nearest; may be nil
	faults  faults          // how the event differs from it

	controller, holder, recipient, from *catalog.Party // nil: not registered, or not there

	home    catalog.Region // the controller's; 0: unknown
	country catalog.Region // where the data goes: as stated, or else where the recipient is registered; 0: unknown
	stated  bool           // the event says the country itself
	pipl    bool           // the PIPL holds for the controller
	onward  bool           // the holder is no controller, and is declared to pass data on to the recipient

	categories catalog.Set
	basis      event.Term
	form       event.Term
	relation   event.Term
	protection event.Term
}

// The terms that rules know by name. A vocabulary that was extended numbers them
// the same.
var (
	consentPIPL    = term(event.ListLegalBasis, string(event.LegalBasisPIPL13_1_1))
	consentGDPR    = term(event.ListLegalBasis, string(event.LegalBasisGDPR6_1A))
	contractBasis  = term(event.ListLegalBasis, string(event.LegalBasisPIPL13_1_2))
	interest       = term(event.ListLegalBasis, string(event.LegalBasisGDPR6_1F))
	separate       = term(event.ListConsentForm, string(event.ConsentFormSeparate))
	written        = term(event.ListConsentForm, string(event.ConsentFormWritten))
	guardian       = term(event.ListConsentForm, string(event.ConsentFormGuardian))
	provision      = term(event.ListRelationship, string(event.RelationshipProvision))
	entrustment    = term(event.ListRelationship, string(event.RelationshipEntrustment))
	subEntrustment = term(event.ListRelationship, string(event.RelationshipSubEntrustment))
	joint          = term(event.ListRelationship, string(event.RelationshipJointProcessing))
	plain          = term(event.ListProtection, string(event.ProtectionPlain))
	deidentified   = term(event.ListProtection, string(event.ProtectionDeidentified))
	anonymised     = term(event.ListProtection, string(event.ProtectionAnonymised))
	assessment     = term(event.ListMechanism, string(event.MechanismSecurityAssessment))
	certification  = term(event.ListMechanism, string(event.MechanismCertification))
	clauses        = term(event.ListMechanism, string(event.MechanismStandardContract))
	bySeparate     = term(event.ListDisclosureGround, string(event.DisclosureGroundSeparateConsent))
)

var china = catalog.RegionOf("CN")

func term(l event.List, id string) event.Term { return event.Standard().Lookup(l, []byte(id)) }

// begin looks up what the rules will ask for.
func (s *situation) begin(c *catalog.Catalog, r *event.Record) {
	*s = situation{catalog: c, record: r}
	s.parties()
	s.policy = s.controller.PolicyAt(r.Time)
	if s.pipl = s.home == china; s.policy != nil && s.policy.Law != catalog.NoLaw {
		s.pipl = s.policy.Law == catalog.PIPL
	}
	switch {
	case flows&(1<<r.Kind) != 0:
		s.terms()
		s.where()
		s.match()
	case r.Kind == event.KindConsentGranted:
		s.terms()
		s.compareConsent()
	case r.Kind == event.KindErasureRequested, r.Kind == event.KindErasureRestricted, r.Kind == event.KindErasureRefused:
		s.compareErasure()
	}
}

func (s *situation) parties() {
	controller, holder := s.record.Text(event.FieldController), s.record.Text(event.FieldHolder)
	if s.controller = s.catalog.Party(controller); s.controller != nil {
		s.home = s.controller.Region
	}
	if s.holder = s.controller; !bytes.Equal(holder, controller) {
		s.holder = s.catalog.Party(holder)
	}
	if to := s.record.Text(event.FieldRecipient); to != nil {
		s.recipient = s.catalog.Party(to)
		s.onward = s.holder != s.controller && s.holder.PassesOn(s.recipient)
	}
	if from := s.record.Text(event.FieldFrom); from != nil {
		s.from = s.catalog.Party(from)
	}
}

func (s *situation) terms() {
	for _, t := range s.record.Terms(event.FieldCategories) {
		s.categories.Add(t)
	}
	s.basis = s.record.Term(event.FieldLegalBasis)
	s.form = s.record.Term(event.FieldConsentForm)
	s.relation = s.record.Term(event.FieldRelationship)
	if s.protection = s.record.Term(event.FieldProtection); s.protection == 0 {
		s.protection = plain
	}
}

// where finds out to what country the data goes.
func (s *situation) where() {
	if s.country = catalog.RegionOf(s.record.Text(event.FieldCountry)); s.country != 0 {
		s.stated = true
	} else if s.recipient != nil {
		s.country = s.recipient.Region
	}
}

// byConsent says that the event rests on consent.
func (s *situation) byConsent() bool {
	return s.basis != 0 && (s.basis == consentPIPL || s.basis == consentGDPR)
}

// isSeparate says that the consent is one of its own: given for this alone.
func (s *situation) isSeparate() bool {
	return s.form == separate || s.form == written || s.form == guardian
}

// minor says that the person is under 14.
func (s *situation) minor() bool { return s.record.Int(event.FieldMinor) != 0 }

// has says that the event breaks any of these.
func (s *situation) has(f faults) bool { return s.faults&f != 0 }
