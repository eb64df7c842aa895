package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredCountry: data stays in the controller's country unless the policy
// says where else it goes.
var undeclaredCountry = Rule{
	ID:       "undeclared-country",
	Severity: Error,
	Article:  "PIPL 39",
	Field:    "data.country",
	Message: catalog.Label{
		English: "the policy does not declare this country for this",
		Chinese: "隐私政策未就此声明该国家或地区",
	},
	Remedy: catalog.Label{
		English: "keep the data in the country, or declare the other one with its mechanism and ask for separate consent",
		Chinese: "将数据保留在境内，或声明该国家或地区及出境机制并取得单独同意",
	},
	kinds:  given | consents,
	faults: faultCountry,
	where: func(s *situation) string {
		if s.record.Kind == event.KindConsentGranted {
			return "data.countries"
		}
		return "data.country"
	},
	what: func(s *situation) string {
		if country := s.record.Text(event.FieldCountry); country != nil {
			return string(country)
		}
		return s.which(event.FieldCountries, s.declaredCountry)
	},
}
