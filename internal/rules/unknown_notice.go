package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// unknownNotice: a consent is worth as much as the text that the person was
// shown.
var unknownNotice = Rule{
	ID:       "unknown-notice",
	Severity: Warning,
	Article:  "PIPL 14, 17",
	Field:    "data.notice",
	Message: catalog.Label{
		English: "the notice that the person was shown is no registered policy",
		Chinese: "向当事人展示的告知文本不是已登记的隐私政策",
	},
	Remedy: catalog.Label{
		English: "state the id of a policy, such as tmall-2023-04-18; register its text",
		Chinese: "填写隐私政策的编号，例如 tmall-2023-04-18；登记其文本",
	},
	kinds: consents,
	broken: func(s *situation) bool {
		notice := s.record.Text(event.FieldNotice)
		return notice != nil && !s.catalog.Knows(notice)
	},
	what: func(s *situation) string { return string(s.record.Text(event.FieldNotice)) },
}
