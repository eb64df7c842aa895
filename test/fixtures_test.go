package e2e_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

// Every example of the contract, a valid one after each invalid one, has a row
// that says what the contract says, and the invalid ones a dead letter.
func TestExamplesOfTheContract(t *testing.T) {
	w := newWorld(t, "examples", 1)
	w.Rows = 50
	w.consume(t)
	invalid, valid := eventtest.Invalid(), eventtest.Valid()
	if len(invalid) < 100 || len(valid) < int(event.KindCount)-1 {
		t.Fatalf("%d invalid and %d valid examples, want more", len(invalid), len(valid))
	}
	var sent []eventtest.Fixture
	var messages []event.Message
	for i := range max(len(invalid), len(valid)) {
		for _, examples := range [][]eventtest.Fixture{invalid, valid} {
			if i < len(examples) {
				sent = append(sent, examples[i])
				messages = append(messages, examples[i].Message)
			}
		}
	}
	w.send(t, w.emitter(t), messages)
	w.await(t, len(sent))
	w.intact(t)

	want := map[string]int{}
	w.each(t, w.Topic, func(_ int32, r *stream.Record) {
		if !bytes.Equal(r.Value, sent[r.Offset].Message.Value) {
			t.Fatalf("the records are not in the order in which they were sent")
		}
	})
	for _, r := range w.mustAsk(t, "SELECT outcome, reason, reason_field AS field, kafka_offset AS o FROM custody.log WHERE kafka_topic = {topic} ORDER BY o") {
		f := sent[int(r["o"].(float64))]
		switch {
		case f.Reason == event.ReasonNone && r["outcome"] == "rejected":
			t.Errorf("%s is rejected for %s of %s", f.Name, r["reason"], r["field"])
		case f.Reason != event.ReasonNone && (r["outcome"] != "rejected" || r["reason"] != f.Reason.String() || r["field"] != f.Field):
			t.Errorf("%s is %s for %s of %s, want %s of %s", f.Name, r["outcome"], r["reason"], r["field"], f.Reason, f.Field)
		}
		if r["outcome"] == "rejected" || r["outcome"] == "conflict" {
			want[strings.TrimSpace(fmt.Sprint(r["outcome"], " ", r["reason"]))]++
		}
	}
	w.lettersFit(t, want)
}
