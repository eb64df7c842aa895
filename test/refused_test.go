package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// Every bad message, between good ones, ends in the dead letters with the reason
// that its row has; none stops the stream, and no personal value in one is found
// in the log or in the dead letters.
func TestG8BadMessagesLeaveNoPersonalValueBehind(t *testing.T) {
	const n = 6000
	w := newWorld(t, "bad", 3)
	w.Rows = 500
	w.consume(t)
	o := simulate.Day(13, yesterday())
	o.Events, o.Subjects, o.Bad, o.Conflicts, o.Duplicates = n, 200, 0.4, 0.05, 0.05
	s, messages, want := simulate.New(o), make([]event.Message, n), map[string]int{}
	for i := range messages {
		var e simulate.Expect
		if messages[i], e = s.Next(); e.Outcome == simulate.Conflict || e.Outcome == simulate.Rejected {
			want[strings.TrimSpace(e.Outcome+" "+e.Reason.String())]++
		}
	}
	for reason := event.ReasonNone + 1; reason < event.ReasonCount; reason++ {
		if want["rejected "+reason.String()] == 0 {
			t.Fatalf("no message is bad for %s: the test shows too little", reason)
		}
	}
	w.send(t, w.emitter(t), messages)
	w.await(t, n)
	w.intact(t)
	w.lettersFit(t, want)
	w.clean(t)
}

// clean scans the log as the decoder scans events, and every dead letter.
func (w *world) clean(t *testing.T) {
	t.Helper()
	rows, err := w.answer("SELECT * EXCEPT (event_hash, content_hash, kafka_topic) FROM custody.log WHERE kafka_topic = {topic}")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(rows) {
		if event.Sensitive(&event.Message{Value: line}) {
			t.Fatal("a row holds what looks like a personal value")
		}
	}
	for key, l := range w.letters(t) {
		if event.Sensitive(&l) {
			t.Errorf("dead letter %s holds what looks like a personal value", key)
		}
	}
}

// lettersFit waits for the dead letters of the refused rows and holds each
// against its row and its record.
func (w *world) lettersFit(t *testing.T, want map[string]int) {
	t.Helper()
	refused := map[string]row{}
	rows := w.mustAsk(t, `SELECT concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)) AS key,
		outcome, reason, reason_field FROM custody.log WHERE kafka_topic = {topic} AND outcome IN ('rejected', 'conflict')`)
	got := map[string]int{}
	for _, r := range rows {
		refused[r["key"].(string)] = r
		got[strings.TrimSpace(fmt.Sprint(r["outcome"], " ", r["reason"]))]++
	}
	if !maps.Equal(got, want) {
		t.Errorf("the log refuses %v, want %v", got, want)
	}
	eventually(t, "a dead letter for every refused row", func() bool { return len(w.letters(t)) >= len(refused) })
	letters := w.letters(t)
	for key := range letters {
		if refused[key] == nil {
			t.Errorf("dead letter %s has no refused row", key)
		}
	}
	w.each(t, w.Topic, func(p int32, o *stream.Record) {
		key := fmt.Sprintf("%s/%s/0/%d/%d", w.Cluster, w.Topic, p, o.Offset)
		if r := refused[key]; r != nil {
			letterFits(t, r, letters[key], o.Message)
		}
	})
}

var pointers = map[string]bool{"personal-value": true, "too-large": true, "content-mode": true, "syntax": true}

func letterFits(t *testing.T, r row, letter, original event.Message) {
	t.Helper()
	reason := r["reason"].(string)
	if r["outcome"] == "conflict" {
		reason = "conflict"
	}
	headers := map[string][]byte{}
	for _, h := range letter.Headers {
		headers[h.Name] = h.Value
	}
	if got := string(headers[stream.HeaderReason]); got != reason {
		t.Errorf("%s: the dead letter says %s, the row %s", r["key"], got, reason)
	}
	if got := string(headers[stream.HeaderField]); got != r["reason_field"] {
		t.Errorf("%s: the dead letter names field %q, the row %q", r["key"], got, r["reason_field"])
	}
	sum := sha256.Sum256(original.Value)
	if pointers[reason] {
		if letter.Value != nil || string(headers[stream.HeaderSHA256]) != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: refused for %s, the dead letter must be a pointer", r["key"], reason)
		}
		return
	}
	if !bytes.Equal(letter.Value, original.Value) || !bytes.Equal(headers[stream.HeaderKey], original.Key) {
		t.Errorf("%s: refused for %s, the dead letter is not the record as it was", r["key"], reason)
	}
}

// letters are the dead letters, one a key: a crash may publish some twice.
func (w *world) letters(t *testing.T) map[string]event.Message {
	t.Helper()
	byKey := map[string]event.Message{}
	w.each(t, w.Letters, func(_ int32, r *stream.Record) { byKey[string(r.Key)] = r.Message })
	return byKey
}
