package event_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/datacustody/custody/schemas/event"
)

// refNow is the moment at which every message of these tests is judged.
var refNow = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// compare holds the decoder to the reference on one message: the same verdict,
// a field that the reason may be given for, the same values; and holds the
// published schemas and the CloudEvents SDK to both.
func compare(t *testing.T, d *event.Decoder, m *event.Message) {
	t.Helper()
	want := reference(m, refNow)
	record, rejection := d.Decode(m, refNow)
	reason, field := "", ""
	if rejection != nil {
		reason, field = rejection.Reason.String(), rejection.Field
		if event.Sensitive(m) {
			reason = "personal-value"
		}
	}
	switch {
	case reason != want.reason && !alike(reason, want.reason):
		t.Fatalf("Decode = %q (field %q), want %q %v\n%s", reason, field, want.reason, fields(want), dump(m))
	case reason == "":
		if got := decoded(record); !maps.Equal(got, want.values) {
			t.Fatalf("values = %v\nwant     %v\n%s", got, want.values, dump(m))
		}
	case field != "" && want.fields != nil && reason == want.reason && !want.fields[field]:
		t.Fatalf("%s: field = %q, want one of %v\n%s", reason, field, fields(want), dump(m))
	}
	if fault := againstSchema(m, want); fault != "" {
		t.Fatalf("schema of %s %s\n%s", want.kind, fault, dump(m))
	}
	if fault := againstSDK(m, want); fault != "" {
		t.Fatalf("cloudevents/sdk-go: %s\n%s", fault, dump(m))
	}
}

// alike: a record that cannot be read is scanned as text, and how escapes in
// broken JSON are to be read nobody says.
func alike(a, b string) bool {
	unread := map[string]bool{"syntax": true, "personal-value": true}
	return unread[a] && unread[b]
}

func fields(v refVerdict) []string {
	var all []string
	for f := range v.fields {
		all = append(all, f)
	}
	return all
}

func dump(m *event.Message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "key %q\n", m.Key)
	for _, h := range m.Headers {
		fmt.Fprintf(&b, "%s: %q\n", h.Name, h.Value)
	}
	fmt.Fprintf(&b, "%q", m.Value)
	return b.String()
}

var refSchemas = sync.OnceValue(func() map[string]*jsonschema.Schema {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	names, _ := filepath.Glob("../jsonschema/*.v1.json")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			panic(err)
		}
		if err := c.AddResource("https://datacustody.org/schemas/"+filepath.Base(name), doc); err != nil {
			panic(err)
		}
	}
	all := map[string]*jsonschema.Schema{}
	for _, name := range names {
		base := filepath.Base(name)
		all[strings.TrimSuffix(base, ".v1.json")] = c.MustCompile("https://datacustody.org/schemas/" + base)
	}
	return all
})

// againstSchema says where the published schemas and the verdict part.
func againstSchema(m *event.Message, v refVerdict) string {
	if n, err := refParse(m.Value); err == nil && v.reason == "" && n.members["specversion"].kind != 0 {
		if err := refSchemas()["envelope"].Validate(refAny(n)); err != nil {
			return "(its envelope) rejects an event that is accepted: " + err.Error()
		}
	}
	if v.kind == "" || v.data == nil || v.data.kind == '0' {
		return ""
	}
	err := refSchemas()[v.kind].Validate(refAny(*v.data))
	switch v.reason {
	case "":
		if err != nil {
			return "rejects an event that is accepted: " + err.Error()
		}
	case "missing-field", "unknown-field", "unknown-term", "bad-value":
		if err == nil && !beyond(v) {
			return "accepts an event that is rejected: " + v.reason + " " + strings.Join(fields(v), " ")
		}
	}
	return ""
}

// beyond says that a verdict rests on what a schema cannot say: the calendar,
// lengths in bytes, how a number is written, what stands in the envelope.
func beyond(v refVerdict) bool {
	for field := range v.fields {
		shape, _ := refShape(v.kind, strings.TrimPrefix(field, "data."))
		switch shape {
		case "date", "datetime", "attempt", "subject":
			continue
		}
		return v.reason == "bad-value" && hasWide(*v.data)
	}
	return true
}

func hasWide(n refNode) bool {
	for _, s := range refStrings(n) {
		if strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) {
			return true
		}
	}
	return false
}

func refAny(n refNode) any {
	switch n.kind {
	case 'o':
		o := map[string]any{}
		for name, v := range n.members {
			o[name] = refAny(v)
		}
		return o
	case 'a':
		a := []any{}
		for _, v := range n.items {
			a = append(a, refAny(v))
		}
		return a
	case 's':
		return n.text
	case 'n':
		return json.Number(n.text)
	case 'b':
		return n.text == "true"
	}
	return nil
}

// againstSDK reads an accepted structured event with the CloudEvents SDK.
func againstSDK(m *event.Message, v refVerdict) string {
	n, err := refParse(m.Value)
	if v.reason != "" || err != nil || n.members["specversion"].kind == 0 {
		return ""
	}
	if _, err := time.Parse(time.RFC3339Nano, n.members["time"].text); err != nil {
		return "" // lower-case letters, second 60: RFC 3339 has them, the SDK does not
	}
	if media := n.members["datacontenttype"].text; media != "" && media != "application/json" || n.members["data_base64"].kind == '0' {
		return "" // media types in capitals, data_base64 null: the SDK does not read them
	}
	var e cloudevents.Event
	if err := json.Unmarshal(bytes.TrimPrefix(m.Value, []byte("\xef\xbb\xbf")), &e); err != nil {
		return err.Error()
	}
	if err := e.Validate(); err != nil {
		return err.Error()
	}
	got := []string{e.ID(), e.Source(), strings.TrimSuffix(strings.TrimPrefix(e.Type(), "org.datacustody."), ".v1"), e.Subject()}
	want := []string{v.values["id"], v.values["source"], v.values["kind"], v.values["subject"]}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		return fmt.Sprintf("reads %q, want %q", got, want)
	}
	return ""
}

// TestEnvelopeSchemaRejects shows that the published envelope is no empty shell.
func TestEnvelopeSchemaRejects(t *testing.T) {
	good := seedEvent("data.used", seedData("data.used", true))
	tests := map[string][2]string{
		"another specversion": {`"1.0"`, `"0.3"`},
		"no id":               {`"id":"e-1",`, ``},
		"unknown type":        {`data.used.v1`, `data.user.v1`},
		"raw subject":         {seedSubject, "tmall:12345"},
		"no subject":          {`"subject":"` + seedSubject + `",`, ``},
		"time without zone":   {`+08:00`, ``},
		"another schema":      {`"sequence":"7"`, `"dataschema":"https://example.org"`},
		"upper-case name":     {`"sequence"`, `"Sequence"`},
		"bad data":            {`"purpose"`, `"purpos"`},
		"no data":             {`"data"`, `"date"`},
	}
	for name, bend := range tests {
		n, err := refParse([]byte(strings.Replace(good, bend[0], bend[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if refSchemas()["envelope"].Validate(refAny(n)) == nil {
			t.Errorf("%s: Validate = nil, want an error", name)
		}
	}
}
