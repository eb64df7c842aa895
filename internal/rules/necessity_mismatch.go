package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// necessityMismatch: a service must not be refused for want of what is
// optional.
var necessityMismatch = Rule{
	ID:       "necessity-mismatch",
	Severity: Warning,
	Article:  "PIPL 16",
	Field:    "data.necessity",
	Message: catalog.Label{
		English: "the policy says otherwise of whether this is necessary for the service",
		Chinese: "是否为服务所必需与隐私政策的声明不一致",
	},
	Remedy: catalog.Label{
		English: "treat it as the policy says, and state necessity so",
		Chinese: "按隐私政策的声明处理，并相应填写 necessity",
	},
	kinds:  flows,
	faults: faultNecessity,
	what:   func(s *situation) string { return s.word(event.FieldNecessity) },
}
