package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredPurpose: data is for the purposes that the person was told.
var undeclaredPurpose = Rule{
	ID:       "undeclared-purpose",
	Severity: Error,
	Article:  "PIPL 6, 14(2), 17(1)",
	Field:    "data.purpose",
	Message: catalog.Label{
		English: "the policy does not declare this purpose for this",
		Chinese: "隐私政策未就此声明该处理目的",
	},
	Remedy: catalog.Label{
		English: "use the data for declared purposes only, or declare the purpose and ask for consent again",
		Chinese: "仅用于已声明的目的，或声明新目的并重新取得同意",
	},
	kinds:  flows | consents,
	faults: faultPurpose,
	where: func(s *situation) string {
		if s.record.Kind == event.KindConsentGranted {
			return "data.purposes"
		}
		return "data.purpose"
	},
	what: func(s *situation) string {
		if s.flow == nil {
			return s.words(event.FieldPurposes, &s.policy.Declared.Purposes)
		}
		return s.word(event.FieldPurpose)
	},
}
