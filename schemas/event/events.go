package event

import (
	"slices"
	"sync"
	"time"
)

// An Event is one of the kinds of event, as a struct. A field that is empty is absent.
type Event interface {
	Kind() Kind
	Validate() error // nil or an Invalid
	encode(*writer)  // writes the members of data
	meta() *Meta
}

// Meta is the envelope of an event.
type Meta struct {
	ID         string // made once, before the first attempt; empty: Marshal makes one and keeps it here
	Source     string // the emitting service, a URI reference: /tmall/order-service
	Subject    Subject
	Time       time.Time // when the act happened
	Extensions map[string]string
}

func (m *Meta) meta() *Meta { return m }

// A Party is the id of a controller, holder or recipient.
type Party string

// A CountryCode is a code of ISO 3166-1 alpha-2: "SG".
type CountryCode string

// A Day is a date: "2029-04-18".
type Day string

// An SDK is the software development kit through which data moved.
type SDK struct{ Name, Version string }

// Evidence is where the proof of an act is, and its SHA-256 in hexadecimal.
type Evidence struct {
	URI    string `json:"uri"`
	SHA256 string `json:"sha256,omitempty"`
}

// A Ref names another event; Source empty: of the same source.
type Ref struct{ Source, ID string }

// Marshal writes an event in structured content mode, with its key. What it
// returns has passed the very decoder that will read it; the error is an Invalid.
func Marshal(e Event) (Message, error) {
	return marshal(e, encodeStructured)
}

// MarshalBinary writes an event in binary content mode: the attributes are
// headers, the value is data.
func MarshalBinary(e Event) (Message, error) {
	return marshal(e, encodeBinary)
}

func marshal(e Event, encode func(Event) Message) (Message, error) {
	if m := e.meta(); m.ID == "" {
		m.ID = NewID()
	}
	m := encode(e)
	if err := check(&m, time.Now()); err != nil {
		return Message{}, err
	}
	return m, nil
}

// validate judges an event as Marshal would; an ID that is still to be made is no fault.
func validate(e Event) error {
	if m := e.meta(); m.ID == "" {
		m.ID = NewID()
		defer func() { m.ID = "" }()
	}
	m := encodeStructured(e)
	return check(&m, time.Now())
}

var decoders = sync.Pool{New: func() any { return NewDecoder(Options{}) }}

// check decodes a message; the error has everything that is wrong with it.
func check(m *Message, now time.Time) error {
	d := decoders.Get().(*Decoder)
	defer decoders.Put(d)
	if _, rejection := d.Decode(m, now); rejection == nil {
		return nil
	}
	return d.Problems(m, now)
}

// Problems decodes a message again and returns everything that is wrong with
// it, the gravest first; nil if nothing is.
func (d *Decoder) Problems(m *Message, now time.Time) Invalid {
	var all Invalid
	d.faults.all = &all
	_, rejection := d.Decode(m, now)
	d.faults.all = nil
	if rejection == nil {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Problem) int { return int(a.Reason) - int(b.Reason) })
	return all
}
