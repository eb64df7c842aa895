package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// contractMissing: who entrusts data to another, or decides together with it,
// has agreed on how.
var contractMissing = Rule{
	ID:       "contract-missing",
	Severity: Warning,
	Article:  "PIPL 20, 21",
	Field:    "data.contract_ref",
	Message: catalog.Label{
		English: "the relationship needs a contract, and neither the event nor the party's entry refers to one",
		Chinese: "该关系需要合同约定，但事件和主体登记均未引用合同",
	},
	Remedy: catalog.Label{
		English: "state contract_ref, or register the contract with the party",
		Chinese: "填写 contract_ref，或在主体登记中登记合同",
	},
	kinds: given,
	broken: func(s *situation) bool {
		return (s.relation == entrustment || s.relation == subEntrustment || s.relation == joint) &&
			!s.record.Has(event.FieldContractRef) && (s.recipient == nil || s.recipient.Contract == "")
	},
}
