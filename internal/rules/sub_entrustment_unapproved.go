package rules

import (
	"github.com/datacustody/custody/internal/catalog"
)

// subEntrustmentUnapproved: whoever was entrusted with data passes it on with
// the controller's consent only.
var subEntrustmentUnapproved = Rule{
	ID:       "sub-entrustment-unapproved",
	Severity: Error,
	Article:  "PIPL 21(3)",
	Field:    "data.relationship",
	Message: catalog.Label{
		English: "data entrusted was passed on, and nobody has declared that",
		Chinese: "受托方未经同意转委托他人处理个人信息",
	},
	Remedy: catalog.Label{
		English: "have the controller consent and declare it: onward in the holder's entry, or relationships in the policy",
		Chinese: "取得委托方同意并声明：在主体登记的 onward 或隐私政策的 relationships 中登记",
	},
	kinds: given,
	broken: func(s *situation) bool {
		return s.relation == subEntrustment && !s.onward &&
			(s.flow == nil || s.flow.Relationships.Any() || s.has(faultRelationship))
	},
}
