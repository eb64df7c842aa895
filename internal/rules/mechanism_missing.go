package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// mechanismMissing: data leaves the country by one of the law's mechanisms or
// not at all.
var mechanismMissing = Rule{
	ID:       "mechanism-missing",
	Severity: Error,
	Article:  "PIPL 38",
	Field:    "data.mechanism",
	Message: catalog.Label{
		English: "data left the country without a stated mechanism",
		Chinese: "个人信息出境但未说明出境机制",
	},
	Remedy: catalog.Label{
		English: "state mechanism: security-assessment, certification, standard-contract, contract-necessity …",
		Chinese: "填写 mechanism：security-assessment、certification、standard-contract、contract-necessity 等",
	},
	kinds: of(event.KindTransferredAbroad),
	broken: func(s *situation) bool {
		return s.pipl && !s.record.Has(event.FieldMechanism) && s.country != s.home
	},
}
