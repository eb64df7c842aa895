package rules

import (
	"github.com/datacustody/custody/internal/catalog"
)

// undeclaredKind: the policy has no entry of the kind at all, so there is none
// to compare with.
var undeclaredKind = Rule{
	ID:       "undeclared-kind",
	Severity: Error,
	Article:  "PIPL 17(1)",
	Field:    "type",
	Message: catalog.Label{
		English: "the policy declares no act of this kind",
		Chinese: "隐私政策未声明此类处理活动",
	},
	Remedy: catalog.Label{
		English: "stop it, or declare it in a new version of the policy; check that the event is of the right kind",
		Chinese: "停止该处理，或在新版隐私政策中声明；核对事件类型是否正确",
	},
	kinds:  flows,
	faults: faultKind,
}
