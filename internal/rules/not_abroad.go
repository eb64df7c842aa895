package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// notAbroad: the reverse of abroadUndeclared.
var notAbroad = Rule{
	ID:       "not-abroad",
	Severity: Warning,
	Article:  "PIPL 38",
	Field:    "data.country",
	Message: catalog.Label{
		English: "the data stays in the country, and the event is a data.transferred-abroad",
		Chinese: "数据未出境，但事件类型为 data.transferred-abroad",
	},
	Remedy: catalog.Label{
		English: "send data.shared instead, or correct the country",
		Chinese: "改为发送 data.shared，或更正 country",
	},
	kinds:  of(event.KindTransferredAbroad),
	broken: func(s *situation) bool { return s.home != 0 && s.country == s.home },
	what:   func(s *situation) string { return s.place() },
}
