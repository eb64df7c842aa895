package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredRecipient: the policy names those who get data, or their class.
var undeclaredRecipient = Rule{
	ID:       "undeclared-recipient",
	Severity: Error,
	Article:  "PIPL 17(1), 23",
	Field:    "data.recipient",
	Message: catalog.Label{
		English: "the policy does not declare this recipient for this",
		Chinese: "隐私政策未就此声明该接收方",
	},
	Remedy: catalog.Label{
		English: "stop sharing with it, or name it in a new version of the policy and ask for consent again",
		Chinese: "停止向其提供，或在新版隐私政策中列明并重新取得同意",
	},
	kinds:  given | consents,
	faults: faultRecipient,
	where: func(s *situation) string {
		if s.record.Kind == event.KindConsentGranted {
			return "data.recipients"
		}
		return "data.recipient"
	},
	what: func(s *situation) string {
		if to := s.record.Text(event.FieldRecipient); to != nil {
			return string(to)
		}
		return s.which(event.FieldRecipients, s.declaredRecipient)
	},
}
