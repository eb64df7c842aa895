package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// foreignAuthorityUnapproved: to a court or police abroad nothing is given
// without leave.
var foreignAuthorityUnapproved = Rule{
	ID:       "foreign-authority-unapproved",
	Severity: Error,
	Article:  "PIPL 41",
	Field:    "data.approval_ref",
	Message: catalog.Label{
		English: "data went to an authority abroad without an approval of the competent authority",
		Chinese: "未经主管机关批准向境外司法或者执法机构提供个人信息",
	},
	Remedy: catalog.Label{
		English: "ask the competent authority first, and state its approval as approval_ref",
		Chinese: "先取得主管机关批准，并填写 approval_ref",
	},
	kinds: given,
	broken: func(s *situation) bool {
		return s.pipl && s.recipient != nil && s.recipient.Role == catalog.RoleAuthority &&
			s.country != 0 && s.country != s.home && !s.record.Has(event.FieldApprovalRef)
	},
}
