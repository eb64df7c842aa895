package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// disclosureGroundMissing: nothing is made public unless the person agreed to
// just that, or the law says so.
var disclosureGroundMissing = Rule{
	ID:       "disclosure-ground-missing",
	Severity: Error,
	Article:  "PIPL 25",
	Field:    "data.disclosure_ground",
	Message: catalog.Label{
		English: "data was made public without a stated ground",
		Chinese: "公开个人信息但未说明依据",
	},
	Remedy: catalog.Label{
		English: "state disclosure_ground: separate-consent, own-choice, violation, statutory-duty or already-public",
		Chinese: "填写 disclosure_ground：separate-consent、own-choice、violation、statutory-duty 或 already-public",
	},
	kinds:  of(event.KindDisclosed),
	broken: func(s *situation) bool { return !s.record.Has(event.FieldDisclosureGround) },
}
