package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// abroadUndeclared: a share that leaves the country is data.transferred-
// abroad, with a mechanism.
var abroadUndeclared = Rule{
	ID:       "abroad-undeclared",
	Severity: Error,
	Article:  "PIPL 38, 39",
	Field:    "data.country",
	Message: catalog.Label{
		English: "the data leaves the country, and the event is a data.shared",
		Chinese: "数据出境，但事件类型为 data.shared",
	},
	Remedy: catalog.Label{
		English: "send data.transferred-abroad with country and mechanism instead",
		Chinese: "改为发送 data.transferred-abroad，并填写 country 和 mechanism",
	},
	kinds:  of(event.KindShared),
	broken: func(s *situation) bool { return s.home != 0 && s.country != 0 && s.country != s.home },
	what:   func(s *situation) string { return s.place() },
}
