package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredHolder: who may act is the controller, unless the policy or the
// party's entry says that another passes data on.
var undeclaredHolder = Rule{
	ID:       "undeclared-holder",
	Severity: Error,
	Article:  "PIPL 21(3), 23",
	Field:    "data.holder",
	Message: catalog.Label{
		English: "neither the policy nor the party's entry declares that this holder does this",
		Chinese: "隐私政策和主体登记均未声明该持有方可进行此项处理",
	},
	Remedy: catalog.Label{
		English: "declare the onward transfer in the policy (holders) or with the party (onward)",
		Chinese: "在隐私政策（holders）或主体登记（onward）中声明该转移",
	},
	kinds:  flows,
	faults: faultHolder,
	what:   func(s *situation) string { return s.party(event.FieldHolder) },
}
