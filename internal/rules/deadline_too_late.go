package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// deadlineTooLate: the policy says within how many days a request is answered.
var deadlineTooLate = Rule{
	ID:       "deadline-too-late",
	Severity: Error,
	Article:  "PIPL 50",
	Field:    "data.deadline",
	Message: catalog.Label{
		English: "the deadline is later than the policy promises",
		Chinese: "答复期限晚于隐私政策的承诺",
	},
	Remedy: catalog.Label{
		English: "answer within the days that the policy gives",
		Chinese: "在隐私政策承诺的期限内答复",
	},
	kinds: of(event.KindErasureRequested),
	broken: func(s *situation) bool {
		if s.policy == nil || !s.record.Has(event.FieldDeadline) {
			return false
		}
		days := s.policy.ReplyDays
		if s.flow != nil && s.flow.DeadlineDays > 0 {
			days = s.flow.DeadlineDays
		}
		return days > 0 && s.record.Int(event.FieldDeadline) > s.record.Time+int64(days)*dayLength
	},
}

// dayLength is a day in nanoseconds.
const dayLength = 86400 * 1e9
