package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredGround: what allows the act is what the policy says: the legal
// basis, the ground of a disclosure, that of an erasure.
var undeclaredGround = Rule{
	ID:       "undeclared-ground",
	Severity: Error,
	Article:  "PIPL 13, 25, 47",
	Field:    "data.legal_basis",
	Message: catalog.Label{
		English: "the policy does not declare this ground for this",
		Chinese: "隐私政策未就此声明该依据",
	},
	Remedy: catalog.Label{
		English: "rely on the ground that the policy declares, or declare the other one",
		Chinese: "以隐私政策声明的依据为准，或声明新的依据",
	},
	kinds:  flows | of(event.KindErasureRequested),
	faults: faultBasis | faultDisclosureGround | faultErasureGround,
	where:  func(s *situation) string { return "data." + s.ground().String() },
	what:   func(s *situation) string { return s.word(s.ground()) },
}

// ground is the field whose ground is not declared.
func (s *situation) ground() event.Field {
	switch {
	case s.has(faultBasis):
		return event.FieldLegalBasis
	case s.has(faultDisclosureGround):
		return event.FieldDisclosureGround
	}
	return event.FieldGround
}
