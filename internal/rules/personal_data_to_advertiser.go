package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// personalDataToAdvertiser: advertisers and analysts get nothing that tells
// who a person is; so the policies promise.
var personalDataToAdvertiser = Rule{
	ID:       "personal-data-to-advertiser",
	Severity: Error,
	Article:  "PIPL 6, 24",
	Field:    "data.protection",
	Message: catalog.Label{
		English: "an advertiser or analyst got data that can identify the person",
		Chinese: "向广告或分析类合作方提供了可识别个人身份的信息",
	},
	Remedy: catalog.Label{
		English: "deidentify the data first and state protection: deidentified, or ask for a separate consent",
		Chinese: "先去标识化并填写 protection: deidentified，或取得单独同意",
	},
	kinds: given,
	broken: func(s *situation) bool {
		return s.recipient != nil && s.recipient.Advertiser && s.protection < deidentified && (!s.byConsent() || !s.isSeparate())
	},
	what: func(s *situation) string { return s.word(event.FieldProtection) },
}
