package rules

import (
	"github.com/datacustody/custody/internal/catalog"
)

// legitimateInterestUnderPIPL: the PIPL knows no legitimate interest; who
// relies on it has no ground.
var legitimateInterestUnderPIPL = Rule{
	ID:       "legitimate-interest-under-pipl",
	Severity: Error,
	Article:  "PIPL 13",
	Field:    "data.legal_basis",
	Message: catalog.Label{
		English: "legitimate interest is no legal basis under the PIPL",
		Chinese: "“正当利益”不是《个人信息保护法》规定的合法性基础",
	},
	Remedy: catalog.Label{
		English: "rely on consent or on another basis of PIPL 13",
		Chinese: "以同意或《个人信息保护法》第十三条的其他情形为依据",
	},
	kinds:  flows,
	broken: func(s *situation) bool { return s.pipl && s.basis == interest },
}
