// Package lineage says who got a person's data, and who has it still: from the
// flows that were observed it finds every recipient over any number of hops, and
// plans who is to erase what. Its law: pure functions of what is given, in any
// order, no clock and no network; a flow more never makes a recipient less;
// cycles are as good as chains; no holder is missed, and none invented.
package lineage

import (
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A Ref names an event.
type Ref struct{ Source, ID string }

// A Flow is one observed act: somebody collected, used, shared, transferred or
// disclosed data of one subject. It is an accepted row of the log, less what
// lineage has no use for.
type Flow struct {
	Event      Ref
	Kind       event.Kind
	Subject    string // the pseudonym in whose name it was logged
	Time       time.Time
	RecordedAt time.Time
	Parents    []Ref

	Controller, Holder string
	Recipient          string // empty where data went to no party
	From               string // whom it was collected from, empty if the person
	RecipientRef       string // how the recipient knows the person

	Categories                         []string
	Purpose, LegalBasis, ConsentForm   string
	Relationship, Country, Mechanism   string
	Audience, DisclosureGround, Origin string
	SDKName, Protection, ContractRef   string
	RetentionUntil                     string // a day; empty: not stated

	Findings  []string
	Misplaced bool
}
