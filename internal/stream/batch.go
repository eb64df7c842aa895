package stream

import "github.com/datacustody/custody/schemas/event"

// A Record is one Kafka record. It borrows its batch's memory.
type Record struct {
	event.Message
	Offset    int64
	Timestamp int64 // milliseconds since 1970; negative where the producer gave none
}

// A Batch is what one fetch gave. Control records and those of aborted
// transactions are not in it, so Next may lie beyond the last record.
type Batch struct {
	Records       []Record
	Next          int64 // where to read on
	LogStart      int64 // the first offset that Kafka still has
	HighWatermark int64 // the offset after the last one replicated
	Leader        int32 // epoch of the leader that took the last record batch; -1 if there is none
	Troubled      bool  // an attempt failed before: the leader may be another, or the topic

	frame   []byte // the answer as it came
	arena   []byte // what was decompressed from it
	headers []event.Header
	names   map[string]string
}

// reset forgets the records, keeps the memory.
func (b *Batch) reset() {
	b.Records, b.headers, b.arena = b.Records[:0], b.headers[:0], b.arena[:0]
	b.Leader, b.Troubled = -1, false
	if b.names == nil {
		b.names = map[string]string{}
	}
}

// name is a header's name as a string, made once for each of the usual names.
func (b *Batch) name(text []byte) string {
	if s, ok := b.names[string(text)]; ok {
		return s
	}
	s := string(text)
	if len(b.names) < 256 && len(s) <= 64 {
		b.names[s] = s
	}
	return s
}
