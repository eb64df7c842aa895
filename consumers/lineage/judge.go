package lineage

import (
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// conflictReason is the reason of a conflict's dead letter.
const conflictReason = "conflict"

// judge adds the row of one record, and its dead letter where it is refused.
// The verdict depends on the record, the batch's moment and earlier rows.
func (l *loop) judge(r *stream.Record, b *batch) {
	rejection := l.decode(r, b)
	b.bytes += r.Size()
	if rejection == nil {
		l.hash()
	}
	b.take(&l.row)
	switch {
	case rejection != nil:
		l.reject(r, rejection, b)
	case !l.weigh(r, b):
		b.doubts.putOff(r, l.row.Seq)
		return
	}
	b.put(&l.row)
}

// decode begins the row of a record.
func (l *loop) decode(r *stream.Record, b *batch) *event.Rejection {
	l.row = ledger.Row{Offset: r.Offset, LostFrom: r.Offset, KafkaTime: moment(r.Timestamp)}
	l.row.Misplaced = r.Key != nil && event.Partition(r.Key, l.of) != int(l.id.ID)
	rec, rejection := l.decoder.Decode(&r.Message, b.recordedAt)
	l.row.Event = rec
	return rejection
}

// hash gives the row what its event is known by.
func (l *loop) hash() {
	l.row.EventHash, l.row.ContentHash = l.row.Event.EventHash(), l.row.Event.ContentHash()
}

// reject fills in a rejected record's row. The decoder has scanned it whole: what
// looks as if it held a personal value is rejected for that.
func (l *loop) reject(r *stream.Record, why *event.Rejection, b *batch) {
	row := &l.row
	row.Outcome, row.Reason, row.ReasonField = ledger.Rejected, why.Reason, why.Field
	reason := row.Reason.String()
	b.refuse(l.letter(r, reason, row.ReasonField), reason)
}

// weigh tells an event that is new from one that is known; false where only the
// log can.
func (l *loop) weigh(r *stream.Record, b *batch) bool {
	row := &l.row
	if b.doubts.about(row.EventHash) {
		return false
	}
	content, ok := l.known(row.EventHash, b)
	if !ok && l.window.suspect(row.Event.Time) {
		b.doubts.begin(ledger.Key{EventHash: row.EventHash, Time: row.Event.Time})
		return false
	}
	l.tell(r, content, ok, b)
	return true
}

// tell gives the verdict on an event of which the content that was accepted is
// known, or that there is none.
func (l *loop) tell(r *stream.Record, content [16]byte, known bool, b *batch) {
	row := &l.row
	switch {
	case !known:
		row.Outcome = ledger.Accepted
		l.find()
		b.known.put(row.EventHash, row.ContentHash, row.Event.Time)
	case content == row.ContentHash:
		row.Outcome = ledger.Duplicate
	default:
		row.Outcome = ledger.Conflict
		b.refuse(l.letter(r, conflictReason, ""), conflictReason)
	}
}

// find holds an accepted event against the rules: it never turns one away.
func (l *loop) find() {
	if l.w.Rules == nil {
		return
	}
	v := &l.verdict
	l.w.Rules.Judge(l.row.Event, v)
	l.row.Findings, l.row.Judged.CatalogDigest = v.Findings, v.Catalog.Digest()
	if v.Policy != nil {
		l.row.Judged.Policy, l.row.Judged.PolicyDigest = v.Policy.ID, v.Policy.Digest
	}
}

// known finds the content under which an event was accepted: in this batch, in
// the one in flight, or lately.
func (l *loop) known(e [16]byte, b *batch) (content [16]byte, ok bool) {
	if content, ok = b.known.get(e); ok {
		return content, true
	}
	if l.flight != nil {
		if content, ok = l.flight.known.get(e); ok {
			return content, true
		}
	}
	return l.window.find(e)
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
