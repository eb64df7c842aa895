package store

import (
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A Filter picks rows of the log. Its zero value picks all; set members must all hold.
type Filter struct {
	Subjects  []string
	Recipient string
	Kinds     []event.Kind
	Outcomes  []ledger.Outcome
	Source    string
	ID        string
	From, To  time.Time // of the event, [From, To)
	Since     time.Time // recorded_at after Since
	Limit     int       // 0 = 100,000
	Newest    bool      // of more rows than Limit give the newest; else they are ErrTooMany
}

// An Event is a row of the log as people read it: what is stored, nothing else.
type Event struct {
	Cluster, Topic string
	Epoch          uint32
	Partition      int32
	Offset         int64
	LostFrom       int64 // of a lost range, else -1
	Seq            uint64
	RecordedAt     time.Time
	KafkaTime      time.Time
	Outcome        string
	Reason         string
	ReasonField    string
	Misplaced      bool
	Findings       []string
	EventHash      string // hex
	ContentHash    string // hex

	Source, ID, Type, Kind string
	Subject                string    // <namespace>:<uuid>, empty where there is none
	Time                   time.Time // zero where there is none
	Parents                []lineage.Ref
	Extensions             map[string]string
	Data                   []Value // the fields that are set, in the contract's order
}

// A Value is one field of an event's data.
type Value struct {
	Name  string // in data: "purpose", "sdk.name"
	Value any    // string, []string, bool, uint16, time.Time
}
