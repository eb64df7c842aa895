package rules

import (
	"github.com/datacustody/custody/internal/catalog"
)

// groundMissing: an event without a legal basis cannot be shown to have had
// one.
var groundMissing = Rule{
	ID:       "ground-missing",
	Severity: Warning,
	Article:  "PIPL 13",
	Field:    "data.legal_basis",
	Message: catalog.Label{
		English: "no legal basis is stated",
		Chinese: "未说明处理的合法性基础",
	},
	Remedy: catalog.Label{
		English: "state legal_basis: pipl-13-1-1 where consent is the ground, pipl-13-1-2 where a contract is …",
		Chinese: "填写 legal_basis：以同意为依据时为 pipl-13-1-1，以合同为依据时为 pipl-13-1-2……",
	},
	kinds:  flows,
	broken: func(s *situation) bool { return s.basis == 0 },
}
