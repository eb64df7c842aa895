package replay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/replay"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const (
	person = "tmall:e76bed8a-2cea-883c-b8cb-b89e9deb2da7"
	mobile = "13912345678"
)

// message is an event about the person, with what stands in data beside the usual.
func message(id, data string) event.Message {
	return event.Message{
		Key: []byte(person), Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
		Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.data.used.v1","source":"/shop","id":%q,"subject":%q,"time":"2026-11-20T10:00:00Z",
			"data":{"controller":"tmall","categories":["order"],%s}}`, id, person, data),
	}
}

const good = `"purpose":"customer-service"`

func at(offset int64) ledger.Identity {
	return ledger.Identity{Partition: ledger.Partition{Cluster: "main", Topic: "custody.events", ID: 3}, Offset: offset}
}

// A house has letters, the records that pointers point at, and a log.
type house struct {
	letters map[ledger.Identity]stream.Letter
	records map[int64]event.Message
	log     map[[16]byte][16]byte

	calls []string // what was sent, in order
	sent  []event.Message
	ops   []*event.OperationLogged
	fail  func(call int) error // of the n-th call
}

func newHouse() *house {
	return &house{letters: map[ledger.Identity]stream.Letter{}, records: map[int64]event.Message{}, log: map[[16]byte][16]byte{}}
}

func (h *house) Find(_ context.Context, ids []ledger.Identity, _ func(n, of int64)) (map[ledger.Identity]stream.Letter, error) {
	found := map[ledger.Identity]stream.Letter{}
	for _, id := range ids {
		if l, ok := h.letters[id]; ok {
			found[id] = l
		}
	}
	return found, nil
}

func (h *house) Pick(_ context.Context, _ string, _ int32, offsets []int64, take func(*stream.Record)) error {
	if !slices.IsSorted(offsets) {
		return errors.New("offsets do not rise")
	}
	for _, o := range offsets {
		if m, ok := h.records[o]; ok {
			take(&stream.Record{Message: m, Offset: o})
		}
	}
	return nil
}

func (h *house) Contents(context.Context, []string) (map[[16]byte][16]byte, error) { return h.log, nil }

func (h *house) call(name string) error {
	h.calls = append(h.calls, name)
	if h.fail != nil {
		return h.fail(len(h.calls))
	}
	return nil
}

func (h *house) Emit(_ context.Context, es ...event.Event) error {
	name := "announce"
	for _, e := range es {
		if o := e.(*event.OperationLogged); o.RecordRef != "" {
			name = "record"
		}
	}
	if err := h.call(name); err != nil {
		return err
	}
	for _, e := range es {
		if err := e.Validate(); err != nil {
			return err
		}
		h.ops = append(h.ops, e.(*event.OperationLogged))
	}
	return nil
}

func (h *house) EmitMessages(_ context.Context, ms ...event.Message) error {
	err := h.call("send")
	var failures *producer.BatchError
	if err != nil && !errors.As(err, &failures) {
		return err
	}
	for i := range ms {
		if failures == nil || failures.Failed[i] == nil {
			h.sent = append(h.sent, ms[i])
		}
	}
	return err
}

// copied puts a copy of a record into the dead letters.
func (h *house) copied(offset int64, m event.Message, reason string) {
	h.letters[at(offset)] = stream.NewLetter(at(offset), &m, reason, "")
}

// pointed puts a pointer to a record into them.
func (h *house) pointed(offset int64, m event.Message, reason string) {
	h.letters[at(offset)] = stream.NewPointer(at(offset), m.Value, false, reason, "")
	h.records[offset] = m
}

// accepted puts an event into the log.
func (h *house) accepted(m event.Message) {
	r, rejection := event.NewDecoder(event.Options{}).Decode(&m, now)
	if rejection != nil {
		panic(rejection)
	}
	h.log[r.EventHash()] = r.ContentHash()
}

func (h *house) look(t *testing.T, ids ...ledger.Identity) []replay.Case {
	t.Helper()
	j := replay.Judge{Letters: h, Source: h, Log: h, Cluster: "main"}
	cases, err := j.Look(t.Context(), ids, now)
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

var order = replay.Order{Actor: "dpo", Controller: "tmall", Note: "mended", Now: func() time.Time { return now }}

func TestFates(t *testing.T) {
	rekey := func(m event.Message, key []byte) event.Message { m.Key = key; return m }
	noSubject := event.Message{Key: []byte("elsewhere"), Headers: message("", good).Headers, Value: []byte(
		`{"specversion":"1.0","type":"org.datacustody.operation.logged.v1","source":"/ops","id":"op","time":"2026-11-20T10:00:00Z","data":{"action":"heal","actor":"dpo"}}`)}
	for name, c := range map[string]struct {
		put       func(*house)
		fate      replay.Fate
		why       event.Reason
		key       string // with which it would be sent
		unsayable bool   // nothing of the record may be kept
	}{
		"a rule that is no more": {put: func(h *house) { h.copied(1, message("a", good), "unknown-term") }, fate: replay.Accepted, key: person},
		"a rule that still is":   {put: func(h *house) { h.copied(1, message("a", `"purpose":"fun"`), "unknown-term") }, fate: replay.Rejected, why: event.ReasonUnknownTerm, key: person},
		"no key":                 {put: func(h *house) { h.copied(1, rekey(message("a", good), nil), "key-mismatch") }, fate: replay.Accepted, why: event.ReasonKeyMismatch, key: person},
		"another key":            {put: func(h *house) { h.copied(1, rekey(message("a", good), []byte("x")), "key-mismatch") }, fate: replay.Accepted, why: event.ReasonKeyMismatch, key: person},
		"no subject":             {put: func(h *house) { h.copied(1, noSubject, "key-mismatch") }, fate: replay.Accepted, why: event.ReasonKeyMismatch, key: "/ops"},
		"key and term":           {put: func(h *house) { h.copied(1, rekey(message("a", `"purpose":"fun"`), nil), "key-mismatch") }, fate: replay.Rejected, why: event.ReasonUnknownTerm, key: person},
		"logged since": {put: func(h *house) {
			h.copied(1, message("a", good), "unknown-term")
			h.accepted(message("a", good))
		}, fate: replay.Duplicate, key: person},
		"a conflict": {put: func(h *house) {
			h.copied(1, message("a", good), "conflict")
			h.accepted(message("a", `"purpose":"payment"`))
		}, fate: replay.Conflict, key: person},
		"a tombstone":       {put: func(h *house) { h.copied(1, event.Message{Key: []byte(person)}, "tombstone") }, fate: replay.Rejected, why: event.ReasonTombstone, key: person},
		"a pointer":         {put: func(h *house) { h.pointed(1, message("a", good), "too-large") }, fate: replay.Accepted, key: person},
		"a personal value":  {put: func(h *house) { h.pointed(1, message("a", `"note":"`+mobile+`",`+good), "personal-value") }, fate: replay.Rejected, why: event.ReasonPersonalValue, unsayable: true},
		"an expired record": {put: func(h *house) { h.pointed(1, message("a", good), "syntax"); delete(h.records, 1) }, fate: replay.Unreadable},
		"another record":    {put: func(h *house) { h.pointed(1, message("a", good), "syntax"); h.records[1] = message("b", good) }, fate: replay.Unreadable},
		"expired at once":   {put: func(h *house) { h.letters[at(1)] = stream.NewPointer(at(1), nil, true, "syntax", "") }, fate: replay.Unreadable},
		"an expired letter": {put: func(*house) {}, fate: replay.Unreadable},
		"a copy, now personal": {put: func(h *house) { h.copied(1, message("a", `"note":"`+mobile+`",`+good), "bad-value") }, fate: replay.Rejected,
			why: event.ReasonPersonalValue, unsayable: true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			c.put(h)
			got := h.look(t, at(1))[0]
			var why event.Reason
			if got.Why != nil {
				why = got.Why.Reason
			}
			if got.Fate != c.fate || why != c.why || string(got.Message.Key) != c.key {
				t.Errorf("it would be %s for %s, with key %q, want %s for %s, %q", got.Fate, why, got.Message.Key, c.fate, c.why, c.key)
			}
			if (got.Fate == replay.Unreadable) != (got.Lacking != "") {
				t.Errorf("lacking = %q of one that is %s", got.Lacking, got.Fate)
			}
			if c.unsayable && got.Message.Value != nil {
				t.Error("what looks personal is kept")
			}
		})
	}
}

func TestPointersOfAnotherClusterAreLeft(t *testing.T) {
	h := newHouse()
	h.pointed(1, message("a", good), "too-large")
	j := replay.Judge{Letters: h, Source: h, Log: h, Cluster: "other"}
	cases, err := j.Look(t.Context(), []ledger.Identity{at(1)}, now)
	if err != nil || cases[0].Fate != replay.Unreadable || !strings.Contains(cases[0].Lacking, "another cluster") {
		t.Errorf("Look = %v %q, %v, want unreadable here", cases[0].Fate, cases[0].Lacking, err)
	}
}

// Letters of one event are judged one after the other, in the order of their
// identities, whatever the order in which they are asked for.
func TestLettersOfOneEvent(t *testing.T) {
	h := newHouse()
	h.copied(1, message("a", good), "unknown-term")
	h.copied(2, message("a", good), "unknown-term")
	h.copied(10, message("a", `"purpose":"payment"`), "unknown-term")
	var got []string
	for _, c := range h.look(t, at(10), at(2), at(1), at(2)) {
		got = append(got, fmt.Sprint(c.ID.Offset, " ", c.Fate))
	}
	if want := []string{"1 accepted", "2 duplicate", "10 conflict"}; !slices.Equal(got, want) {
		t.Errorf("Look = %q, want %q", got, want)
	}
}

func TestSendAnnouncesSendsAndRecords(t *testing.T) {
	h := newHouse()
	original := message("a", good)
	h.copied(1, original, "unknown-term")
	h.copied(2, message("a", good), "unknown-term")              // a duplicate by then
	h.copied(3, message("b", `"purpose":"fun"`), "unknown-term") // still wrong
	wrong := message("c", good)
	wrong.Key = []byte("x")
	h.copied(4, wrong, "key-mismatch")
	sent, err := order.Send(t.Context(), h, h.look(t, at(1), at(2), at(3), at(4), at(5)), nil)
	if err != nil || sent != 2 {
		t.Fatalf("Send = %d, %v, want 2", sent, err)
	}
	if want := []string{"announce", "send", "record"}; !slices.Equal(h.calls, want) {
		t.Errorf("calls = %q, want %q", h.calls, want)
	}
	if !bytes.Equal(h.sent[0].Value, original.Value) || string(h.sent[0].Key) != person || len(h.sent[0].Headers) != 1 || string(h.sent[1].Key) != person {
		t.Errorf("sent = %+v, want the records with their headers and right keys", h.sent)
	}
	var refs []string
	for _, o := range h.ops {
		refs = append(refs, strings.TrimSpace(o.RecordRef+" "+o.Detail))
		if o.Actor != "dpo" || o.Note != "mended" || o.Controller != "tmall" || o.Action != event.OperationActionReplay || o.ID == "" || !o.Time.Equal(now) {
			t.Errorf("operation = %+v", o)
		}
	}
	want := []string{"about to send 2 dead letters again: the parents", at(1).String() + " sent as it was", at(4).String() + " sent with the right key", at(2).String() + " not sent: the log has this event"}
	if !slices.Equal(refs, want) {
		t.Errorf("operations = %q, want %q", refs, want)
	}
	if p := h.ops[0].Parents; len(p) != 2 || p[0].ID != at(1).String() || p[1].ID != at(4).String() {
		t.Errorf("the announcement names %v, want the two that are sent", p)
	}
}

// Whatever fails, and wherever the process ends, what was sent is announced, and
// what is settled was sent.
func TestSendEndsAnywhere(t *testing.T) {
	broken := errors.New("no broker")
	for name, c := range map[string]struct {
		fail          map[int]error // by call
		announced     int
		sent, settled int
	}{
		"before the announcement": {map[int]error{1: broken}, 0, 0, 0},
		"before the records":      {map[int]error{2: broken}, 1, 0, 0},
		"in the records":          {map[int]error{2: &producer.BatchError{Failed: map[int]error{0: broken}}}, 1, 63, 63},
		"before the operations":   {map[int]error{3: broken}, 1, 64, 0},
		"in the second batch":     {map[int]error{5: broken}, 2, 64, 64},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.fail = func(call int) error { return c.fail[call] }
			var ids []ledger.Identity
			for i := range int64(100) {
				h.copied(i, message(fmt.Sprint(i), good), "unknown-term")
				ids = append(ids, at(i))
			}
			if _, err := order.Send(t.Context(), h, h.look(t, ids...), nil); err == nil {
				t.Error("Send = nil, want what failed")
			}
			announced, settled := map[string]bool{}, 0
			announcements := 0
			for _, o := range h.ops {
				if o.RecordRef != "" {
					settled++
					continue
				}
				announcements++
				for _, p := range o.Parents {
					announced[p.ID] = true
				}
			}
			if announcements != c.announced || len(h.sent) != c.sent || settled != c.settled {
				t.Errorf("%d announcements, %d sent, %d settled, want %d, %d, %d", announcements, len(h.sent), settled, c.announced, c.sent, c.settled)
			}
			if len(announced) < len(h.sent) {
				t.Errorf("%d letters are announced, %d were sent", len(announced), len(h.sent))
			}
		})
	}
}

// A letter may be a duplicate of nothing but a letter beside it: if that one was
// not sent, neither is settled, and both are looked at again.
func TestDuplicatesOfWhatWasNotSentAreNotSettled(t *testing.T) {
	h := newHouse()
	h.copied(1, message("a", good), "unknown-term")
	h.copied(2, message("a", good), "unknown-term") // a duplicate of the first
	h.copied(3, message("b", good), "unknown-term")
	h.fail = func(call int) error {
		return map[int]error{2: &producer.BatchError{Failed: map[int]error{0: errors.New("no broker")}}}[call]
	}
	sent, err := order.Send(t.Context(), h, h.look(t, at(1), at(2), at(3)), nil)
	if err == nil || sent != 1 {
		t.Errorf("Send = %d, %v, want 1 and what failed", sent, err)
	}
	var settled []string
	for _, o := range h.ops {
		if o.RecordRef != "" {
			settled = append(settled, o.RecordRef)
		}
	}
	if want := []string{at(3).String()}; !slices.Equal(settled, want) {
		t.Errorf("settled = %q, want %q: the log has nothing of the others", settled, want)
	}
}

func TestForceSendsAllButPersonalValues(t *testing.T) {
	h := newHouse()
	h.copied(1, message("a", `"purpose":"fun"`), "unknown-term")
	h.pointed(2, message("b", `"note":"`+mobile+`",`+good), "personal-value")
	h.copied(3, message("c", good), "conflict")
	h.accepted(message("c", `"purpose":"payment"`))
	forced := order
	forced.Force = true
	sent, err := forced.Send(t.Context(), h, h.look(t, at(1), at(2), at(3), at(4)), nil)
	if err != nil || sent != 2 {
		t.Errorf("Send = %d, %v, want the 2 that are readable and not personal", sent, err)
	}
	for _, m := range h.sent {
		if bytes.Contains(m.Value, []byte(mobile)) {
			t.Error("a personal value was sent")
		}
	}
}

// What could not be recorded is not sent: it is found out before anything is.
func TestNothingIsSentThatCannotBeRecorded(t *testing.T) {
	long := ledger.Identity{Partition: ledger.Partition{Cluster: strings.Repeat("c", 250), Topic: "custody.events", ID: 3}, Offset: 1}
	for name, c := range map[string]struct {
		order replay.Order
		id    ledger.Identity
		want  string
	}{
		"a key that is too long":  {order, long, "data.record_ref"},
		"a personal note":         {replay.Order{Actor: "dpo", Note: "call " + mobile, Now: order.Now}, at(1), "data.note"},
		"an actor who is no role": {replay.Order{Actor: "jo@example.com", Now: order.Now}, at(1), "data.actor"},
	} {
		h := newHouse()
		m := message("a", good)
		h.letters[c.id] = stream.NewLetter(c.id, &m, "unknown-term", "")
		cases := h.look(t, c.id)
		_, err := c.order.Send(t.Context(), h, cases, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), mobile) || len(h.calls) > 0 {
			t.Errorf("%s: Send = %v after %q, want an error of %s and no call", name, err, h.calls, c.want)
		}
		if err := c.order.Resolve(t.Context(), h, []ledger.Identity{c.id}); err == nil || len(h.calls) > 0 {
			t.Errorf("%s: Resolve = %v after %q", name, err, h.calls)
		}
	}
}

func TestResolve(t *testing.T) {
	h := newHouse()
	if err := order.Resolve(t.Context(), h, []ledger.Identity{at(1), at(2)}); err != nil {
		t.Fatal(err)
	}
	if len(h.ops) != 2 || h.ops[0].Action != event.OperationActionHeal || h.ops[0].RecordRef != at(1).String() || h.ops[1].RecordRef != at(2).String() || h.ops[0].Actor != "dpo" {
		t.Errorf("operations = %+v", h.ops)
	}
}
