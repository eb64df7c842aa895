package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredAudience: who sees what is shown is part of what the person agreed
// to.
var undeclaredAudience = Rule{
	ID:       "undeclared-audience",
	Severity: Error,
	Article:  "PIPL 25",
	Field:    "data.audience",
	Message: catalog.Label{
		English: "the policy declares another audience for this",
		Chinese: "隐私政策就此声明了其他公开范围",
	},
	Remedy: catalog.Label{
		English: "show it to the declared audience only, or declare this one",
		Chinese: "仅在已声明的范围内公开，或声明该范围",
	},
	kinds:  of(event.KindDisclosed),
	faults: faultAudience,
	what:   func(s *situation) string { return s.word(event.FieldAudience) },
}
