package rules

import (
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// undeclaredCategory: the policy says which kinds of data, for each purpose.
var undeclaredCategory = Rule{
	ID:       "undeclared-category",
	Severity: Error,
	Article:  "PIPL 6, 17(1)",
	Field:    "data.categories",
	Message: catalog.Label{
		English: "the policy does not declare these categories for this",
		Chinese: "隐私政策未就此声明这些个人信息种类",
	},
	Remedy: catalog.Label{
		English: "leave them out, or declare them in a new version of the policy",
		Chinese: "不再处理这些种类，或在新版隐私政策中声明",
	},
	kinds:  flows | consents,
	faults: faultCategory,
	what:   func(s *situation) string { return s.undeclaredCategories() },
}

// undeclaredCategories are those of the event that the nearest entry lacks.
func (s *situation) undeclaredCategories() string {
	declared := &s.policy.Declared.Categories
	if s.flow != nil {
		declared = &s.flow.Categories
	}
	return s.words(event.FieldCategories, declared)
}
