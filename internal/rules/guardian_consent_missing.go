package rules

import (
	"github.com/datacustody/custody/internal/catalog"
)

// guardianConsentMissing: a person under 14 neither consents nor makes
// contracts alone.
var guardianConsentMissing = Rule{
	ID:       "guardian-consent-missing",
	Severity: Error,
	Article:  "PIPL 31",
	Field:    "data.consent_form",
	Message: catalog.Label{
		English: "the person is under 14, and no guardian has consented",
		Chinese: "当事人不满十四周岁，但未取得监护人同意",
	},
	Remedy: catalog.Label{
		English: "ask a parent or guardian, and state consent_form: guardian",
		Chinese: "取得父母或其他监护人的同意，并填写 consent_form: guardian",
	},
	kinds: flows | consents,
	broken: func(s *situation) bool {
		return s.minor() && s.form != guardian && s.pipl &&
			(s.basis == 0 || s.byConsent() || s.basis == contractBasis)
	},
}
