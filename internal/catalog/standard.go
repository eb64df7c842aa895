package catalog

import (
	"github.com/datacustody/custody/schemas/parties"
	"github.com/datacustody/custody/schemas/policies"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// OurParties and OurPolicies are the folders that this program is built with.
var (
	OurParties  = Dir{"schemas/parties", parties.Files}
	OurPolicies = Dir{"schemas/policies", policies.Files}
)

// Standard is the catalogue of what this program is built with, and nothing of a user's.
func Standard() (*Catalog, error) {
	c, err := Load(vocabulary.Files)
	if err != nil {
		return nil, err
	}
	return c.With([]Dir{OurParties}, []Dir{OurPolicies})
}
