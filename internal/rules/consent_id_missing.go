package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// consentIDMissing: a flow that names no consent cannot be held against its
// withdrawal.
var consentIDMissing = Rule{
	ID:       "consent-id-missing",
	Severity: Info,
	Article:  "PIPL 14, 15",
	Field:    "data.consent_id",
	Message: catalog.Label{
		English: "consent is the ground, and the event does not say which consent",
		Chinese: "以同意为依据，但未指明是哪一次同意",
	},
	Remedy: catalog.Label{
		English: "state the consent_id of the consent.granted event",
		Chinese: "填写 consent.granted 事件的 consent_id",
	},
	kinds:  flows,
	broken: func(s *situation) bool { return s.byConsent() && !s.record.Has(event.FieldConsentID) },
}
