package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredSDK: a policy that lists its SDKs, or how data is taken, lists
// all.
var undeclaredSDK = Rule{
	ID:       "undeclared-sdk",
	Severity: Warning,
	Article:  "PIPL 17(1)",
	Field:    "data.sdk",
	Message: catalog.Label{
		English: "the policy does not declare this SDK or channel for this",
		Chinese: "隐私政策未就此声明该 SDK 或渠道",
	},
	Remedy: catalog.Label{
		English: "take the SDK out, or add it to the published list of SDKs",
		Chinese: "移除该 SDK，或将其加入公示的 SDK 清单",
	},
	kinds:  flows,
	faults: faultSDK | faultChannel,
	where: func(s *situation) string {
		if s.has(faultSDK) {
			return "data.sdk.name"
		}
		return "data.channel"
	},
	what: func(s *situation) string {
		if s.has(faultSDK) {
			return string(s.record.Text(event.FieldSDKName))
		}
		return s.word(event.FieldChannel)
	},
}
