package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Intent is the offset range that a writer is about to insert: [Start, End).
// It is stored as metadata of the consumer group's offset Start.
type Intent struct {
	Epoch      uint32
	Start, End int64
	RecordedAt time.Time // microseconds, ClickHouse's clock
	LeaseUntil time.Time // microseconds, ClickHouse's clock
}

// String is the intent as the commit's metadata has it:
// "v1 epoch start end recorded_at lease_until", times in microseconds.
func (i Intent) String() string {
	return fmt.Sprintf("v1 %d %d %d %d %d",
		i.Epoch, i.Start, i.End, i.RecordedAt.UnixMicro(), i.LeaseUntil.UnixMicro())
}

// Idle is the metadata of a commit without intent: all that was ever intended
// is in the log. RecordedAt is the last batch's, so that the next one's is later.
func Idle(recordedAt time.Time) string {
	if recordedAt.IsZero() {
		return "v1 idle 0"
	}
	return "v1 idle " + strconv.FormatInt(recordedAt.UnixMicro(), 10)
}

// ParseCommit reads a commit's metadata. It gives the intent, or for an idle
// commit an empty one (End 0) with the last RecordedAt; ok is false for
// metadata that nobody of us wrote, which says nothing.
func ParseCommit(metadata string) (i Intent, ok bool) {
	word := strings.Split(metadata, " ")
	if word[0] != "v1" {
		return Intent{}, false
	}
	if len(word) == 3 && word[1] == "idle" {
		n, ok := micros(word[2:])
		if !ok {
			return Intent{}, false
		}
		return Intent{RecordedAt: moment(n[0])}, true
	}
	n, ok := micros(word[1:])
	if !ok || len(n) != 5 || n[0] > 1<<32-1 || n[1] >= n[2] {
		return Intent{}, false
	}
	return Intent{
		Epoch: uint32(n[0]), Start: n[1], End: n[2],
		RecordedAt: moment(n[3]), LeaseUntil: moment(n[4]),
	}, true
}

func micros(words []string) (n []int64, ok bool) {
	for _, w := range words {
		v, err := strconv.ParseInt(w, 10, 64)
		if err != nil || v < 0 {
			return nil, false
		}
		n = append(n, v)
	}
	return n, true
}

// moment is the zero time for 0, which stands for "never".
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
