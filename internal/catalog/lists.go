package catalog

import "github.com/datacustody/custody/schemas/event"

// names are the lists' names in YAML, which are the files' names too.
var names = [event.ListCount]string{
	event.ListOrigin:           "origin",
	event.ListRelationship:     "relationship",
	event.ListChannel:          "channel",
	event.ListNoticeChannel:    "notice-channel",
	event.ListLegalBasis:       "legal-basis",
	event.ListConsentForm:      "consent-form",
	event.ListProtection:       "protection",
	event.ListNecessity:        "necessity",
	event.ListMechanism:        "mechanism",
	event.ListDisclosureGround: "disclosure-ground",
	event.ListAudience:         "audience",
	event.ListGround:           "ground",
	event.ListScope:            "scope",
	event.ListMethod:           "method",
	event.ListExemption:        "exemption",
	event.ListRefusal:          "refusal",
	event.ListCategory:         "category",
	event.ListPurpose:          "purpose",
	event.ListState:            "state",
	event.ListDelivery:         "delivery",
	event.ListAction:           "action",
	event.ListOperationAction:  "operation-action",
}

// Name is a list's name: "legal-basis".
func Name(l event.List) string { return names[l] }

// Named finds a list by its name; NoList where there is none of that name.
func Named(name string) event.List {
	for l, n := range names {
		if n == name && n != "" {
			return event.List(l)
		}
	}
	return event.NoList
}

// prefixes are those of the IRIs.
var prefixes = map[string]string{
	"dpv":            "https://w3id.org/dpv#",
	"pd":             "https://w3id.org/dpv/pd#",
	"eu-gdpr":        "https://w3id.org/dpv/legal/eu/gdpr#",
	"justifications": "https://w3id.org/dpv/justifications#",
	"pipl":           "https://datacustody.org/pipl#",
}
