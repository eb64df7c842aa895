package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/replay"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

// open are the keys of the letters that nobody has settled.
func (w *world) open(t *testing.T) (ids []ledger.Identity) {
	t.Helper()
	for _, r := range w.mustAsk(t, "SELECT letter FROM custody.dead_letters WHERE kafka_topic = {topic} AND resolved_by = ''") {
		id, err := ledger.ParseIdentity(r["letter"].(string))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func (w *world) look(t *testing.T, ids []ledger.Identity) []replay.Case {
	t.Helper()
	db, err := store.Open(w.server.Config("auditor"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	j := replay.Judge{Letters: w.kafka.DeadLetters(w.Letters), Source: w.kafka, Log: db, Cluster: w.Cluster}
	cases, err := j.Look(t.Context(), ids, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// caughtUp waits until the log has all that is in Kafka.
func (w *world) caughtUp(t *testing.T) {
	t.Helper()
	ranges, err := w.kafka.Ranges(t.Context(), w.Topic)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range ranges {
		n += int(r.End - r.First)
	}
	w.await(t, n)
}

var forced = replay.Order{Actor: "dpo", Controller: "custody", Force: true, Now: time.Now}

// Every invalid example of the contract becomes a dead letter. What is foretold of
// each is what the writer of the log says when it is sent again all the same.
func TestReplayIsForetold(t *testing.T) {
	w := newWorld(t, "foretold", 1)
	w.Rows = 50
	w.consume(t)
	var messages []event.Message
	for _, examples := range [][]eventtest.Fixture{eventtest.Valid(), eventtest.Invalid()} {
		for _, f := range examples {
			messages = append(messages, f.Message)
		}
	}
	p := w.emitter(t)
	w.send(t, p, messages)
	w.caughtUp(t)
	ids := w.open(t)
	if len(ids) < 100 {
		t.Fatalf("%d dead letters, want one for most of the invalid examples", len(ids))
	}
	eventually(t, "a dead letter for each", func() bool { return len(w.letters(t)) >= len(ids) })

	cases := w.look(t, ids)
	var want []replay.Case
	for _, c := range cases {
		if c.Fate == replay.Unreadable {
			t.Errorf("%s cannot be read: %s", c.ID, c.Lacking)
		}
		if forced.Sends(&c) {
			want = append(want, c)
		}
	}
	before := len(messages)
	if sent, err := forced.Send(t.Context(), p, cases, nil); err != nil || sent != len(want) {
		t.Fatalf("Send = %d, %v, want %d", sent, err, len(want))
	}
	w.caughtUp(t)
	fates := map[replay.Fate]int{}
	for i, r := range w.mustAsk(t, fmt.Sprintf(`SELECT outcome, reason, reason_field AS field FROM custody.log
		WHERE kafka_topic = {topic} AND kafka_offset >= %d AND source != '/custody/dead-letters' ORDER BY kafka_offset`, before)) {
		if i >= len(want) {
			t.Fatalf("more records than the %d that were sent", len(want))
		}
		c := want[i]
		fates[c.Fate]++
		if r["outcome"] != c.Fate.String() || c.Fate == replay.Rejected && (r["reason"] != c.Why.Reason.String() || r["field"] != c.Why.Field) {
			t.Errorf("%s is %s for %s of %s, foretold was %s, %v", c.ID, r["outcome"], r["reason"], r["field"], c.Fate, c.Why)
		}
	}
	t.Logf("sent again: %v", fates)
	if fates[replay.Rejected] < 50 || fates[replay.Accepted]+fates[replay.Duplicate]+fates[replay.Conflict] == 0 {
		t.Errorf("fates = %v: the test shows too little", fates)
	}
}

// A mortal sender ends, as a process does, when it has made so many calls.
type mortal struct {
	*producer.Producer
	calls int
}

var errKilled = errors.New("killed")

func (m *mortal) Emit(ctx context.Context, es ...event.Event) error {
	if m.calls--; m.calls < 0 {
		return errKilled
	}
	return m.Producer.Emit(ctx, es...)
}

func (m *mortal) EmitMessages(ctx context.Context, ms ...event.Message) error {
	if m.calls--; m.calls < 0 {
		return errKilled
	}
	return m.Producer.EmitMessages(ctx, ms...)
}

// However often a replay ends in its middle and is begun again, every event is
// accepted once, every letter is settled, and whoever sent one is named.
func TestReplayEndsAnywhereAndAcceptsOnce(t *testing.T) {
	const n = 150 // three batches
	w := newWorld(t, "replayed", 3)
	w.consume(t)
	var messages []event.Message
	for i := range n {
		subject := fmt.Sprintf("tmall:0190b5b4-0000-8000-8000-%012d", i%20)
		messages = append(messages, event.Message{
			Key: []byte("not " + subject), Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
			Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.data.used.v1","source":"/%s","id":"event-%d","subject":%q,"time":%q,
				"data":{"controller":"tmall","categories":["order"],"purpose":"payment"}}`, w.Topic, i, subject, time.Now().UTC().Format(time.RFC3339)),
		})
	}
	p := w.emitter(t)
	w.send(t, p, messages)
	w.caughtUp(t)
	eventually(t, "all dead letters", func() bool { return len(w.letters(t)) >= n })

	all := w.open(t)
	for calls := range 10 { // ends at another place each time, then does not
		order := replay.Order{Actor: fmt.Sprint("dpo-", calls), Controller: "custody", Now: time.Now}
		_, err := order.Send(t.Context(), &mortal{p, calls}, w.look(t, w.open(t)), nil)
		if err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		w.caughtUp(t)
	}
	if left := w.open(t); len(all) != n || len(left) > 0 {
		t.Errorf("%d of %d letters are open, want none of %d", len(left), len(all), n)
	}
	got := w.mustAsk(t, `SELECT count() AS rows, uniqExact(id) AS ids FROM custody.events WHERE kafka_topic = {topic} AND type = 'org.datacustody.data.used.v1'`)[0]
	if got["rows"] != float64(n) || got["ids"] != float64(n) {
		t.Errorf("%v events, %v ids are accepted, want %d, each once", got["rows"], got["ids"], n)
	}
	named := map[string]bool{}
	for _, r := range w.mustAsk(t, `SELECT arrayJoin(parent_ids) AS letter, actor FROM custody.events WHERE kafka_topic = {topic} AND action = 'replay'`) {
		if !strings.HasPrefix(r["actor"].(string), "dpo-") {
			t.Errorf("letter %s was sent by %s", r["letter"], r["actor"])
		}
		named[r["letter"].(string)] = true
	}
	for _, id := range all {
		if !named[id.String()] {
			t.Errorf("nobody is named who sent letter %s", id)
		}
	}
	// Once more, all of them, settled or not: nothing is new.
	if sent, err := (&replay.Order{Actor: "dpo", Controller: "custody", Now: time.Now}).Send(t.Context(), p, w.look(t, all), nil); sent != 0 || err != nil {
		t.Errorf("Send of all once more = %d, %v, want nothing sent", sent, err)
	}
}
