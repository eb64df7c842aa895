package simulate

import (
	"encoding/base64"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A style is a way to write the same event; noted alone makes another of it.
type style uint8

const (
	binaryMode style = 1 << iota
	turned           // members and lists in another order, defaults said
	retraced         // another traceparent
	rezoned          // the same instant in another zone, with more digits
	wrapped          // data_base64; structured mode only
	noted            // a note more than the original
)

var structuredHeaders = []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json; charset=utf-8")}}

var (
	jsonType = []byte("application/json")
	version  = []byte("1.0")
	shanghai = time.FixedZone("CST", 8*60*60)
)

// render writes an act as a message.
func (s *Simulation) render(a *act, how style) event.Message {
	if how&binaryMode != 0 {
		return s.renderBinary(a, how)
	}
	b := s.memory.open()
	b = append(b, `{"specversion":"1.0","id":"`...)
	b = appendUUID(b, a.id)
	b = append(b, `","source":"`...)
	from := len(b)
	b = append(b, a.form.source...)
	until := len(b)
	b = append(b, `","type":"`...)
	b = append(b, a.form.typ...)
	if a.form.who != nobody {
		b = append(b, `","subject":"`...)
		from = len(b)
		b = s.appendSubject(b, a)
		until = len(b)
	}
	b = append(b, `","time":"`...)
	b = appendTime(b, a.time, how)
	b = append(b, `","datacontenttype":"application/json","traceparent":"`...)
	b = appendTrace(b, a.trace, how)
	b = append(b, `","correlationid":"story-`...)
	b = appendHex(b, a.serial|0xc<<60)
	if how&wrapped != 0 {
		data := s.appendData(nil, a, how)
		b = append(b, `","data_base64":"`...)
		b = base64.StdEncoding.AppendEncode(b, data)
		b = append(b, `"}`...)
	} else {
		b = append(b, `","data":`...)
		b = s.appendData(b, a, how)
		b = append(b, '}')
	}
	b = s.memory.close(b)
	return event.Message{Key: b[from:until:until], Value: b, Headers: structuredHeaders}
}

func (s *Simulation) renderBinary(a *act, how style) event.Message {
	b := s.appendData(s.memory.open(), a, how)
	value := s.memory.close(b)
	b = s.memory.open()
	part := func(write func([]byte) []byte) []byte {
		from := len(b)
		b = write(b)
		return b[from:len(b):len(b)]
	}
	h := s.memory.headers(9)
	h = append(h,
		event.Header{Name: "content-type", Value: jsonType},
		event.Header{Name: "ce_specversion", Value: version},
		event.Header{Name: "ce_id", Value: part(func(b []byte) []byte { return appendUUID(b, a.id) })},
		event.Header{Name: "ce_source", Value: part(func(b []byte) []byte { return append(b, a.form.source...) })},
		event.Header{Name: "ce_type", Value: part(func(b []byte) []byte { return append(b, a.form.typ...) })},
		event.Header{Name: "ce_time", Value: part(func(b []byte) []byte { return appendTime(b, a.time, how) })},
		event.Header{Name: "ce_traceparent", Value: part(func(b []byte) []byte { return appendTrace(b, a.trace, how) })},
		event.Header{Name: "ce_correlationid", Value: part(func(b []byte) []byte { return appendHex(append(b, "story-"...), a.serial|0xc<<60) })})
	key := h[3].Value
	if a.form.who != nobody {
		key = part(func(b []byte) []byte { return s.appendSubject(b, a) })
		h = append(h, event.Header{Name: "ce_subject", Value: key})
	}
	s.memory.close(b)
	return event.Message{Key: key, Value: value, Headers: h}
}

func (s *Simulation) appendSubject(b []byte, a *act) []byte {
	if a.form.who == theAlias {
		return s.fill(b, a, holeAlias)
	}
	return s.fill(b, a, holeSubject)
}

func (s *Simulation) appendData(b []byte, a *act, how style) []byte {
	pieces := a.form.straight
	if how&turned != 0 {
		pieces = a.form.turned
	}
	for i := range pieces {
		b = s.fill(append(b, pieces[i].text...), a, pieces[i].hole)
	}
	if how&noted != 0 {
		b = append(b[:len(b)-1], `,"note":"sent again with a note"}`...)
	}
	return b
}

func appendTime(b []byte, nanos int64, how style) []byte {
	if how&rezoned != 0 {
		return time.Unix(0, nanos).UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	}
	return time.Unix(0, nanos).In(shanghai).AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
}

// appendTrace begins both ids with a letter: a run of digits in one would look
// like a card number once in some millions.
func appendTrace(b []byte, trace uint64, how style) []byte {
	if how&retraced != 0 {
		trace = mix(trace)
	}
	b = append(b, "00-"...)
	b = appendHex(b, trace|0xa<<60)
	b = appendHex(b, mix(trace+1))
	b = append(b, '-')
	b = appendHex(b, mix(trace+2)|0xb<<60)
	return append(b, "-01"...)
}
