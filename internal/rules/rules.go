// Package rules judges events: by the policy that was in force when they
// happened, and by the law. Its law: one rule is one file, and pure; an event is
// never turned away, it only gets findings; every rule that it breaks is one, not
// only the first; the same event and the same catalogue give the same findings.
package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// A Severity says how grave a finding is.
type Severity uint8

// The severities.
const (
	Info    Severity = iota // worth knowing
	Warning                 // incomplete, or not as declared in a matter of form
	Error                   // against the policy or the law
)

// String is the severity as findings have it.
func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

// A Rule is one thing that an event must not do.
type Rule struct {
	ID       string
	Severity Severity
	Article  string // of the law, in the manner of the vocabulary
	Field    string // the field that is at fault: "data.recipient"
	Message  catalog.Label
	Remedy   catalog.Label

	kinds  kinds
	faults faults                  // only events that differ so from the policy can break it; 0: any event
	broken func(*situation) bool   // nil: whoever has the faults breaks it
	where  func(*situation) string // the field, where it is not always the same
	what   func(*situation) string // what of the event is meant; never a personal value
}

// kinds is a set of kinds of events.
type kinds uint32

func of(ks ...event.Kind) (set kinds) {
	for _, k := range ks {
		set |= 1 << k
	}
	return set
}

var (
	flows    = of(event.KindCollected, event.KindUsed, event.KindShared, event.KindTransferredAbroad, event.KindDisclosed)
	given    = of(event.KindShared, event.KindTransferredAbroad)
	consents = of(event.KindConsentGranted)
	erasures = of(event.KindErasureRequested, event.KindErasureNotified, event.KindErasureAcknowledged, event.KindErasureExecuted,
		event.KindErasureRestricted, event.KindErasureRefused, event.KindErasureVerified)
)

// all are the rules, in the order in which findings stand.
var all = []*Rule{
	&policyMissing, &policyNotInForce, &unregisteredParty, &undeclaredKind,
	&undeclaredRecipient, &undeclaredHolder, &undeclaredCategory, &undeclaredPurpose, &undeclaredGround,
	&undeclaredCountry, &undeclaredMechanism, &undeclaredRelationship, &undeclaredOrigin, &undeclaredAudience, &undeclaredSDK,
	&groundMissing, &legitimateInterestUnderPIPL, &disclosureGroundMissing,
	&separateConsentMissing, &guardianConsentMissing, &consentFormInsufficient, &consentIDMissing, &unknownNotice,
	&abroadUndeclared, &notAbroad, &mechanismMissing, &approvalMissing, &approvalExpired, &foreignAuthorityUnapproved,
	&contractMissing, &subEntrustmentUnapproved, &personalDataToAdvertiser, &protectionWeakerThanDeclared, &necessityMismatch,
	&deadlineTooLate, &undeclaredExemption,
}

// All are the rules, in the order in which findings stand.
func All() []*Rule { return append([]*Rule(nil), all...) }

// A check is a rule as Judge needs it.
type check struct {
	faults faults
	broken func(*situation) bool
	id     string
}

// checks are the rules that an event of a kind can break, and those of them that
// even an event can break that the policy declares.
type checks struct{ all, always []check }

var byKind = func() (table [event.KindCount]checks) {
	for k := range table {
		for _, r := range all {
			if r.kinds&(1<<k) == 0 {
				continue
			}
			c := check{r.faults, r.broken, r.ID}
			table[k].all = append(table[k].all, c)
			if r.faults == 0 {
				table[k].always = append(table[k].always, c)
			}
		}
	}
	return table
}()

// Kinds are the kinds of events that can break the rule.
func (r *Rule) Kinds() (ks []event.Kind) {
	for k := range event.KindCount {
		if r.kinds&(1<<k) != 0 {
			ks = append(ks, k)
		}
	}
	return ks
}

// Named finds a rule by its id; nil where there is none.
func Named(id string) *Rule {
	for _, r := range all {
		if r.ID == id {
			return r
		}
	}
	return nil
}
