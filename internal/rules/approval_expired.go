package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// approvalExpired: an approval holds for its time. Of one that nobody has
// registered nothing is known.
var approvalExpired = Rule{
	ID:       "approval-expired",
	Severity: Error,
	Article:  "PIPL 38, 40",
	Field:    "data.approval_ref",
	Message: catalog.Label{
		English: "the approval was not in force at the event's time",
		Chinese: "事件发生时该批准不在有效期内",
	},
	Remedy: catalog.Label{
		English: "renew the approval before more data leaves; register the new one with the party",
		Chinese: "在继续出境前续展该批准，并在主体登记中更新",
	},
	kinds: of(event.KindTransferredAbroad),
	broken: func(s *situation) bool {
		ref := s.record.Text(event.FieldApprovalRef)
		if ref == nil {
			return false
		}
		a := s.catalog.Approval(ref)
		return a != nil && !a.Holds(s.record.Time, s.policy)
	},
	what: func(s *situation) string { return string(s.record.Text(event.FieldApprovalRef)) },
}
