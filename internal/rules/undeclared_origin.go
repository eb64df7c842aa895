package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredOrigin: the policy says from whom data is obtained other than from
// the person.
var undeclaredOrigin = Rule{
	ID:       "undeclared-origin",
	Severity: Error,
	Article:  "PIPL 17(1), 27",
	Field:    "data.origin",
	Message: catalog.Label{
		English: "the policy does not declare this origin of the data",
		Chinese: "隐私政策未声明该数据来源",
	},
	Remedy: catalog.Label{
		English: "obtain the data as declared, or declare the source in a new version of the policy",
		Chinese: "按已声明的来源取得数据，或在新版隐私政策中声明该来源",
	},
	kinds:  of(event.KindCollected),
	faults: faultOrigin,
	where: func(s *situation) string {
		if s.record.Has(event.FieldFrom) && s.flow.Origins.Allow(s.record.Term(event.FieldOrigin)) {
			return "data.from"
		}
		return "data.origin"
	},
	what: func(s *situation) string {
		if from := s.party(event.FieldFrom); from != "" {
			return from
		}
		return s.word(event.FieldOrigin)
	},
}
