package event_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// benchEvent is a structured event of about 700 bytes, as services send them.
const benchEvent = `{"specversion":"1.0","id":"0199f1c2-7b4e-7d53-a1f0-9c8e7b6a5d43","source":"/tmall/order-service",` +
	`"type":"org.datacustody.data.shared.v1","subject":"tmall:2f6a1c9e-04b7-8d53-a1f0-9c8e7b6a5d43","time":"2026-11-02T09:30:00.125+08:00",` +
	`"datacontenttype":"application/json","sequence":"00000000001842","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",` +
	`"data":{"controller":"tmall","recipient":"cainiao","relationship":"provision","categories":["delivery-address","phone-number","name"],` +
	`"purpose":"order-delivery","legal_basis":"pipl-13-1-2","protection":"encrypted","necessity":"necessary","channel":"api",` +
	`"contract_ref":"cainiao-2024-017","recipient_ref":"LP00682041937","record_ref":"trade/88213/3"}}`

var benchNow = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func benchMessage() event.Message {
	return event.Message{
		Key: []byte(seedSubject), Value: []byte(benchEvent),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
	}
}

// BenchmarkDecodeJSON is the first step of Decode: the value's tokens.
func BenchmarkDecodeJSON(b *testing.B) {
	m, d := benchMessage(), event.NewDecoder(event.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if !d.ReadJSON(m.Value) {
			b.Fatal("unreadable")
		}
	}
}

// BenchmarkDecodeEnvelope is the first two: tokens and attributes. What Decode
// takes beyond it is validation, with the scan for personal values.
func BenchmarkDecodeEnvelope(b *testing.B) {
	m, d := benchMessage(), event.NewDecoder(event.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if !d.ReadEnvelope(&m, benchNow) {
			b.Fatal("unreadable")
		}
	}
}

// BenchmarkDecode decodes and validates, with the scan for personal values.
func BenchmarkDecode(b *testing.B) {
	m := benchMessage()
	bench(b, m)
}

func bench(b *testing.B, m event.Message) {
	d := event.NewDecoder(event.Options{})
	if _, rejection := d.Decode(&m, benchNow); rejection != nil {
		b.Fatal(rejection)
	}
	b.SetBytes(int64(len(m.Value)))
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(&m, benchNow)
	}
}

// BenchmarkDecodeBinary is the same event in binary content mode.
func BenchmarkDecodeBinary(b *testing.B) {
	_, data, _ := bytes.Cut([]byte(benchEvent), []byte(`"data":`))
	bench(b, event.Message{
		Key: []byte(seedSubject), Value: data[:len(data)-1],
		Headers: headerLines("content-type: application/json\nce_specversion: 1.0\nce_id: 0199f1c2-7b4e-7d53-a1f0-9c8e7b6a5d43\n" +
			"ce_source: /tmall/order-service\nce_type: org.datacustody.data.shared.v1\nce_subject: " + seedSubject + "\n" +
			"ce_time: 2026-11-02T09:30:00.125+08:00\nce_sequence: 00000000001842\nce_traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
	})
}

// BenchmarkReject rejects an event for its last field, and scans it whole.
func BenchmarkReject(b *testing.B) {
	m := benchMessage()
	m.Value = bytes.Replace(m.Value, []byte(`"record_ref"`), []byte(`"record_rex"`), 1)
	d := event.NewDecoder(event.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, rejection := d.Decode(&m, benchNow); rejection == nil {
			b.Fatal("accepted")
		}
	}
}

// BenchmarkSensitive scans a whole message, as is done before a dead letter carries it.
func BenchmarkSensitive(b *testing.B) {
	m := benchMessage()
	b.ReportAllocs()
	for b.Loop() {
		if event.Sensitive(&m) {
			b.Fatal("sensitive")
		}
	}
}

// BenchmarkHash computes both hashes of a record.
func BenchmarkHash(b *testing.B) {
	m := benchMessage()
	r, rejection := event.NewDecoder(event.Options{}).Decode(&m, benchNow)
	if rejection != nil {
		b.Fatal(rejection)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.EventHash()
		r.ContentHash()
	}
}

// BenchmarkMarshal encodes an event and validates it.
func BenchmarkMarshal(b *testing.B) {
	e := &event.Shared{
		Meta:       event.Meta{ID: "0199f1c2-7b4e-7d53-a1f0-9c8e7b6a5d43", Source: "/tmall/order-service", Subject: seedSubject, Time: time.Now()},
		Controller: "tmall", Recipient: "cainiao", Relationship: event.RelationshipProvision,
		Categories: []event.Category{event.CategoryDeliveryAddress, event.CategoryPhoneNumber, event.CategoryName},
		Purpose:    event.PurposeOrderDelivery, LegalBasis: event.LegalBasisPIPL13_1_2, ContractRef: "cainiao-2024-017", RecipientRef: "LP00682041937",
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := event.Marshal(e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPartition(b *testing.B) {
	for b.Loop() {
		event.Partition([]byte(seedSubject), 64)
	}
}
