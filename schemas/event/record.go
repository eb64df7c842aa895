package event

import "time"

// A Record is one decoded event, flat: the form the log stores. It borrows the
// message's bytes and its decoder's buffers and is valid until that decoder's
// next Decode. Defaults (holder, minor, request_id, a parent's source) are
// filled in. Of a rejected message it holds only those of source, id, type,
// subject and time that are well-formed and hold no personal value.
type Record struct {
	Kind       Kind        // NoKind where the type is unknown
	Source, ID []byte      // empty: absent
	Namespace  []byte      // of the subject; empty where the event has none
	Subject    [16]byte    // the subject's UUID; zero where the event has none
	Time       int64       // nanoseconds since 1970-01-01T00:00Z
	HasTime    bool        // false only in rejected records
	Extensions []Extension // sorted by name

	text  [fieldCount][]byte
	num   [fieldCount]int64
	terms [fieldCount][]Term
	lists [fieldCount][][]byte
	set   [fieldCount]bool
	// Parents are the events that this one derives from.
	Parents []Parent
}

// An Extension is a CloudEvents extension attribute in its canonical string form.
type Extension struct{ Name, Value []byte }

// A Parent names an event that this one derives from.
type Parent struct{ Source, ID []byte }

// Has says whether the event carries f (or f's default was filled in).
func (r *Record) Has(f Field) bool { return r.set[f] }

// Text is the value of a field of shape Text, PartyID, Country or SubjectName; nil where absent.
func (r *Record) Text(f Field) []byte { return r.text[f] }

// Term is the value of a field of shape OneTerm; 0 where absent.
func (r *Record) Term(f Field) Term {
	if len(r.terms[f]) == 0 {
		return 0
	}
	return r.terms[f][0]
}

// Terms is the value of a field of shape ManyTerms, in the order sent.
func (r *Record) Terms(f Field) []Term { return r.terms[f] }

// List is the value of a field of shape PartyIDs or Countries, in the order sent.
func (r *Record) List(f Field) [][]byte { return r.lists[f] }

// Int is the value of a field of shape Bool (0, 1), Integer, Date (days since
// 1970-01-01) or DateTime (nanoseconds since 1970-01-01T00:00Z); 0 where absent, see Has.
func (r *Record) Int(f Field) int64 { return r.num[f] }

// LinkedSubject is the UUID of linked_subject; its namespace is Text(FieldLinkedSubject) up to the colon.
func (r *Record) LinkedSubject() (namespace []byte, id [16]byte) { return nil, [16]byte{} }

// EventHash is hash128 of source and id: the key by which a repeat is known.
func (r *Record) EventHash() [16]byte { return [16]byte{} }

// ContentHash is hash128 of what makes two events the same: type, subject, time
// as an instant and data after defaults, the order of lists ignored. Extensions do not count.
func (r *Record) ContentHash() [16]byte { return [16]byte{} }

// A Rejection says why a message is not an event. It never holds a value of it.
type Rejection struct {
	Reason Reason
	Field  string // envelope attributes bare, data as data.purpose; "?" for a name that must not be shown; may be empty
	Rule   string // what was expected
	Remedy string // how to mend it
}

func (r *Rejection) Error() string { return r.Reason.String() }

// A Decoder turns messages into records, without copying. It is not safe for
// concurrent use; one loop owns one.
type Decoder struct{ record Record }

// Options of a decoder; the zero value is the contract's.
type Options struct {
	MaxBytes   int           // of value, key and headers together; 0 = 64 KiB
	MaxAhead   time.Duration // how far time may lie in the future; 0 = 5 minutes
	Vocabulary *Vocabulary   // nil = Standard()
}

// NewDecoder returns a decoder.
func NewDecoder(o Options) *Decoder { return &Decoder{} }

// Decode reads m and judges it at the moment now. The record is never nil; with
// a rejection it holds what of the envelope may be stored.
func (d *Decoder) Decode(m *Message, now time.Time) (*Record, *Rejection) {
	panic("not built yet")
}

// Sensitive says whether the message, scanned whole (key, carried headers, value
// as text, every JSON string unescaped, data_base64 decoded; cards by the wide
// rule), looks as if it held a personal value. Every dead letter is scanned so
// before it is written; a hit makes it a pointer.
func Sensitive(m *Message) bool { panic("not built yet") }
