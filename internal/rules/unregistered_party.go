package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// unregisteredParty: of a party that nobody has registered it is not known who
// it is, where, or how to reach it.
var unregisteredParty = Rule{
	ID:       "unregistered-party",
	Severity: Warning,
	Article:  "PIPL 23, 55",
	Field:    "data.recipient",
	Message: catalog.Label{
		English: "a party is not registered",
		Chinese: "存在未登记的主体",
	},
	Remedy: catalog.Label{
		English: "register the party in the folder that --parties names, with its role and country",
		Chinese: "在 --parties 目录中登记该主体及其角色、所在国家或地区",
	},
	kinds:  flows | consents | erasures,
	broken: func(s *situation) bool { return s.unregistered() != event.FieldNote },
	where:  func(s *situation) string { return "data." + s.unregistered().String() },
	what:   func(s *situation) string { return s.party(s.unregistered()) },
}

// unregistered is the first field that names a party that is not registered;
// FieldNote, which names none, where there is no such field.
func (s *situation) unregistered() event.Field {
	r := s.record
	switch {
	case s.controller == nil:
		return event.FieldController
	case s.holder == nil:
		return event.FieldHolder
	case s.recipient == nil && r.Has(event.FieldRecipient):
		return event.FieldRecipient
	case s.from == nil && r.Has(event.FieldFrom):
		return event.FieldFrom
	}
	for _, id := range r.List(event.FieldRecipients) {
		if s.catalog.Party(id) == nil {
			return event.FieldRecipients
		}
	}
	return event.FieldNote
}
