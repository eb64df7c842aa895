package event_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// everyKind is one event of each kind with all of its fields filled in.
func everyKind() []event.Event {
	all := []event.Event{
		&event.Collected{}, &event.Used{}, &event.Shared{}, &event.TransferredAbroad{}, &event.Disclosed{},
		&event.ConsentGranted{}, &event.ConsentWithdrawn{}, &event.ErasureRequested{}, &event.ErasureNotified{},
		&event.ErasureAcknowledged{}, &event.ErasureExecuted{}, &event.ErasureRestricted{}, &event.ErasureRefused{},
		&event.ErasureVerified{}, &event.SubjectLinked{}, &event.SubjectUnlinked{}, &event.FindingMarked{},
		&event.OperationLogged{}, &event.AccessLogged{},
	}
	for _, e := range all {
		v := reflect.ValueOf(e).Elem()
		for i := range v.NumField() {
			fill(v.Field(i))
		}
		v.FieldByName("Meta").Set(reflect.ValueOf(metaOf(e.Kind())))
	}
	return all
}

func metaOf(k event.Kind) event.Meta {
	m := event.Meta{
		ID: "e-1", Source: "/tmall/order-service", Time: time.Date(2026, 11, 2, 9, 30, 0, 125e6, time.UTC),
		Extensions: map[string]string{"sequence": "7", "traceparent": `a "quoted" \ one`},
	}
	if event.Kinds()[k-1].Subject != event.SubjectForbidden {
		m.Subject = seedSubject
	}
	return m
}

// fill sets a field to something that is valid there.
func fill(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *event.Scope:
		*p = event.ScopeCategories
		return
	case *event.Origin:
		*p = event.OriginThirdParty
		return
	case *event.Subject:
		*p = seedOther
		return
	case *event.Party:
		*p = "cainiao"
		return
	case *event.CountryCode:
		*p = "SG"
		return
	case *event.Day:
		*p = "2029-04-18"
		return
	case **event.SDK:
		*p = &event.SDK{Name: "alipay-sdk", Version: "15.8"}
		return
	case **event.Evidence:
		*p = &event.Evidence{URI: "urn:x", SHA256: strings.Repeat("ab", 32)}
		return
	case *[]event.Ref:
		*p = []event.Ref{{ID: "p1"}, {Source: "/other", ID: "p2"}}
		return
	case *time.Time:
		*p = time.Date(2026, 11, 17, 16, 0, 0, 0, time.UTC)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(3)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("信 \"a\" \\ text")
		if terms := refTerms()[listName(v.Type().Name())]; terms != nil {
			v.SetString(terms[0])
		}
	}
}

// listName is the list of a type of terms: "legal-basis" of LegalBasis.
func listName(typeName string) string {
	var b strings.Builder
	for i, r := range typeName {
		if r >= 'A' && r <= 'Z' && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r | 0x20)
	}
	return b.String()
}

// TestTypedEventsHaveTheirFields: what a full struct writes is exactly what its
// kind may have, and each value comes back.
func TestTypedEventsHaveTheirFields(t *testing.T) {
	for i, e := range everyKind() {
		spec := event.Kinds()[i]
		if e.Kind() != spec.Kind {
			t.Errorf("Kind = %s, want %s", e.Kind(), spec.Kind)
		}
		m, err := event.Marshal(e)
		if err != nil {
			t.Fatalf("Marshal(%s): %v", e.Kind(), err)
		}
		r, rejection := event.NewDecoder(event.Options{}).Decode(&m, refNow)
		if rejection != nil {
			t.Fatalf("Decode(%s): %v", e.Kind(), rejection)
		}
		for _, f := range event.Fields() {
			allowed := slices.Contains(spec.Required, f.Field) || slices.Contains(spec.Optional, f.Field)
			if r.Has(f.Field) != allowed {
				t.Errorf("%s: Has(%s) = %v, want %v", e.Kind(), f.Name, r.Has(f.Field), allowed)
			}
			if f.Shape == event.Text && allowed && !strings.Contains(f.Name, ".") && string(r.Text(f.Field)) != `信 "a" \ text` {
				t.Errorf("%s: %s = %q", e.Kind(), f.Name, r.Text(f.Field))
			}
		}
		if len(r.Parents) != 2 || len(r.Extensions) != 2 || string(r.Extensions[1].Value) != `a "quoted" \ one` {
			t.Errorf("%s: parents %q, extensions %q", e.Kind(), r.Parents, r.Extensions)
		}
		if !json.Valid(m.Value) {
			t.Errorf("%s: invalid JSON", e.Kind())
		}
	}
}

func TestMarshalMakesAnIDOnce(t *testing.T) {
	e := everyKind()[0].(*event.Collected)
	e.ID = ""
	if err := e.Validate(); err != nil || e.ID != "" {
		t.Fatalf("Validate = %v, id %q", err, e.ID)
	}
	first, err := event.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	second, err := event.Marshal(e)
	if err != nil || string(first.Value) != string(second.Value) {
		t.Errorf("a second Marshal gave another event: %v", err)
	}
}

// TestInvalid: every problem is named, none with a value.
func TestInvalid(t *testing.T) {
	e := &event.Shared{
		Meta:       event.Meta{ID: "e-1", Source: "no spaces", Time: time.Now()},
		Controller: "Tmall", Purpose: "fun", Categories: []event.Category{"soul"}, Note: "13800138000", SDK: &event.SDK{Version: "1"},
	}
	_, err := event.Marshal(e)
	var invalid event.Invalid
	if !errors.As(err, &invalid) {
		t.Fatalf("Marshal = %v, want an Invalid", err)
	}
	var got []string
	for _, p := range invalid {
		got = append(got, p.Field)
	}
	want := []string{"data.note", "source", "subject", "data.sdk.name", "data.recipient", "data.relationship", "data.purpose", "data.categories", "data.controller"}
	slices.Sort(want)
	sorted := slices.Sorted(slices.Values(got))
	if !slices.Equal(slices.Compact(sorted), want) {
		t.Errorf("fields = %v, want %v", sorted, want)
	}
	if got[0] != "data.note" {
		t.Errorf("first = %s, want data.note: a personal value goes before all", got[0])
	}
	for _, value := range []string{"13800138000", "Tmall", "fun", "soul", "spaces"} {
		if strings.Contains(strings.ReplaceAll(err.Error(), "spaces", ""), value) {
			t.Errorf("the error has a value of the event: %v", err)
		}
	}
	if e.Validate() == nil {
		t.Error("Validate = nil")
	}
}

// TestMarshalEscapes: no string makes bad JSON, whatever the verdict on it.
func TestMarshalEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"a\tb":      "syntax", // control characters are rejected, escaped or not
		"a\x7fb":    "syntax",
		"\"\\/</>&": "",
		"信😀":        "",
		"a\u2028b":  "",
	} {
		e := everyKind()[1].(*event.Used)
		e.RecordRef = text
		m, err := event.Marshal(e)
		var invalid event.Invalid
		got := ""
		if errors.As(err, &invalid) {
			got = invalid[0].Reason.String()
		}
		if got != want {
			t.Errorf("Marshal(%q) = %q, want %q", text, got, want)
		}
		if err != nil {
			continue
		}
		r, _ := event.NewDecoder(event.Options{}).Decode(&m, refNow)
		if string(r.Text(event.FieldRecordRef)) != text {
			t.Errorf("record_ref = %q, want %q", r.Text(event.FieldRecordRef), text)
		}
	}
}

func TestNewID(t *testing.T) {
	before := event.NewID()
	time.Sleep(2 * time.Millisecond)
	seen := map[string]bool{}
	for range 1000 {
		id := event.NewID()
		if len(id) != 36 || id[14] != '7' || !strings.Contains("89ab", id[19:20]) || id <= before || seen[id] {
			t.Fatalf("NewID = %q", id)
		}
		seen[id] = true
	}
}

func TestParseSubject(t *testing.T) {
	const uuid = "2f6a1c9e-04b7-8d53-a1f0-9c8e7b6a5d43"
	for text, want := range map[string]bool{
		"tmall:" + uuid: true, "t:" + uuid: true, "0-9:" + uuid: true, strings.Repeat("x", 31) + ":" + uuid: true,
		"tmall:00000000-0000-0000-0000-000000000000": true,
		strings.Repeat("x", 32) + ":" + uuid:         false,
		"":                                           false, ":" + uuid: false, "-t:" + uuid: false, "Tmall:" + uuid: false, "tmall" + uuid: false, "tmall:12345": false,
		"tmall:" + strings.ToUpper(uuid): false, "tmall:" + uuid + "0": false, "tmall:" + strings.Replace(uuid, "f", "g", 1): false,
		"tmall:" + strings.Replace(uuid, "-", "_", 1): false, "tmall:" + strings.Replace(uuid, "2", "/", 1): false, "tmall:" + strings.Replace(uuid, "2", ":", 1): false,
		"tmall:" + strings.Replace(uuid, "a", "`", 1): false, "tmall:" + strings.Replace(uuid, "a", "\xe1", 1): false,
	} {
		s, err := event.ParseSubject(text)
		if (err == nil) != want || want && string(s) != text {
			t.Errorf("ParseSubject(%q) = %q, %v, want %v", text, s, err, want)
		}
	}
	namespace, id := event.Subject("tmall:" + uuid).Split()
	if namespace != "tmall" || canonicalUUID(id) != uuid {
		t.Errorf("Split = %s, %s", namespace, canonicalUUID(id))
	}
}

// TestPartition: the vectors of Kafka's own UtilsTest.
func TestPartition(t *testing.T) {
	for key, hash := range map[string]int32{
		"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536, "a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971, "abc": 479470107,
	} {
		for _, n := range []int{1, 3, 16, 1000003} {
			if got, want := event.Partition([]byte(key), n), int(hash&0x7fffffff)%n; got != want {
				t.Errorf("Partition(%q, %d) = %d, want %d", key, n, got, want)
			}
		}
	}
}

// TestTables: the tables agree with each other and with the reference's.
func TestTables(t *testing.T) {
	tags := map[string]bool{}
	for i, f := range event.Fields() {
		if int(f.Field) != i || f.Name == "" || tags[f.Column] || f.Max == 0 {
			t.Errorf("field %d: %+v", i, f)
		}
		tags[f.Column] = true
	}
	for _, k := range event.Kinds() {
		members := refMembers(k.Name)
		for _, f := range slices.Concat(k.Required, k.Optional) {
			outer, _, _ := strings.Cut(event.Fields()[f].Name, ".")
			if _, ok := members[outer]; !ok {
				t.Errorf("%s has %s, the reference has not", k.Name, outer)
			}
			if k.Kind.Requires(f) && !members[outer] || !k.Kind.Allows(f) {
				t.Errorf("%s: %s required = %v, allowed = %v", k.Name, f, k.Kind.Requires(f), k.Kind.Allows(f))
			}
		}
		if k.Kind.Type() != "org.datacustody."+k.Name+".v1" || k.Kind.String() != k.Name {
			t.Errorf("%s: type %s", k.Name, k.Kind.Type())
		}
	}
}
