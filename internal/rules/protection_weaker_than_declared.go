package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// protectionWeakerThanDeclared: the list of protections goes from the weakest
// to the strongest.
var protectionWeakerThanDeclared = Rule{
	ID:       "protection-weaker-than-declared",
	Severity: Error,
	Article:  "PIPL 51",
	Field:    "data.protection",
	Message: catalog.Label{
		English: "the data was protected less than the policy declares",
		Chinese: "数据的保护程度低于隐私政策的声明",
	},
	Remedy: catalog.Label{
		English: "protect the data as declared, and state protection",
		Chinese: "按声明的方式保护数据，并填写 protection",
	},
	kinds:  flows,
	faults: faultProtection,
	what:   func(s *situation) string { return s.word(event.FieldProtection) },
}
