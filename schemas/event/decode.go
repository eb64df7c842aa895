package event

import (
	"encoding/base64"
	"time"
)

// Options of a decoder; the zero value is the contract's.
type Options struct {
	MaxBytes   int           // of value, key and headers together; 0 = 64 KiB
	MaxAhead   time.Duration // how far time may lie in the future; 0 = 5 minutes
	Vocabulary *Vocabulary   // nil = Standard()
}

// A Decoder turns messages into records, without copying. It is not safe for
// concurrent use; one loop owns one.
type Decoder struct {
	maxBytes   int
	maxAhead   time.Duration
	vocabulary *Vocabulary

	record  Record
	latest  int64 // the latest that time may be
	faults  faults
	scanner scanner
	headers headers

	attributes [attributeCount][]byte
	given      uint16 // which attributes the event has, one bit each
	isBinary   bool
	malformed  uint16 // which attributes must not be stored

	body, inner tape  // of the value, of data_base64
	data        *tape // the one of the two that holds data
	root        uint32
	hasData     bool
	present     mask // the fields of data that are there, good or bad

	decoded   []byte // what data_base64 holds, hashes in lower case
	terms     []Term
	items     [][]byte
	source    []byte // the last good source
	lowercase []byte
}

// NewDecoder returns a decoder.
func NewDecoder(o Options) *Decoder {
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 10
	}
	if o.MaxAhead == 0 {
		o.MaxAhead = 5 * time.Minute
	}
	if o.Vocabulary == nil {
		o.Vocabulary = Standard()
	}
	d := &Decoder{maxBytes: o.MaxBytes, maxAhead: o.MaxAhead, vocabulary: o.Vocabulary}
	d.record.vocabulary = o.Vocabulary
	return d
}

// Decode reads m and judges it at the moment now. The record is never nil; with
// a rejection it holds what of the envelope may be stored.
func (d *Decoder) Decode(m *Message, now time.Time) (*Record, *Rejection) {
	d.begin(now)
	d.read(m)
	if d.faults.worst.Reason == ReasonNone {
		return &d.record, nil
	}
	return &d.record, d.reject(m)
}

func (d *Decoder) begin(now time.Time) {
	d.record.reset()
	d.faults.reset()
	d.latest = now.Add(d.maxAhead).UnixNano()
	d.given, d.malformed, d.present, d.hasData, d.isBinary = 0, 0, 0, false, false
	d.terms, d.items, d.lowercase = d.terms[:0], d.items[:0], d.lowercase[:0]
}

// read finds the content mode, the attributes and data, and has them judged.
func (d *Decoder) read(m *Message) {
	switch {
	case m.Size() > d.maxBytes:
		d.faults.add(ReasonTooLarge, "", "value, key and headers are too large together", "split the event: many recipients or parents are many events")
	case len(m.Value) == 0:
		d.faults.add(ReasonTombstone, "", "a record must have a value", "send the event as the record's value; there is nothing to delete")
	case !d.headers.read(m.Headers):
		d.faults.add(ReasonContentMode, "", "headers must be UTF-8 and the same where they are repeated", "send each header once")
	default:
		d.readIn(d.headers.mode(), m)
	}
}

func (d *Decoder) readIn(mode contentMode, m *Message) {
	ok := false
	switch mode {
	case modeStructured:
		ok = d.readStructured(m.Value)
	case modeBinary:
		ok = d.readBinary(m.Value)
	default:
		d.faults.add(ReasonContentMode, "", "the content type must be application/cloudevents+json, or ce_ headers must hold the attributes",
			"set the header content-type to application/cloudevents+json for a whole event in the value")
	}
	if ok {
		d.judge(m)
	}
}

func (d *Decoder) syntax(field string) bool {
	d.faults.add(ReasonSyntax, field, "strict JSON in UTF-8: no name twice, no control characters, no half surrogate pairs, at most 16 levels, nothing after the value",
		"write the value with a JSON library")
	return false
}

// readBase64 reads the JSON of data from data_base64.
func (d *Decoder) readBase64(value uint32) bool {
	if d.hasData {
		d.attributeFault(nameDataBase64, "data and data_base64 exclude each other", "send data alone")
		return false
	}
	if d.body.tokens[value].kind != tokenString {
		return d.syntax("data_base64")
	}
	var err error
	d.decoded, err = base64.StdEncoding.AppendDecode(d.decoded[:0], d.body.bytes(value))
	if err != nil || !d.inner.read(d.decoded) {
		return d.syntax("data_base64")
	}
	d.data, d.root, d.hasData = &d.inner, 0, true
	return true
}

// reject gives the rejection, and leaves in the record what may be stored.
func (d *Decoder) reject(m *Message) *Rejection {
	r, f := &d.record, d.faults.worst
	if f.Reason != ReasonPersonalValue && Sensitive(m) {
		f = Rejection{ReasonPersonalValue, "", rulePersonal, remedyPersonal}
		if d.faults.all != nil {
			*d.faults.all = append(Invalid{Problem(f)}, *d.faults.all...)
		}
	}
	r.set, r.Extensions, r.Parents = 0, r.Extensions[:0], r.Parents[:0]
	if f.Reason < ReasonAttribute && f.Reason != ReasonPersonalValue || d.given == 0 {
		r.reset()
		return &f
	}
	if d.malformed&(1<<nameSource) != 0 || d.scanner.personal(r.Source, true) {
		r.Source = nil
	}
	if d.malformed&(1<<nameID) != 0 || d.scanner.personal(r.ID, true) {
		r.ID = nil
	}
	if d.malformed&(1<<nameSubject) != 0 || d.scanner.personal(r.Namespace, true) {
		r.Namespace, r.Subject = nil, [16]byte{}
	}
	return &f
}
