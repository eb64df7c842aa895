package store

import (
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
)

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
	Judged         ledger.Judged
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
