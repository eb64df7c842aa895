package event_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

const (
	seedSubject = "tmall:2f6a1c9e-04b7-8d53-a1f0-9c8e7b6a5d43"
	seedOther   = "alipay:5c0e8d12-7a3b-8f64-9b1c-0d2e4f6a8b9c"
)

// seedValues is a good value of each member.
var seedValues = map[string]string{
	"party": `"cainiao"`, "parties": `["alipay","cainiao"]`, "countries": `["SG","CN"]`, "country": `"SG"`,
	"text": `"ref-1"`, "chars": `"a note"`, "date": `"2029-04-18"`, "datetime": `"2026-12-01T00:00:00Z"`,
	"attempt": `3`, "bool": `true`, "subject": `"` + seedOther + `"`,
	"parents": `[{"id":"p1"},{"source":"/other","id":"p2"}]`,
}

// seedData is the data of an event of a kind with everything, or with the least.
func seedData(kind string, full bool) string {
	members := refMembers(kind)
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !full && !members[name] {
			continue
		}
		if name == "from" || kind == "erasure.requested" && (name == "categories" || name == "recipients") {
			continue
		}
		parts = append(parts, fmt.Sprintf("%q:%s", name, seedValue(kind, name)))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func seedValue(kind, name string) string {
	shape, of := refShape(kind, name)
	switch {
	case name == "sdk":
		return `{"name":"alipay-sdk","version":"15.8"}`
	case name == "evidence":
		return `{"uri":"https://example.org/e/1","sha256":"` + strings.Repeat("aB", 32) + `"}`
	case shape == "term":
		return fmt.Sprintf("%q", refTerms()[of][0])
	case shape == "terms":
		return fmt.Sprintf("[%q,%q]", refTerms()[of][1], refTerms()[of][0])
	}
	return seedValues[shape]
}

func seedEvent(kind, data string) string {
	subject := fmt.Sprintf("%q:%q,", "subject", seedSubject)
	if refKinds[kind].subject == "no" {
		subject = ""
	}
	return fmt.Sprintf(`{"specversion":"1.0","id":"e-1","source":"/tmall/order-service","type":"org.datacustody.%s.v1",%s"time":"2026-11-02T09:30:00.125+08:00","sequence":"7","data":%s}`, kind, subject, data)
}

// seeds are structured events: each kind with all and with the least, and
// one of them bent in every way that has been thought of.
func seeds() []string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(refKinds)) {
		all = append(all, seedEvent(kind, seedData(kind, true)), seedEvent(kind, seedData(kind, false)))
	}
	base := seedEvent("data.shared", seedData("data.shared", true))
	for _, bend := range bends {
		all = append(all, strings.Replace(base, bend[0], bend[1], 1))
	}
	scope := seedEvent("erasure.requested", `{"controller":"tmall","ground":"cessation","scope":"controller"}`)
	all = append(all, scope, strings.Replace(scope, `"subject":"`+seedSubject+`",`, "", 1),
		strings.Replace(scope, `"controller"}`, `"categories","categories":["name"]}`, 1),
		strings.Replace(scope, `"controller"}`, `"all","categories":["name"]}`, 1),
		strings.Replace(scope, `"controller"}`, `"recipients","categories":["name"]}`, 1),
		"\xef\xbb\xbf"+base, base+"x", base+" \n", base[:len(base)-1], "", "null", "[]", "{}", `"x"`, "1", "  ",
		strings.Repeat(`{"a":`, 17)+"1"+strings.Repeat("}", 17),
		seedEvent("data.shared", `{"a":`+strings.Repeat("[", 14)+strings.Repeat("]", 14)+`}`),
		seedEvent("data.shared", `{"a":`+strings.Repeat("[", 15)+strings.Repeat("]", 15)+`}`),
		seedEvent("data.shared", `"x"`), seedEvent("data.shared", `null`), seedEvent("data.shared", `[]`),
		strings.Replace(base, `"data":{`, `"x":{`, 1),
		fmt.Sprintf(`{"specversion":"1.0","id":"e","source":"/s","type":"org.datacustody.data.used.v1","subject":%q,"time":"2026-11-02T09:30:00Z","data_base64":%q}`,
			seedSubject, base64.StdEncoding.EncodeToString([]byte(seedData("data.used", true)))),
		strings.Replace(base, `"a note"`, `"`+strings.Repeat("x", 70000)+`"`, 1),
		strings.Replace(base, `"a note"`, `"`+strings.Repeat("信", 200)+`"`, 1),
		strings.Replace(base, `"a note"`, `"`+strings.Repeat("信", 201)+`"`, 1),
		strings.Replace(base, `"ref-1"`, `"`+strings.Repeat("信", 86)+`"`, 1),
		strings.Replace(base, `"sequence":"7"`, `"sequence":"`+strings.Repeat("x", 1024)+`"`, 1),
		strings.Replace(base, `"sequence":"7"`, `"sequence":"`+strings.Repeat("x", 1025)+`"`, 1),
	)
	return all
}

// bends replace a piece of an event by another.
var bends = [][2]string{
	{`"note"`, `"not\u0065"`}, {`"a note"`, `"\u4fe1 \ud83d\ude00 \"\\\/\b"`}, {`"a note"`, `"\ud83d"`}, {`"a note"`, `"\ude00\ud83d"`},
	{`"a note"`, `"\u0000"`}, {`"a note"`, `"\u007f"`}, {`"a note"`, "\"\u0085\""}, {`"a note"`, `"\t"`}, {`"a note"`, "\"\xff\""}, {`"a note"`, "\"\xed\xa0\x80\""},
	{`"a note"`, `"\ufffd"`}, {`"a note"`, "\"\ufffd\""}, {`"a note"`, `""`}, {`"a note"`, `null`}, {`"a note"`, `1`}, {`"a note"`, `"\x41"`},
	{`"a note"`, `"13812345678"`}, {`"a note"`, `"\u0031\u0033812345678"`}, {`"a note"`, `"a.b@example.com"`}, {`"a note"`, `"4111111111111111"`},
	{`"ref-1"`, `"4111111111111111"`}, {`"ref-1"`, `"6222021234567890123"`}, {`"ref-1"`, `"11010519491231002X"`}, {`"ref-1"`, `"138-1234-5678"`},
	{`"ref-1"`, `"2f6a1c9e-04b7-8d53-a1f0-13812345678a"`}, {`"ref-1"`, `"１３８１２３４５６７８"`}, {`"ref-1"`, `"+8613812345678"`}, {`"ref-1"`, `"x13812345678"`},
	{`"minor":true`, `"minor":false`}, {`"minor":true`, `"minor":null`}, {`"minor":true`, `"minor":"true"`}, {`"minor":true`, `"minor":1`},
	{`"minor":true`, `"minor":true,"minor":true`}, {`"minor":true`, `"Minor":true`}, {`"minor":true`, `"minor":true,"13812345678":1`}, {`"minor":true`, `"minor":true,"x":null`},
	{`"SG"`, `"sg"`}, {`"SG"`, `"ZZ"`}, {`"SG"`, `"UK"`}, {`"SG"`, `"SGP"`}, {`"SG"`, `""`}, {`"2029-04-18"`, `"2029-02-29"`}, {`"2029-04-18"`, `"2028-02-29"`},
	{`"2029-04-18"`, `"1969-12-31"`}, {`"2029-04-18"`, `"2299-12-31"`}, {`"2029-04-18"`, `"2300-01-01"`}, {`"2029-04-18"`, `"2029-4-18"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02t09:30:00z"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T09:30:60Z"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T09:30:00.1234567891Z"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T09:30:00.Z"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T24:00:00Z"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T09:30:00"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T09:30:00+24:00"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-02T09:30:00-00:00"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-23T12:05:00Z"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"2026-11-23T12:05:00.000000001Z"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"1999-12-31T23:59:60Z"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"2000-01-01T00:00:00+08:00"`},
	{`"2026-11-02T09:30:00.125+08:00"`, `"2026-02-30T00:00:00Z"`}, {`"2026-11-02T09:30:00.125+08:00"`, `"0000-01-01T00:00:00Z"`},
	{`"sequence":"7"`, `"sequence":7`}, {`"sequence":"7"`, `"sequence":-0`}, {`"sequence":"7"`, `"sequence":1.5`}, {`"sequence":"7"`, `"sequence":1e3`},
	{`"sequence":"7"`, `"sequence":2147483648`}, {`"sequence":"7"`, `"sequence":-2147483648`}, {`"sequence":"7"`, `"sequence":true`}, {`"sequence":"7"`, `"sequence":null`},
	{`"sequence":"7"`, `"sequence":{}`}, {`"sequence":"7"`, `"sequence":""`}, {`"sequence":"7"`, `"Sequence":"7"`}, {`"sequence":"7"`, `"":"7"`}, {`"sequence":"7"`, `"a_b":"7"`},
	{`"sequence":"7"`, `"partitionkey":"` + seedSubject + `"`}, {`"sequence":"7"`, `"partitionkey":"x"`}, {`"sequence":"7"`, `"partitionkey":null`},
	{`"sequence":"7"`, `"dataschema":"https://datacustody.org/schemas/data.shared.v1.json"`}, {`"sequence":"7"`, `"dataschema":"https://example.org"`}, {`"sequence":"7"`, `"dataschema":""`},
	{`"sequence":"7"`, `"datacontenttype":"application/json"`}, {`"sequence":"7"`, `"datacontenttype":"Application/Foo+JSON; Charset=\"UTF-8\""`},
	{`"sequence":"7"`, `"datacontenttype":"application/json; charset=gbk"`}, {`"sequence":"7"`, `"datacontenttype":"text/json"`}, {`"sequence":"7"`, `"datacontenttype":""`},
	{`"sequence":"7"`, `"data_base64":"e30="`}, {`"sequence":"7"`, `"data_base64":null`}, {`"specversion":"1.0"`, `"specversion":"0.3"`}, {`"specversion":"1.0"`, `"specversion":1.0`},
	{`"id":"e-1"`, `"id":""`}, {`"id":"e-1"`, `"id":1`}, {`"id":"e-1"`, `"id":null`}, {`"id":"e-1",`, ``}, {`"id":"e-1"`, `"\u0069d":"e-1"`}, {`"id":"e-1"`, `"id":"a","id":"a"`},
	{`"/tmall/order-service"`, `"no spaces"`}, {`"/tmall/order-service"`, `"信"`}, {`"/tmall/order-service"`, `"%zz"`}, {`"/tmall/order-service"`, `"a:b:c"`}, {`"/tmall/order-service"`, `"http://[::1"`},
	{`"/tmall/order-service"`, `"1a:b"`}, {`"/tmall/order-service"`, `"#a#b"`}, {`"/tmall/order-service"`, `"urn:uuid:2f6a1c9e-04b7-8d53-a1f0-9c8e7b6a5d43"`},
	{`data.shared.v1`, `data.shared.v2`}, {`org.datacustody.data.shared.v1`, `data.shared`}, {`tmall:2f6a`, `tmall:2F6A`}, {`tmall:2f6a`, `Tmall:2f6a`}, {`tmall:2f6a1c9e-04b7-8d53`, `tmall:2f6a1c9e-04b7-0d53`},
	{`-a1f0-9c8e7b6a5d43"`, `-01f0-9c8e7b6a5d43"`}, {`"subject":"` + seedSubject + `",`, ``}, {`"subject":"` + seedSubject + `"`, `"subject":null`}, {`tmall:2f6a1c9e`, `:2f6a1c9e`},
	{`"consent_form":"general"`, `"consent_form":"General"`}, {`"consent_form":"general"`, `"consent_form":"gener\u0061l"`}, {`"consent_form":"general"`, `"consent_form":null`}, {`"consent_form":"general"`, `"consent_form":[]`},
	{`["phone-number","name"]`, `[]`}, {`["phone-number","name"]`, `null`}, {`["phone-number","name"]`, `"name"`}, {`["phone-number","name"]`, `["name","name"]`},
	{`["phone-number","name"]`, `["name",null]`}, {`["phone-number","name"]`, `["nam\u0065"]`}, {`["phone-number","name"]`, `["naïve"]`}, {`["phone-number","name"]`, `[["name"]]`},
	{`"recipient":"cainiao"`, `"recipient":"Cainiao"`}, {`"recipient":"cainiao"`, `"recipient":"-c"`}, {`"recipient":"cainiao",`, ``}, {`"recipient":"cainiao"`, `"recipient":"13812345678"`},
	{`{"name":"alipay-sdk","version":"15.8"}`, `{}`}, {`{"name":"alipay-sdk","version":"15.8"}`, `{"name":null}`}, {`{"name":"alipay-sdk","version":"15.8"}`, `{"name":"a","version":null}`},
	{`{"name":"alipay-sdk","version":"15.8"}`, `{"name":"a","x":1}`}, {`{"name":"alipay-sdk","version":"15.8"}`, `[]`}, {`{"name":"alipay-sdk","version":"15.8"}`, `null`}, {`{"name":"alipay-sdk","version":"15.8"}`, `"a"`},
	{`{"id":"p1"}`, `{}`}, {`{"id":"p1"}`, `{"id":""}`}, {`{"id":"p1"}`, `{"id":"p1","x":null}`}, {`{"id":"p1"}`, `{"id":"p1","source":null}`}, {`{"id":"p1"}`, `{"id":"p1","source":""}`}, {`{"id":"p1"}`, `null`}, {`{"id":"p1"}`, `"p1"`},
	{`[{"id":"p1"},{"source":"/other","id":"p2"}]`, `[]`}, {`[{"id":"p1"},{"source":"/other","id":"p2"}]`, `null`}, {`[{"id":"p1"},{"source":"/other","id":"p2"}]`, `{}`},
}

// keyOf is the key that a structured event ought to have.
func keyOf(value []byte) []byte {
	n, err := refParse(value)
	if err != nil {
		return nil
	}
	if s := n.members["subject"]; s.kind == 's' {
		return []byte(s.text)
	}
	return []byte(n.members["source"].text)
}

// FuzzDecodeStructured: key "" stands for the key that the event ought to have.
func FuzzDecodeStructured(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed), "", "application/cloudevents+json", "")
	}
	base := []byte(seedEvent("data.shared", seedData("data.shared", true)))
	for _, key := range []string{"x", seedOther, seedSubject + " "} {
		f.Add(base, key, "application/cloudevents+json", "")
	}
	for _, contentType := range []string{"application/cloudevents", "Application/CloudEvents+JSON ; charset=utf-8", "application/cloudevents-batch+json", "application/cloudevents+avro", "application/json", "", "text/plain", "\xff", "application/cloudevents+json;charset=gbk"} {
		f.Add(base, "", contentType, "")
	}
	for _, headers := range []string{"ce_id: e-1", "CE_ID: e-1", "ce_id: e-2", "ce_nothing: x", "content-type: application/cloudevents+json", "Content-Type: text/plain", "x: \xff", "ce_sequence: 7", "ce_id: \xff", "ce_datacontenttype: application/json"} {
		f.Add(base, "", "application/cloudevents+json", headers)
	}
	for _, x := range append(eventtest.Valid(), eventtest.Invalid()...) {
		f.Add(x.Message.Value, string(x.Message.Key), "application/cloudevents+json", "")
	}
	d := event.NewDecoder(event.Options{})
	f.Fuzz(func(t *testing.T, value []byte, key, contentType, headers string) {
		m := &event.Message{Key: []byte(key), Value: value, Headers: headerLines("content-type: " + contentType + "\n" + headers)}
		if key == "" {
			m.Key = keyOf(value)
		}
		compare(t, d, m)
	})
}

// headerLines reads "name: value" lines; an empty value is a header, an empty line is none.
func headerLines(s string) []event.Header {
	var all []event.Header
	for line := range strings.SplitSeq(s, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			all = append(all, event.Header{Name: name, Value: []byte(value)})
		}
	}
	return all
}

func linesOf(headers []event.Header) string {
	var lines []string
	for _, h := range headers {
		lines = append(lines, h.Name+": "+string(h.Value))
	}
	return strings.Join(lines, "\n")
}

const seedHeaders = "content-type: application/json\nce_specversion: 1.0\nce_id: e-1\nce_source: /s\nce_type: org.datacustody.%s.v1\nce_time: 2026-11-02T09:30:00Z\nce_traceparent: 00-1"

// FuzzDecodeBinary: key "" stands for the ce_subject header, or ce_source.
func FuzzDecodeBinary(f *testing.F) {
	for _, kind := range slices.Sorted(maps.Keys(refKinds)) {
		headers := fmt.Sprintf(seedHeaders, kind)
		if refKinds[kind].subject != "no" {
			headers += "\nce_subject: " + seedSubject
		}
		f.Add([]byte(seedData(kind, true)), headers, "")
		f.Add([]byte(seedData(kind, false)), headers, "")
	}
	base, data := fmt.Sprintf(seedHeaders, "data.used")+"\nce_subject: "+seedSubject, []byte(seedData("data.used", true))
	for _, bend := range [][2]string{
		{"content-type: application/json\n", ""}, {"application/json", "text/plain"}, {"application/json", "application/x+json"}, {"application/json", "application/json; charset=latin1"},
		{"ce_id", "CE_Id"}, {"ce_id: e-1", "ce_id: "}, {"ce_id: e-1", "ce_id: e-1\nce_id: e-1"}, {"ce_id: e-1", "ce_id: e-1\nCE_ID: e-2"}, {"ce_id: e-1", "ce_id: \xff"}, {"ce_id: e-1", "ce_id: a\tb"},
		{"ce_traceparent", "ce_"}, {"ce_traceparent", "ce_a-b"}, {"ce_traceparent", "ce_data"}, {"ce_traceparent", "ce_data_base64"}, {"ce_traceparent: 00-1", "ce_datacontenttype: application/json"},
		{"ce_traceparent: 00-1", "ce_datacontenttype: text/plain"}, {"ce_traceparent: 00-1", "ce_partitionkey: " + seedSubject}, {"ce_traceparent: 00-1", "ce_partitionkey: x"}, {"ce_traceparent: 00-1", "ce_x: 13812345678"},
	} {
		f.Add(data, strings.Replace(base, bend[0], bend[1], 1), "")
	}
	for _, value := range []string{"", "null", "[]", "1", `"x"`, "{", "\xef\xbb\xbf{}", strings.Repeat("[", 16) + strings.Repeat("]", 16), `{"a":` + strings.Repeat("[", 15) + strings.Repeat("]", 15) + "}", `{"a":` + strings.Repeat("[", 14) + strings.Repeat("]", 14) + "}"} {
		f.Add([]byte(value), base, "")
	}
	for _, x := range append(eventtest.Valid(), eventtest.Invalid()...) {
		f.Add(x.Message.Value, linesOf(x.Message.Headers), string(x.Message.Key))
	}
	d := event.NewDecoder(event.Options{})
	f.Fuzz(func(t *testing.T, value []byte, headers, key string) {
		m := &event.Message{Key: []byte(key), Value: value, Headers: headerLines(headers)}
		for _, name := range []string{"ce_source", "ce_subject"} {
			for _, h := range m.Headers {
				if key == "" && strings.EqualFold(h.Name, name) {
					m.Key = h.Value
				}
			}
		}
		compare(t, d, m)
	})
}

// sensitiveSeeds look personal, or nearly so.
var sensitiveSeeds = []string{
	"13812345678", "138 1234 5678", "138-1234-5678", "138 1234-5678", "138 12345678", "+8613812345678", "+86 13812345678", "86-13812345678", "0086 138-1234-5678", "008613812345678",
	"8613812345678", "12812345678", "a13812345678", "13812345678_", "信13812345678信", "１３８１２３４５６７８", "13812345678.", "+13812345678",
	"11010519491231002X", "11010519491231002x", "110105194912310021", "11010519490231002X", "x@y.cn", "x@y", "x@y.1", "mailto:a.b+c@d-e.example.com?x", "http://user@host.example/", "@a.b", "a@.b", "a@b..cc", "用户@例子.中国",
	"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111 1111-1111 1111", "378282246310005", "3782 822463 10005", "6222021234567890123", "6222 0212 3456 7890 123", "6212345678901232", "5555555555554444", "5655555555554444",
	"2f6a1c9e-04b7-8d53-a1f0-138123456789", "2F6A1C9E-04B7-8D53-A1F0-138123456789", "138123456782f6a1c9e-04b7-8d53-a1f0-138123456789", "",
}

// FuzzSensitive puts a text where the narrow rule for cards holds, where the
// wide one does, and scans it as a whole record.
func FuzzSensitive(f *testing.F) {
	for _, s := range sensitiveSeeds {
		f.Add(s)
	}
	d := event.NewDecoder(event.Options{})
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := event.Sensitive(&event.Message{Value: []byte(s)}), refWhole(&event.Message{Value: []byte(s)}); got != want {
			t.Fatalf("Sensitive(%q) = %v, want %v", s, got, want)
		}
		text, _ := json.Marshal(s)
		for _, place := range []string{`"note":`, `"record_ref":`, `"contract_ref":`} {
			data := strings.TrimSuffix(seedData("data.used", false), "}") + "," + place + string(text) + "}"
			value := []byte(seedEvent("data.used", data))
			compare(t, d, &event.Message{Key: keyOf(value), Value: value, Headers: headerLines("content-type: application/cloudevents+json")})
		}
	})
}
