package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// policyMissing: whoever collects or gives data away has told the person how,
// in a policy.
var policyMissing = Rule{
	ID:       "policy-missing",
	Severity: Error,
	Article:  "PIPL 17",
	Field:    "data.controller",
	Message: catalog.Label{
		English: "no policy of this controller is registered",
		Chinese: "该个人信息处理者没有登记的隐私政策",
	},
	Remedy: catalog.Label{
		English: "register its policy in schemas/policies or in the folder that --policies names, or correct the controller",
		Chinese: "在 schemas/policies 或 --policies 目录中登记其隐私政策，或更正 controller",
	},
	kinds:  flows | consents,
	broken: func(s *situation) bool { return s.policy == nil && !s.controller.HasPolicy() },
	what:   func(s *situation) string { return s.party(event.FieldController) },
}
