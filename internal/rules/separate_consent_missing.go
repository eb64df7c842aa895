package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// separateConsentMissing: where consent is the ground, some acts need one of
// their own.
var separateConsentMissing = Rule{
	ID:       "separate-consent-missing",
	Severity: Error,
	Article:  "PIPL 23, 25, 29, 39",
	Field:    "data.consent_form",
	Message: catalog.Label{
		English: "this needs a separate consent, and the event does not rely on one",
		Chinese: "该处理需要单独同意，但事件未以单独同意为依据",
	},
	Remedy: catalog.Label{
		English: "ask for a separate consent and state consent_form: separate",
		Chinese: "取得单独同意，并填写 consent_form: separate",
	},
	kinds:  flows,
	broken: func(s *situation) bool { return s.needsSeparate() && !s.isSeparate() },
}

// needsSeparate says that the act rests on consent, and that the policy or the
// law wants that to be for this alone: data given to another controller, sent
// abroad or made public, and sensitive data. Anonymised data is personal no more.
func (s *situation) needsSeparate() bool {
	r := s.record
	if r.Kind == event.KindDisclosed && r.Term(event.FieldDisclosureGround) == bySeparate {
		return true
	}
	switch {
	case !s.byConsent() || s.protection == anonymised:
		return false
	case s.flow != nil && s.flow.SeparateConsent:
		return true
	case !s.pipl:
		return false
	case r.Kind == event.KindDisclosed:
		return !r.Has(event.FieldDisclosureGround)
	}
	return r.Kind == event.KindTransferredAbroad || r.Kind == event.KindShared && s.relation == provision ||
		s.protection != deidentified && s.catalog.Sensitive(catalog.PIPL).Meets(&s.categories)
}
