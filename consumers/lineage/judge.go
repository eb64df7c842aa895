package lineage

import (
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// conflictReason is the reason of a conflict's dead letter.
const conflictReason = "conflict"

// lastMilli is the end of what the log's column for Kafka's time can hold.
const lastMilli = 10413791999999 // 2299-12-31T23:59:59.999Z

// judge adds the row of one record, and its dead letter where it is refused.
// The verdict depends on the record, the batch's moment and earlier rows.
func (l *loop) judge(r *stream.Record, b *batch) {
	row := &l.row
	*row = ledger.Row{Offset: r.Offset, LostFrom: r.Offset, KafkaTime: moment(r.Timestamp)}
	row.Misplaced = r.Key != nil && event.Partition(r.Key, l.of) != int(l.id.ID)
	rec, rejection := l.decoder.Decode(&r.Message, b.recordedAt)
	row.Event = rec
	if rejection != nil {
		l.reject(r, row, rejection, b)
	} else {
		l.weigh(r, row, b)
	}
	b.append(row)
	b.bytes += size(r)
}

// size is what a record weighs in a batch, in bytes.
func size(r *stream.Record) int {
	n := len(r.Key) + len(r.Value)
	for i := range r.Headers {
		n += len(r.Headers[i].Name) + len(r.Headers[i].Value)
	}
	return n
}

// reject fills in a rejected record's row. The decoder has scanned it whole: what
// looks as if it held a personal value is rejected for that.
func (l *loop) reject(r *stream.Record, row *ledger.Row, why *event.Rejection, b *batch) {
	row.Outcome, row.Reason, row.ReasonField = ledger.Rejected, why.Reason, why.Field
	reason := row.Reason.String()
	b.refuse(l.letter(r, reason, row.ReasonField), reason)
}

// weigh tells an event that is new from one that is known.
func (l *loop) weigh(r *stream.Record, row *ledger.Row, b *batch) {
	row.EventHash, row.ContentHash = row.Event.EventHash(), row.Event.ContentHash()
	known, ok := l.known(row.EventHash, b)
	switch {
	case !ok:
		row.Outcome = ledger.Accepted
		b.accepted.put(row.EventHash, row.ContentHash, row.Event.Time)
		if _, asked := b.asked[row.EventHash]; !asked && l.window.suspect(row.Event.Time) {
			b.suspects = append(b.suspects, ledger.Key{EventHash: row.EventHash, Time: row.Event.Time})
		}
	case known == row.ContentHash:
		row.Outcome = ledger.Duplicate
	default:
		row.Outcome = ledger.Conflict
		b.refuse(l.letter(r, conflictReason, ""), conflictReason)
	}
}

// known finds the content under which an event was accepted: in this batch, in
// the one in flight, lately, or as far as was asked ever.
func (l *loop) known(e [16]byte, b *batch) (content [16]byte, ok bool) {
	if content, ok = b.accepted.get(e); ok {
		return content, true
	}
	if l.flight != nil {
		if content, ok = l.flight.accepted.get(e); ok {
			return content, true
		}
	}
	if content, ok = l.window.find(e); ok {
		return content, true
	}
	s := b.asked[e]
	return s.content, s.stored
}

// letter makes a record's dead letter, a pointer where no copy may be made.
func (l *loop) letter(r *stream.Record, reason, field string) stream.Letter {
	id := ledger.Identity{Partition: l.id, Offset: r.Offset}
	if byPointer(reason) || sensitive(&r.Message) {
		return stream.NewPointer(id, r.Value, false, reason, field)
	}
	return stream.NewLetter(id, &r.Message, reason, field)
}

// byPointer says for which reasons no dead letter ever carries the value.
func byPointer(reason string) bool {
	switch reason {
	case "personal-value", "too-large", "content-mode", "syntax":
		return true
	}
	return false
}

// sensitive scans what a dead letter would carry.
func sensitive(m *event.Message) bool {
	carried := event.Message{Key: m.Key, Value: m.Value, Headers: stream.Carried(m)}
	return event.Sensitive(&carried)
}
