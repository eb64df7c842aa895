package ledger

// A Floor is where a partition of an epoch begins: what is below it belongs to
// an earlier epoch, or was dropped.
type Floor struct {
	Partition
	Offset int64  // the first that the log may hold
	Seq    uint64 // of the row that stands there, or would
	Why    Why
	Actor  string // who recorded it: a role or a pseudonym
}

// A Why says for what reason a floor was recorded. Its text is what ClickHouse stores.
type Why string

// The reasons.
const (
	EpochBegins   Why = "epoch"     // the topic began, or began anew, here
	RetentionDrop Why = "retention" // what is below was dropped
)

// A Trace is what a row keeps of its record: enough to know it again in Kafka.
type Trace struct {
	Offset    int64
	Seq       uint64
	KafkaTime int64    // the record's timestamp as the log has it, milliseconds
	EventHash [16]byte // zero for rejected and lost rows
	Lost      bool     // it stands for no record
}
