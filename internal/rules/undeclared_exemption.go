package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredExemption: the policy says when data is kept although the person
// wants it erased.
var undeclaredExemption = Rule{
	ID:       "undeclared-exemption",
	Severity: Warning,
	Article:  "PIPL 47(2)",
	Field:    "data.exemption",
	Message: catalog.Label{
		English: "the policy does not declare this reason for keeping data",
		Chinese: "隐私政策未声明该保留理由",
	},
	Remedy: catalog.Label{
		English: "erase the data, or rely on a declared reason",
		Chinese: "删除数据，或以已声明的理由为依据",
	},
	kinds:  of(event.KindErasureRestricted, event.KindErasureRefused),
	faults: faultExemption,
	where: func(s *situation) string {
		if s.record.Kind == event.KindErasureRefused {
			return "data.refusal"
		}
		return "data.exemption"
	},
	what: func(s *situation) string {
		if s.record.Kind == event.KindErasureRefused {
			return s.word(event.FieldRefusal)
		}
		return s.word(event.FieldExemption)
	},
}
