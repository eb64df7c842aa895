// Package ledger says what a row of the log is: the identity of a Kafka record,
// the verdict on it, the intent under which a batch of rows is inserted, and the
// certificate of an answer that was given from rows. Its law: pure values, no
// clock and no network; what is written in an intent or a certificate can be read
// back by every later version.
package ledger

import (
	"math"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A Partition is one partition of one topic of one cluster in one epoch.
type Partition struct {
	Cluster, Topic string
	Epoch          uint32
	ID             int32
}

// An Outcome is what became of a Kafka record. Its text is what the log stores.
type Outcome uint8

// The outcomes.
const (
	Accepted Outcome = iota + 1
	Duplicate
	Conflict
	Rejected
	Lost
)

// String is the outcome as the log stores it.
func (o Outcome) String() string {
	return [...]string{"", "accepted", "duplicate", "conflict", "rejected", "lost"}[o]
}

// Latest is the last second that ClickHouse's functions of hours and days take, 2106-02-07T06:28:15Z.
// The log holds no later moment that may come from an event which is not accepted or from a Kafka record: one
// would hide its neighbours from whoever asks by the hour (docs/decisions/0404-no-row-hides-another.md).
const Latest = math.MaxUint32

// A Row is one row of the log but for what all rows of its batch share
// (partition, recorded_at, lease_until). Event may borrow its decoder's
// buffers: a block that appends the row copies what it keeps.
type Row struct {
	Offset      int64
	LostFrom    int64 // first offset of a lost range, else equal to Offset
	Seq         uint64
	KafkaTime   time.Time // the record's timestamp, milliseconds
	Outcome     Outcome
	Reason      event.Reason
	ReasonField string
	Misplaced   bool
	EventHash   [16]byte      // zero for rejected and lost rows
	ContentHash [16]byte      // zero for rejected and lost rows
	Findings    []string      // rules that an accepted event breaks
	Judged      Judged        // by what an accepted event was judged
	Event       *event.Record // nil for lost rows
}

// Judged says by what an event was judged: the policy in force, the digest of its
// text, and that of all else with it.
type Judged struct{ Policy, PolicyDigest, CatalogDigest string }

// A Block is a batch of rows being built, in the form in which it is sent. It
// belongs to one partition's loop, and is used again after Reset.
type Block interface {
	Reset(p Partition, recordedAt time.Time)
	Append(*Row)
	Rows() int
	Bytes() int // about what the block holds in memory
}

// An Extent is what the log holds of one partition and epoch.
type Extent struct {
	Rows           uint64 // count()
	MaxOffset      int64  // meaningless where Rows is 0
	MinSeq, MaxSeq uint64 // meaningless where Rows is 0
	MaxTime        time.Time
	Floor          int64  // first offset that the log may hold: the epoch's start or what retention dropped
	FloorSeq       uint64 // the seq that the first row at or above Floor has, where Rows is 0
	Epoch          uint32 // the greatest that was recorded of the topic
}

// A Seen is an accepted row as the id window remembers it.
type Seen struct {
	EventHash, ContentHash [16]byte
	Time                   int64 // the event's, nanoseconds
	Offset                 int64
}

// A Key is what a repeat is looked up by.
type Key struct {
	EventHash [16]byte
	Time      int64 // the event's, nanoseconds
}

// A Refusal is a stored row whose record belongs in the dead letters.
type Refusal struct {
	Offset      int64
	Outcome     Outcome // Rejected or Conflict
	Reason      string
	ReasonField string
}

// A Gap is a run of offsets without rows between two rows whose seqs are not
// neighbours: (AfterOffset, BeforeOffset) lack Missing rows, the first of seq FirstSeq.
type Gap struct {
	AfterOffset, BeforeOffset int64
	FirstSeq                  uint64
	Missing                   uint64
}
