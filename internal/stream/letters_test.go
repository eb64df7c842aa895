package stream_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

func identity(offset int64) ledger.Identity {
	return ledger.Identity{Partition: ledger.Partition{Cluster: "main", Topic: "custody.events", Epoch: 1, ID: 3}, Offset: offset}
}

func header(name, value string) event.Header { return event.Header{Name: name, Value: []byte(value)} }

func headersOf(m event.Message) map[string]string {
	hs := map[string]string{}
	for _, h := range m.Headers {
		hs[h.Name] = string(h.Value)
	}
	return hs
}

func TestLetterCarriesTheEventAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		contentType string
		want        []string
	}{
		"structured":        {"Application/CloudEvents+json; charset=utf-8", []string{"Content-Type"}},
		"binary":            {"application/json", []string{"Content-Type", "ce_id", "CE_type"}},
		"binary by default": {"", []string{"ce_id", "CE_type"}},
	} {
		m := event.Message{Key: []byte("key"), Value: []byte("value"), Headers: []event.Header{
			header("ce_id", "1"), header("CE_type", "t"), header("x-secret", "s"), header("traceparent", "p"),
		}}
		if c.contentType != "" {
			m.Headers = append(m.Headers, header("Content-Type", c.contentType))
		}
		l := stream.NewLetter(identity(9), &m, "missing-field", "data.purpose")
		hs := headersOf(l.Message)
		for _, h := range append(c.want, stream.HeaderReason, stream.HeaderField, stream.HeaderKey) {
			if _, ok := hs[h]; !ok {
				t.Errorf("%s: header %s is missing", name, h)
			}
			delete(hs, h)
		}
		if len(hs) > 0 {
			t.Errorf("%s: further headers %v", name, hs)
		}
		if string(l.Message.Value) != "value" || l.ID.String() != "main/custody.events/1/3/9" {
			t.Errorf("%s: letter = %+v", name, l)
		}
	}
}

func TestLetterKeepsNothingOfTheRecord(t *testing.T) {
	m := event.Message{Key: []byte("key"), Value: []byte("value"), Headers: []event.Header{header("ce_id", "1")}}
	l := stream.NewLetter(identity(9), &m, "bad-value", "")
	copy(m.Key, "XXX")
	copy(m.Value, "XXXXX")
	copy(m.Headers[0].Value, "X")
	hs := headersOf(l.Message)
	if string(l.Message.Value) != "value" || hs[stream.HeaderKey] != "key" || hs["ce_id"] != "1" {
		t.Errorf("letter changed with its record: %+v", l)
	}
}

func TestPointerHoldsNoValue(t *testing.T) {
	value := []byte("13912345678")
	sum := sha256.Sum256(value)
	hs := headersOf(stream.NewPointer(identity(1), value, false, "personal-value", "note").Message)
	want := map[string]string{
		stream.HeaderReason: "personal-value", stream.HeaderField: "note", stream.HeaderSHA256: hex.EncodeToString(sum[:]),
	}
	if fmt.Sprint(hs) != fmt.Sprint(want) {
		t.Errorf("headers = %v, want %v", hs, want)
	}
	if hs := headersOf(stream.NewPointer(identity(1), nil, true, "syntax", "").Message); hs[stream.HeaderSHA256] != "" || len(hs) != 2 {
		t.Errorf("headers of a record gone = %v", hs)
	}
}

func TestDeadLettersArePublished(t *testing.T) {
	k := keptTopic(t, 1, nil)
	var letters []stream.Letter
	big := bytes.Repeat([]byte("x"), 2<<20) // more than the broker takes
	for i := range 100 {
		m := event.Message{Key: []byte("k"), Value: fmt.Appendf(nil, "value %d", i), Headers: []event.Header{header("ce_id", "1")}}
		if i == 50 {
			m.Value = big
		}
		letters = append(letters, stream.NewLetter(identity(int64(i)), &m, "bad-value", "data.note"))
	}
	if err := k.client.DeadLetters(k.topic).Publish(context.Background(), letters); err != nil {
		t.Fatal(err)
	}
	for i, r := range readTopic(t, k.client, k.topic, 0, 100) {
		hs := headersOf(r.Message)
		if string(r.Key) != identity(int64(i)).String() || hs[stream.HeaderReason] != "bad-value" || hs[stream.HeaderField] != "data.note" {
			t.Fatalf("letter %d = %q %v", i, r.Key, hs)
		}
		want := fmt.Sprintf("value %d", i)
		if i == 50 {
			sum := sha256.Sum256(big)
			if r.Value != nil || len(hs) != 3 || hs[stream.HeaderSHA256] != hex.EncodeToString(sum[:]) {
				t.Errorf("the letter that is too large = %d bytes, headers %v, want a pointer", len(r.Value), hs)
			}
		} else if string(r.Value) != want {
			t.Errorf("letter %d = %q, want %q", i, r.Value, want)
		}
	}
}
