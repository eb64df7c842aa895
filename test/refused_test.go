package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// Every bad message, between good ones, ends in the dead letters with the reason
// that its row has; none stops the stream or is copied where it must not be.
func TestBadMessagesBecomeDeadLetters(t *testing.T) {
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
			want[e.Outcome+" "+e.Reason.String()]++
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
}

// lettersFit waits for the dead letters of the refused rows and holds each
// against its row and its record.
func (w *world) lettersFit(t *testing.T, want map[string]int) {
	t.Helper()
	refused := map[string]row{}
	rows := w.mustAsk(t, `SELECT concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)) AS key,
		outcome, reason, reason_field, kafka_partition AS p, kafka_offset AS o FROM custody.log WHERE kafka_topic = {topic} AND outcome IN ('rejected', 'conflict')`)
	got := map[string]int{}
	for _, r := range rows {
		refused[r["key"].(string)] = r
		got[fmt.Sprint(r["outcome"], " ", r["reason"])]++
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the log refuses %v, want %v", got, want)
	}
	eventually(t, "a dead letter for every refused row", func() bool { return len(distinct(w.all(t, w.Letters))) >= len(refused) })
	originals := w.originals(t)
	for key, letter := range distinct(w.all(t, w.Letters)) {
		r, ok := refused[key]
		if !ok {
			t.Errorf("dead letter %s has no refused row", key)
			continue
		}
		w.letterFits(t, r, letter, originals[fmt.Sprint(r["p"], "/", r["o"])])
	}
}

var pointers = map[string]bool{"personal-value": true, "too-large": true, "content-mode": true, "syntax": true}

func (w *world) letterFits(t *testing.T, r row, letter, original event.Message) {
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
	if event.Sensitive(&letter) {
		t.Errorf("%s: a personal value went to the dead letters", r["key"])
	}
}

// distinct is one letter a key: a crash may publish some twice.
func distinct(letters []event.Message) map[string]event.Message {
	byKey := map[string]event.Message{}
	for _, l := range letters {
		byKey[string(l.Key)] = l
	}
	return byKey
}

// originals are the records of the topic by partition and offset.
func (w *world) originals(t *testing.T) map[string]event.Message {
	t.Helper()
	found := map[string]event.Message{}
	ranges, err := w.kafka.Ranges(t.Context(), w.Topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range ranges {
		for at := r.First; at < r.End; {
			b, err := w.kafka.Read(t.Context(), w.Topic, r.Partition, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, record := range b.Records {
				found[fmt.Sprint(r.Partition, "/", record.Offset)] = record.Message
			}
			at = b.Next
		}
	}
	return found
}
