package lineage

import "time"

// Public is the recipient of what was disclosed to everyone; no party has this
// name, for an id never begins with an asterisk.
const Public = "*public"

// A Recipient is a party that has, or had, data of a person, and all that the
// flows say of how it came by it.
type Recipient struct {
	Party string   // Public for disclosures
	Path  []string // shortest chain of parties, from the one that was first to hold the data to this one

	Categories    []string // sorted
	Purposes      []string // sorted
	Grounds       []string // legal bases, disclosure grounds; sorted
	Relationships []string // sorted
	Countries     []string // sorted; where the data went by the events' own account
	Mechanisms    []string // sorted
	Refs          []string // recipient_ref, sorted: how the recipient knows the person
	SDKs          []string // sorted

	First, Last time.Time // of the events' time
	Events      int
	Findings    []string // sorted
}

// Recipients returns every recipient in flows, whoever passed the data on, by
// the length of their paths and then by name.
func Recipients(flows []Flow) []Recipient { return nil }
