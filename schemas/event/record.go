package event

import "bytes"

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
	Parents    []Parent    // the events that this one derives from

	set        mask // which of the following hold a value of this event
	text       [fieldCount][]byte
	num        [fieldCount]int64 // of OneTerm: the term
	terms      [fieldCount][]Term
	lists      [fieldCount][][]byte
	vocabulary *Vocabulary
	scratch    []byte // of the hashes
}

// An Extension is a CloudEvents extension attribute in its canonical string form.
type Extension struct{ Name, Value []byte }

// A Parent names an event that this one derives from.
type Parent struct{ Source, ID []byte }

// Has says whether the event carries f (or f's default was filled in).
func (r *Record) Has(f Field) bool { return r.set&(1<<f) != 0 }

// Text is the value of a field of shape Text, PartyID, Country or SubjectName; nil where absent.
func (r *Record) Text(f Field) []byte {
	if !r.Has(f) {
		return nil
	}
	return r.text[f]
}

// Term is the value of a field of shape OneTerm; 0 where absent.
func (r *Record) Term(f Field) Term {
	if !r.Has(f) {
		return 0
	}
	return Term(r.num[f])
}

// Terms is the value of a field of shape ManyTerms, in the order sent.
func (r *Record) Terms(f Field) []Term {
	if !r.Has(f) {
		return nil
	}
	return r.terms[f]
}

// TermList is the list that the terms of a field are of: those of action are
// others in operation.logged.
func (r *Record) TermList(f Field) List { return termsOf(r.Kind, f) }

// List is the value of a field of shape PartyIDs or Countries, in the order sent.
func (r *Record) List(f Field) [][]byte {
	if !r.Has(f) {
		return nil
	}
	return r.lists[f]
}

// Int is the value of a field of shape Bool (0, 1), Integer, Date (days since
// 1970-01-01) or DateTime (nanoseconds since 1970-01-01T00:00Z); 0 where absent, see Has.
func (r *Record) Int(f Field) int64 {
	if !r.Has(f) {
		return 0
	}
	return r.num[f]
}

// LinkedSubject is the namespace and the UUID of linked_subject.
func (r *Record) LinkedSubject() (namespace []byte, id [16]byte) {
	text := r.Text(FieldLinkedSubject)
	if colon := bytes.IndexByte(text, ':'); colon > 0 {
		id, _ = parseUUID(text[colon+1:])
		return text[:colon], id
	}
	return nil, id
}

// reset empties the record but keeps its buffers.
func (r *Record) reset() {
	r.Kind, r.Source, r.ID, r.Namespace, r.Subject, r.Time, r.HasTime = NoKind, nil, nil, nil, [16]byte{}, 0, false
	r.Extensions, r.Parents, r.set = r.Extensions[:0], r.Parents[:0], 0
}
