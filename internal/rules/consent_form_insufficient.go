package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// consentFormInsufficient: the policy promises to ask in a certain form.
var consentFormInsufficient = Rule{
	ID:       "consent-form-insufficient",
	Severity: Warning,
	Article:  "PIPL 14",
	Field:    "data.consent_form",
	Message: catalog.Label{
		English: "the policy asks for consent in another form",
		Chinese: "隐私政策要求以其他形式取得同意",
	},
	Remedy: catalog.Label{
		English: "ask in the form that the policy declares, and state consent_form",
		Chinese: "按隐私政策声明的形式取得同意，并填写 consent_form",
	},
	kinds:  flows,
	faults: faultForm,
	broken: func(s *situation) bool {
		return !separateConsentMissing.broken(s) && !guardianConsentMissing.broken(s)
	},
	what: func(s *situation) string { return s.word(event.FieldConsentForm) },
}
