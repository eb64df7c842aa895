package ledger

import (
	"errors"
	"time"
)

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

// A Standing finding is one that stands now, with what persons said of it.
type Standing struct {
	ID         string    `json:"finding" doc:"Id: the same however often it is found" example:"5a1f0c3e9d2b47868c1d2e3f4a5b6c7d"`
	Rule       string    `json:"rule" example:"consent-withdrawn"`
	Severity   string    `json:"severity" doc:"error, warning or info"`
	Article    string    `json:"article" doc:"Law that the rule comes from"`
	Field      string    `json:"field" doc:"Field of the event that breaks the rule; empty where it is the event as such"`
	Because    string    `json:"because" doc:"What it is held against: a withdrawal, a request, a notice, a day, numbers that are missing"`
	Policy     string    `json:"policy" doc:"Policy that the event was judged by"`
	Source     string    `json:"source" doc:"CloudEvents source of the event"`
	EventID    string    `json:"id" doc:"CloudEvents id of the event; empty of a gap"`
	Type       string    `json:"type" doc:"CloudEvents type of the event"`
	Time       time.Time `json:"time" doc:"When it happened"`
	Subject    string    `json:"subject" doc:"Pseudonym of the person; empty where there is none"`
	Controller string    `json:"controller"`
	Holder     string    `json:"holder"`
	Recipient  string    `json:"recipient"`
	Place      string    `json:"kafka" doc:"Where the record of the event stood: cluster/topic/epoch/partition/offset"`
	DetectedAt time.Time `json:"detected_at" doc:"When it was found"`
	State      string    `json:"state" doc:"open, acknowledged, false-positive or resolved"`
}

// A FindingGroup is the findings of a rule, a source and a recipient: what one bad
// deployment does.
type FindingGroup struct {
	Rule          string    `json:"rule" example:"consent-withdrawn"`
	Source        string    `json:"source" doc:"CloudEvents source of the events"`
	Recipient     string    `json:"recipient" doc:"Party that got the data; empty where none did"`
	Severity      string    `json:"severity" doc:"error, warning or info"`
	Article       string    `json:"article" doc:"Law that the rule comes from"`
	Findings      uint64    `json:"findings" doc:"How many stand"`
	Open          uint64    `json:"open" doc:"Of them, those of which nobody has said anything, or that were reopened"`
	Acknowledged  uint64    `json:"acknowledged"`
	FalsePositive uint64    `json:"false_positive"`
	Resolved      uint64    `json:"resolved"`
	Persons       uint64    `json:"persons" doc:"How many pseudonyms they are about"`
	First         time.Time `json:"first" doc:"When the first of the events happened"`
	Last          time.Time `json:"last" doc:"When the last of the events happened"`
	Sample        string    `json:"sample" doc:"Id of one: an open one if there is one"`
}

// ErrTooMany says that an answer would have been longer than its limit. There is none then.
var ErrTooMany = errors.New("more rows than the limit")

// A FindingFilter picks findings that stand. Its zero value picks all; set members must all hold.
type FindingFilter struct {
	ID, Rule, Source, Recipient, Severity, State string
	From, To                                     time.Time // of the event, [From, To)
	Since                                        time.Time // found at or after Since
	Limit                                        int       // 0 = 100,000; more is an error
}

// A Mark is what a person said of a finding.
type Mark struct {
	State      string    `json:"state" doc:"acknowledged, false-positive, resolved or reopened"`
	Actor      string    `json:"actor"`
	Note       string    `json:"note"`
	Time       time.Time `json:"time"`
	RecordedAt time.Time `json:"recorded_at"`
}
