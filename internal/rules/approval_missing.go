package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// approvalMissing: an assessment, a certificate and a filed contract have a
// number.
var approvalMissing = Rule{
	ID:       "approval-missing",
	Severity: Warning,
	Article:  "PIPL 38(1)",
	Field:    "data.approval_ref",
	Message: catalog.Label{
		English: "the mechanism rests on an assessment, a certificate or a filing, and the event does not say which",
		Chinese: "出境机制依赖评估、认证或备案，但未填写其编号",
	},
	Remedy: catalog.Label{
		English: "state its reference as approval_ref",
		Chinese: "填写 approval_ref",
	},
	kinds: of(event.KindTransferredAbroad),
	broken: func(s *situation) bool {
		m := s.record.Term(event.FieldMechanism)
		return m != 0 && (m == assessment || m == certification || m == clauses) && !s.record.Has(event.FieldApprovalRef)
	},
}
