package simulate

import (
	"bytes"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// mistakes are those that services make, the common ones more often.
var mistakes = []mistake{
	{event.ReasonPersonalValue, 6, inData("note", `"call {phone} before delivery"`)},
	{event.ReasonPersonalValue, 3, inData("note", `"回电 {wide-phone}"`)},
	{event.ReasonPersonalValue, 3, inData("note", `"\u0031{phone-tail}"`)},
	{event.ReasonPersonalValue, 3, inData("record_ref", `"id-{id-card}"`)},
	{event.ReasonPersonalValue, 3, inData("record_ref", `"{bank-card}"`)},
	{event.ReasonPersonalValue, 4, inEnvelope("contact", `"{email}"`)},
	{event.ReasonPersonalValue, 3, inEnvelope("customer", `"+86 {phone}"`)},
	{event.ReasonPersonalValue, 2, swap(`"source":"/`, `"source":"mailto:desk@shop.example/`)},

	{event.ReasonTooLarge, 1, inEnvelope("padding", `"`+strings.Repeat("x", 66_000)+`"`)},
	{event.ReasonTombstone, 4, value(func([]byte) []byte { return nil })},
	{event.ReasonTombstone, 1, value(func([]byte) []byte { return []byte{} })},

	{event.ReasonContentMode, 2, headers(event.Header{Name: "content-type", Value: []byte("text/plain")})},
	{event.ReasonContentMode, 2, headers(event.Header{Name: "content-type", Value: []byte("application/cloudevents-batch+json")})},
	{event.ReasonContentMode, 2, headers(event.Header{Name: "content-type", Value: jsonType})},
	{event.ReasonContentMode, 1, headers(structuredHeaders[0], event.Header{Name: "ce_id", Value: []byte("another")})},

	{event.ReasonSyntax, 5, value(func(v []byte) []byte { return bytes.Clone(v[:len(v)*2/3]) })},
	{event.ReasonSyntax, 2, value(func(v []byte) []byte { return append(bytes.Clone(v), '}') })},
	{event.ReasonSyntax, 2, value(func(v []byte) []byte { return append(append([]byte{'['}, v...), ']') })},
	{event.ReasonSyntax, 2, swap(`"datacontenttype"`, `"id":"twice","datacontenttype"`)},
	{event.ReasonSyntax, 1, inData("note", "\"\xff\xfe\"")},
	{event.ReasonSyntax, 1, inData("note", `"\ud800"`)},

	{event.ReasonAttribute, 3, swap(`"specversion":"1.0"`, `"specversion":"0.3"`)},
	{event.ReasonAttribute, 3, without("id")},
	{event.ReasonAttribute, 3, without("time")},
	{event.ReasonAttribute, 2, swap(`.v1"`, `.v9"`)},
	{event.ReasonAttribute, 2, swap(`"time":"20`, `"time":"the 20`)},
	{event.ReasonAttribute, 2, of("data.", without("subject"))},
	{event.ReasonAttribute, 2, swap(`"datacontenttype":"application/json"`, `"datacontenttype":"text/xml"`)},
	{event.ReasonAttribute, 1, inEnvelope("dataschema", `"https://datacustody.org/schemas/unheard-of.v1.json"`)},

	{event.ReasonKeyMismatch, 3, func(m event.Message, _ *faker) (event.Message, bool) { m.Key = nil; return m, true }},
	{event.ReasonKeyMismatch, 3, func(m event.Message, _ *faker) (event.Message, bool) {
		m.Key = append([]byte("k-"), m.Key...)
		return m, true
	}},

	{event.ReasonMissingField, 5, of("data.", without("controller"))},
	{event.ReasonMissingField, 4, of("data.", without("purpose"))},
	{event.ReasonMissingField, 3, of("data.", without("categories"))},
	{event.ReasonMissingField, 3, of("data.shared", without("recipient"))},
	{event.ReasonMissingField, 2, of("data.", data(`}`))},

	{event.ReasonUnknownField, 4, inData("receiver", `"cainiao"`)},
	{event.ReasonUnknownField, 3, of("data.", inData("purposes", `["payment"]`))},
	{event.ReasonUnknownField, 2, inData("email", `null`)},

	{event.ReasonUnknownTerm, 4, of("data.", swap(`"categories":["`, `"categories":["shoe-`))},
	{event.ReasonUnknownTerm, 4, of("data.", swap(`"purpose":"`, `"purpose":"any-`))},
	{event.ReasonUnknownTerm, 2, of("data.", swap(`"legal_basis":"pipl-13`, `"legal_basis":"pipl-99`))},

	{event.ReasonBadValue, 3, of("data.shared", inData("country", `"china"`))},
	{event.ReasonBadValue, 2, swap(`"controller":"`, `"controller":"The `)},
	{event.ReasonBadValue, 2, inData("minor", `"yes"`)},
	{event.ReasonBadValue, 2, of("data.", inData("retention_until", `"2029-02-30"`))},
	{event.ReasonBadValue, 2, inData("note", `"`+strings.Repeat("长", 201)+`"`)},
	{event.ReasonBadValue, 1, of("erasure.notified", swap(`"attempt":1`, `"attempt":0`))},
	{event.ReasonBadValue, 1, of("data.", data(`,"data":"none"}`))},
}
