package store

import (
	"context"
	"errors"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// ErrTooMany says that an answer would have been longer than the limit. There is none then.
var ErrTooMany = errors.New("more rows than the limit")

// A DB reads the log and migrates it.
type DB struct{ config Config }

// Open returns a DB that connects when it is first used.
func Open(c Config) (*DB, error) { return &DB{c}, nil }

// Close gives back every connection.
func (db *DB) Close() error { return nil }

// Aliases returns the subjects and all that are linked with them, over any
// number of links in either direction.
func (db *DB) Aliases(ctx context.Context, subjects ...string) ([]string, error) { return nil, nil }

// Flows returns every flow of data of the subjects, by time. It does not follow links: see Aliases.
func (db *DB) Flows(ctx context.Context, subjects ...string) ([]lineage.Flow, error) { return nil, nil }

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

// Events returns the rows that f picks, by time and then by identity; with Newest by recorded_at.
func (db *DB) Events(ctx context.Context, f Filter) ([]Event, error) { return nil, nil }

// Event returns the rows of one event, the accepted one first. An empty source
// stands for any. There may be none, and there may be several: duplicates.
func (db *DB) Event(ctx context.Context, source, id string) ([]Event, error) { return nil, nil }

// Counts returns the number of rows by outcome.
func (db *DB) Counts(ctx context.Context) (map[ledger.Outcome]uint64, error) { return nil, nil }

// An End says how far a partition is logged.
type End struct {
	Partition ledger.Partition
	Next      int64 // the first offset that is not logged
	Rows      uint64
	Hole      bool      // rows are missing below Next
	Last      time.Time // greatest recorded_at
}

// Ends returns how far each partition is logged.
func (db *DB) Ends(ctx context.Context) ([]End, error) { return nil, nil }

// Ping says whether ClickHouse answers and takes us in.
func (db *DB) Ping(ctx context.Context) error { return nil }
