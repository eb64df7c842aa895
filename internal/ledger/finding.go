package ledger

import "time"

// A Finding is a rule that an event breaks, or no longer does, as of some moment.
type Finding struct {
	ID       string // of rule, source and event: the same whoever finds it, and however often
	Rule     string
	Stands   bool // false: what was found before is void by what is known now
	Severity string
	Article  string
	Field    string // of the event; empty where it is the event as such
	Because  string // what it is held against
	Policy   string

	Source, EventID, Type string
	Time                  time.Time
	Subject               string // namespace:uuid; empty where there is none
	Controller            string
	Holder, Recipient     string
	Place                 Identity // of the event's record; zero of a gap

	Step       uint64
	RecordedAt time.Time
}

// A FindingStep is how far the findings are those of the log: they are what the
// rules say of everything below the offsets, and of nothing else.
type FindingStep struct {
	Step      uint64
	Below     map[Partition]int64
	Catalogue string // what was judged by
}

// A Person is the pseudonyms that are linked, as of what is known.
type Person []string

// What a note about a step says.
const (
	StepBegun    = "begun"    // a consumer took over: something may be under way
	StepDone     = "done"     // the findings are as far as the step says
	StepReleased = "released" // the consumer ended in order: nothing is under way
)
