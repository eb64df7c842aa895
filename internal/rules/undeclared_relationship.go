package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredRelationship: it matters to the person whether the recipient
// decides for itself.
var undeclaredRelationship = Rule{
	ID:       "undeclared-relationship",
	Severity: Warning,
	Article:  "PIPL 20–23",
	Field:    "data.relationship",
	Message: catalog.Label{
		English: "the policy declares the recipient in another role",
		Chinese: "隐私政策声明该接收方为其他角色",
	},
	Remedy: catalog.Label{
		English: "say in what role the recipient gets the data: provision, entrustment …; correct the event or the policy",
		Chinese: "核实接收方的角色（提供、委托等），更正事件或隐私政策",
	},
	kinds:  given,
	faults: faultRelationship,
	broken: func(s *situation) bool { return s.relation != subEntrustment },
	what:   func(s *situation) string { return s.word(event.FieldRelationship) },
}
