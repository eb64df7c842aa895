package event_test

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

// TestDecoderForgets: what a message decodes to does not depend on those before it.
func TestDecoderForgets(t *testing.T) {
	all := append(eventtest.Valid(), eventtest.Invalid()...)
	used := event.NewDecoder(event.Options{})
	for i := range all {
		at := (i * 101) % len(all) // in another order than by name
		r, rejection := used.Decode(&all[at].Message, refNow)
		got := verdict(r, rejection)
		want := verdict(event.NewDecoder(event.Options{}).Decode(&all[at].Message, refNow))
		if got != want {
			t.Errorf("Decode(%s) by a used decoder = %s\nby a new one: %s", all[at].Name, got, want)
		}
	}
}

func verdict(r *event.Record, rejection *event.Rejection) string {
	s := fmt.Sprintf("%+v %v", rejection, decoded(r))
	if rejection == nil {
		s += fmt.Sprintf(" %x %x", r.EventHash(), r.ContentHash())
	}
	return s
}

// TestRejectedRecordHoldsNothingPersonal: what is stored of a rejected message
// is well-formed and clean, and no text of a rejection has a value of it.
func TestRejectedRecordHoldsNothingPersonal(t *testing.T) {
	values := []string{"138", "１３８", "4111", "6222", "110105", "example.com"}
	d := event.NewDecoder(event.Options{})
	for _, f := range eventtest.Invalid() {
		r, rejection := d.Decode(&f.Message, refNow)
		stored := fmt.Sprintf("%s %s %s %v %+v", r.Source, r.ID, r.Namespace, decoded(r), *rejection)
		for _, v := range values {
			if strings.Contains(stored, v) {
				t.Errorf("%s: the record or the rejection has %q in it: %s", f.Name, v, stored)
			}
		}
		for _, spec := range event.Fields() {
			if r.Has(spec.Field) {
				t.Errorf("%s: a rejected record has %s", f.Name, spec.Name)
			}
		}
		if len(r.Extensions)+len(r.Parents) > 0 {
			t.Errorf("%s: a rejected record has extensions or parents", f.Name)
		}
	}
}

func TestRejectedRecordKeepsTheEnvelope(t *testing.T) {
	m := benchMessage()
	m.Value = bytes.Replace(m.Value, []byte(`"purpose":"`), []byte(`"purpose":"x`), 1)
	r, rejection := event.NewDecoder(event.Options{}).Decode(&m, refNow)
	if rejection == nil || rejection.Reason != event.ReasonUnknownTerm {
		t.Fatalf("Decode = %v, want unknown-term", rejection)
	}
	got := decoded(r)
	want := map[string]string{
		"kind": "data.shared", "id": "0199f1c2-7b4e-7d53-a1f0-9c8e7b6a5d43", "source": "/tmall/order-service",
		"subject": seedSubject, "time": "1793583000125000000",
	}
	if !maps.Equal(got, want) {
		t.Errorf("record = %v, want %v", got, want)
	}
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	for _, f := range eventtest.Valid() {
		switch f.Name {
		case "valid/datacontenttype": // parsed by package mime
			continue
		}
		d := event.NewDecoder(event.Options{})
		n := testing.AllocsPerRun(20, func() {
			r, rejection := d.Decode(&f.Message, refNow)
			if rejection != nil {
				t.Fatal(rejection)
			}
			r.EventHash()
			r.ContentHash()
		})
		if lists := strings.Contains(f.Name, "recipients-256"); n != 0 && !lists {
			t.Errorf("Decode(%s) allocates %v times, want 0", f.Name, n)
		}
	}
}

func TestOptions(t *testing.T) {
	m := benchMessage()
	size := len(m.Key) + len(m.Value) + len(m.Headers[0].Name) + len(m.Headers[0].Value)
	eventTime := time.Date(2026, 11, 2, 1, 30, 0, 125e6, time.UTC)
	more := event.Standard().Extend(map[event.List][]string{event.ListPurpose: {"juggling", "payment"}})
	juggling := benchMessage()
	juggling.Value = bytes.Replace(m.Value, []byte("order-delivery"), []byte("juggling"), 1)
	tests := map[string]struct {
		options event.Options
		message event.Message
		now     time.Time
		want    event.Reason
	}{
		"as large as may be":             {event.Options{MaxBytes: size}, m, refNow, event.ReasonNone},
		"one byte too large":             {event.Options{MaxBytes: size - 1}, m, refNow, event.ReasonTooLarge},
		"five minutes ahead":             {event.Options{}, m, eventTime.Add(-5 * time.Minute), event.ReasonNone},
		"a nanosecond more":              {event.Options{}, m, eventTime.Add(-5*time.Minute - 1), event.ReasonAttribute},
		"an hour ahead where it may be":  {event.Options{MaxAhead: time.Hour}, m, eventTime.Add(-time.Hour), event.ReasonNone},
		"a purpose that nobody added":    {event.Options{}, juggling, refNow, event.ReasonUnknownTerm},
		"a purpose that the user added":  {event.Options{Vocabulary: more}, juggling, refNow, event.ReasonNone},
		"a standard one, beside it":      {event.Options{Vocabulary: more}, m, refNow, event.ReasonNone},
		"nothing that is no valid event": {event.Options{}, event.Message{}, refNow, event.ReasonTombstone},
	}
	for name, test := range tests {
		got := event.ReasonNone
		if _, rejection := event.NewDecoder(test.options).Decode(&test.message, test.now); rejection != nil {
			got = rejection.Reason
		}
		if got != test.want {
			t.Errorf("%s: Decode = %q, want %q", name, got, test.want)
		}
	}
}

// TestVocabulary finds every term by its text, and no other text.
func TestVocabulary(t *testing.T) {
	v := event.Standard()
	for l := event.NoList + 1; l < event.ListCount; l++ {
		if v.Len(l) == 0 {
			t.Errorf("list %d is empty", l)
		}
		for n := event.Term(1); int(n) <= v.Len(l); n++ {
			text := v.Text(l, n)
			if got := v.Lookup(l, []byte(text)); got != n {
				t.Errorf("Lookup(%d, %q) = %d, want %d", l, text, got, n)
			}
			for _, other := range []string{text + "x", "x" + text, text[1:], strings.ToUpper(text), text[:len(text)/2] + "~" + text[len(text)/2+1:], ""} {
				if got := v.Lookup(l, []byte(other)); got != 0 && v.Text(l, got) != other {
					t.Errorf("Lookup(%d, %q) = %d, want 0", l, other, got)
				}
			}
		}
	}
	if got := v.Extend(nil).Lookup(event.ListPurpose, []byte("payment")); got != v.Lookup(event.ListPurpose, []byte("payment")) {
		t.Errorf("an extended vocabulary counts a standard term otherwise: %d", got)
	}
}

// TestLongNames: names that share their first and last eight bytes are told apart.
func TestLongNames(t *testing.T) {
	v := event.Standard().Extend(map[event.List][]string{event.ListPurpose: {"12345678-a-12345678", "12345678-b-12345678"}})
	a, b := v.Lookup(event.ListPurpose, []byte("12345678-a-12345678")), v.Lookup(event.ListPurpose, []byte("12345678-b-12345678"))
	if a == 0 || b == 0 || a == b || v.Lookup(event.ListPurpose, []byte("12345678-c-12345678")) != 0 {
		t.Errorf("Lookup = %d, %d, want two terms", a, b)
	}
}
