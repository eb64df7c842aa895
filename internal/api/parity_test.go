package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

// late is after every event of the contract's examples.
var late = time.Date(2261, 12, 31, 0, 0, 0, 0, time.UTC)

// The same event through structured, binary and batch mode is one event to the consumer.
func TestModesGiveEqualRecords(t *testing.T) {
	for name, body := range eventsOfTheContract(t) {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, api.Options{Now: func() time.Time { return late }})
			for i, w := range []*httptest.ResponseRecorder{
				f.post("/v1/events", structured, body),
				f.post("/v1/events", batchType, "["+body+"]"),
				f.binary(body, false),
				f.binary(body, true),
			} {
				if w.Code != http.StatusAccepted {
					t.Fatalf("mode %d: answer = %d %s, want 202", i, w.Code, w.Body)
				}
			}
			ms := f.publisher.messages()
			want := decode(t, &ms[0], late)
			for i := range ms {
				if got := decode(t, &ms[i], late); got != want {
					t.Errorf("mode %d gives\n%s\nwant\n%s", i, got, want)
				}
				if !bytes.Equal(ms[i].Key, ms[0].Key) {
					t.Errorf("mode %d has the key %s, want %s", i, ms[i].Key, ms[0].Key)
				}
			}
		})
	}
}

// eventsOfTheContract are the valid structured events of schemas/event/testdata, and some of our own.
func eventsOfTheContract(t *testing.T) map[string]string {
	t.Helper()
	events := map[string]string{
		"plain":       collected("1"),
		"text":        strings.Replace(collected("1"), `"origin"`, `"note":"包裹 \"A\" % 100%25 €\\","origin"`, 1),
		"extensions":  strings.Replace(collected("1"), `"id"`, `"sequence":"007","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","umlaut":"ä %41 \"x\"","empty":"","count":42,"yes":true,"id"`, 1),
		"odd id":      strings.Replace(collected("1"), `"id":"1"`, `"id":"a b%20\"c\"\\d é"`, 1),
		"no subject":  `{"specversion":"1.0","id":"1","source":"/custody/ops","type":"org.datacustody.operation.logged.v1","time":"2026-11-20T11:59:00Z","data":{"action":"replay","actor":"operator"}}`,
		"partition":   strings.Replace(collected("1"), `"id"`, `"partitionkey":"`+person+`","id"`, 1),
		"zone, lower": strings.Replace(collected("1"), "2026-11-20T11:59:00Z", "2026-11-20t19:59:00.123456789123+08:00", 1),
	}
	for _, f := range eventtest.Valid() {
		var e map[string]json.RawMessage
		if len(f.Message.Headers) == 1 && json.Unmarshal(f.Message.Value, &e) == nil && e["specversion"] != nil && e["data"] != nil {
			events[f.Name] = string(f.Message.Value)
		}
	}
	if len(events) < 30 {
		t.Fatalf("%d events, want those of the contract", len(events))
	}
	return events
}

// binary sends a structured event in binary mode. Sparing percent-encodes what
// the binding says must be; else everything is encoded but letters and digits.
func (f *fixture) binary(body string, sparing bool) *httptest.ResponseRecorder {
	f.t.Helper()
	var e map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		f.t.Fatal(err)
	}
	var headers []string
	for name, value := range e {
		text := string(value) // a number or a boolean
		if text == "null" {
			continue
		}
		if value[0] == '"' {
			if err := json.Unmarshal(value, &text); err != nil {
				f.t.Fatal(err)
			}
		}
		switch name {
		case "data":
		case "datacontenttype":
			headers = append(headers, "Content-Type", text)
		default:
			headers = append(headers, "ce-"+name, encode(text, sparing))
		}
	}
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, "/v1/events", bytes.NewReader(e["data"]))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

func encode(s string, sparing bool) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		letter := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if letter || sparing && c > ' ' && c <= '~' && c != '"' && c != '%' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// decode is all that the consumer makes of a message, as text.
func decode(t *testing.T, m *event.Message, now time.Time) string {
	t.Helper()
	rec, rejection := event.NewDecoder(event.Options{}).Decode(m, now)
	if rejection != nil {
		t.Fatalf("rejected: %v %s %s", rejection.Reason, rejection.Field, rejection.Rule)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%x %x %v %q %q %q %x %d", rec.EventHash(), rec.ContentHash(), rec.Kind, rec.Source, rec.ID, rec.Namespace, rec.Subject, rec.Time)
	for _, x := range rec.Extensions {
		fmt.Fprintf(&b, "\n%s=%q", x.Name, x.Value)
	}
	for _, p := range rec.Parents {
		fmt.Fprintf(&b, "\nparent %q %q", p.Source, p.ID)
	}
	for _, f := range event.Fields() {
		if rec.Has(f.Field) {
			fmt.Fprintf(&b, "\n%s: %q %v %d %q", f.Name, rec.Text(f.Field), rec.Terms(f.Field), rec.Int(f.Field), rec.List(f.Field))
		}
	}
	return b.String()
}

// A subject that stands elsewhere than where it is looked for first is found all the same.
func TestTheKeyIsTheSubjectWhereverItStands(t *testing.T) {
	const other = "tmall:0199f3a2-7c1e-8b3d-9a41-000000000000"
	subject := `"subject":"` + person + `"`
	for name, body := range map[string]string{
		"as usual":         collected("1"),
		"escaped name":     strings.Replace(collected("1"), `"subject"`, `"subjec\u0074"`, 1),
		"escaped value":    strings.Replace(collected("1"), `"tmall:0199`, `"tmall\u003a0199`, 1),
		"another before":   strings.Replace(collected("1"), `"specversion"`, `"other":"\"subject\":\"`+other+`\"","specversion"`, 1),
		"blanks":           strings.Replace(collected("1"), `"subject":`, "\"subject\" \n:\t ", 1),
		"at the very end":  strings.TrimSuffix(strings.Replace(collected("1"), subject+",", "", 1), "}") + "," + subject + "}",
		"a value, no name": strings.Replace(collected("1"), `"specversion"`, `"other":"subject","specversion"`, 1),
	} {
		f := newFixture(t, api.Options{})
		w := f.post("/v1/events", structured, body)
		ms := f.publisher.messages()
		if w.Code != http.StatusAccepted || len(ms) != 1 || string(ms[0].Key) != person {
			t.Errorf("%s: answer = %d %s, %d published", name, w.Code, w.Body, len(ms))
		}
	}
	for name, body := range map[string]string{
		"no end":       `{"subject":"`,
		"nothing":      `{"subject"`,
		"a number":     `{"subject":1}`,
		"no subject":   `{}`,
		"too long":     `{"subject":"` + strings.Repeat("a", 100) + `"}`,
		"an empty one": `{"subject":""}`,
	} {
		if w := newFixture(t, api.Options{}).post("/v1/events", structured, body); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: answer = %d, want 422", name, w.Code)
		}
	}
}

// overHTTP sends a Kafka message as an HTTP client would have sent it.
func (f *fixture) overHTTP(path string, m *event.Message) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, path, bytes.NewReader(m.Value))
	for _, h := range m.Headers {
		name := strings.ToLower(h.Name)
		if attribute, ok := strings.CutPrefix(name, "ce_"); ok {
			r.Header.Add("ce-"+attribute, encode(string(h.Value), true))
		} else if name == "content-type" {
			r.Header.Add("Content-Type", string(h.Value))
		}
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

// What the gateway says of a message is what the consumer says, but that the
// gateway sets the key.
func TestTheGatewaySaysWhatTheConsumerSays(t *testing.T) {
	for _, x := range slices.Concat(eventtest.Valid(), eventtest.Invalid()) {
		t.Run(x.Name, func(t *testing.T) {
			f := newFixture(t, api.Options{Now: func() time.Time { return noon }})
			w := f.overHTTP("/v1/events:check", &x.Message)
			if x.Reason == event.ReasonContentMode && (w.Code == http.StatusUnsupportedMediaType || w.Code == http.StatusBadRequest && x.Name == "invalid/content-type-batch") {
				return // HTTP has a status for it, and takes batches
			}
			a := parse(t, w)
			if w.Code != http.StatusOK || len(a.Events) != 1 {
				t.Fatalf("answer = %d %s", w.Code, w.Body)
			}
			want := x.Reason.String()
			if x.Reason == event.ReasonKeyMismatch || x.Name == "invalid/personal-key" {
				want = ""
			}
			if got := a.Events[0]; got.Reason != want || got.Field != x.Field {
				t.Errorf("answer = %q of %q, want %q of %q", got.Reason, got.Field, want, x.Field)
			}
			if emitted := f.overHTTP("/v1/events", &x.Message).Code == http.StatusAccepted; emitted != (want == "") {
				t.Errorf("emitted: %v, though it would be rejected for %q", emitted, want)
			}
		})
	}
}
