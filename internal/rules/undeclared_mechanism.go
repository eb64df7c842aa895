package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredMechanism: the policy says by which mechanism data leaves the
// country.
var undeclaredMechanism = Rule{
	ID:       "undeclared-mechanism",
	Severity: Warning,
	Article:  "PIPL 38, 39",
	Field:    "data.mechanism",
	Message: catalog.Label{
		English: "the policy declares another mechanism for this transfer",
		Chinese: "隐私政策就此声明了其他出境机制",
	},
	Remedy: catalog.Label{
		English: "use the declared mechanism, or declare this one",
		Chinese: "采用已声明的机制，或声明该机制",
	},
	kinds:  of(event.KindTransferredAbroad),
	faults: faultMechanism,
	what:   func(s *situation) string { return s.word(event.FieldMechanism) },
}
