package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// policyNotInForce: a policy says nothing of what happened before its first
// day.
var policyNotInForce = Rule{
	ID:       "policy-not-in-force",
	Severity: Error,
	Article:  "PIPL 17, 7",
	Field:    "data.controller",
	Message: catalog.Label{
		English: "no version of the controller's policy was in force at the event's time",
		Chinese: "事件发生时，该处理者没有生效的隐私政策版本",
	},
	Remedy: catalog.Label{
		English: "check the event's time; register the version that was in force then",
		Chinese: "核对事件时间；登记当时生效的版本",
	},
	kinds:  flows | consents,
	broken: func(s *situation) bool { return s.policy == nil && s.controller.HasPolicy() },
	what:   func(s *situation) string { return s.party(event.FieldController) },
}
