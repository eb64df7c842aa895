package store

import (
	"slices"

	"github.com/datacustody/custody/schemas/event"
)

// A field puts one field of the contract into its column. The row is the one
// being appended; the record has the field.
type field struct {
	event.FieldSpec
	columns []named
	put     func(row int, r *event.Record)
}

type named struct {
	name string
	column
}

// fields returns the columns of the contract's data, in its order.
func fields(t texts) []field {
	specs := event.Fields()
	out := make([]field, 0, len(specs))
	for _, s := range specs {
		out = append(out, newField(s, t))
	}
	return out
}

func newField(s event.FieldSpec, t texts) field {
	f, one := s.Field, func(c column, put func(int, *event.Record)) field {
		return field{s, []named{{s.Column, c}}, put}
	}
	switch s.Shape {
	case event.Text:
		c := new(text)
		return one(c, func(row int, r *event.Record) { c.put(row, r.Text(f)) })
	case event.PartyID, event.Country:
		c := newWords()
		return one(c, func(row int, r *event.Record) { c.put(row, r.Text(f)) })
	case event.OneTerm:
		c := newWords()
		return one(c, func(row int, r *event.Record) {
			l := r.TermList(f)
			c.putTerm(row, int(l), int(r.Term(f)), t[l])
		})
	case event.ManyTerms:
		c := &list[*words]{ends: fixed[uint64]{}, items: newWords()}
		return one(c, func(row int, r *event.Record) {
			c.begin(row)
			l := r.TermList(f)
			for _, term := range r.Terms(f) {
				c.items.putTerm(c.items.Rows(), int(l), int(term), t[l])
			}
			c.end()
		})
	case event.PartyIDs, event.Countries:
		c := &list[*words]{items: newWords()}
		return one(c, func(row int, r *event.Record) {
			c.begin(row)
			for _, v := range r.List(f) {
				c.items.put(c.items.Rows(), v)
			}
			c.end()
		})
	case event.Bool:
		c := &fixed[uint8]{typ: "Bool"}
		return one(c, func(row int, r *event.Record) { c.put(row, uint8(r.Int(f))) })
	case event.Integer:
		c := &fixed[uint16]{typ: "UInt16"}
		return one(c, func(row int, r *event.Record) { c.put(row, uint16(r.Int(f))) })
	case event.Date:
		c := &nullable[int32]{values: fixed[int32]{typ: "Date32"}}
		return one(c, func(row int, r *event.Record) { c.put(row, int32(r.Int(f))) })
	case event.DateTime:
		c := &nullable[int64]{values: fixed[int64]{typ: nanoseconds}}
		return one(c, func(row int, r *event.Record) { c.put(row, r.Int(f)) })
	default: // event.SubjectName
		ns, id := newWords(), &fixed[[16]byte]{typ: "UUID"}
		return field{s, []named{{s.Column + "_namespace", ns}, {s.Column, id}}, func(row int, r *event.Record) {
			name, subject := r.LinkedSubject()
			ns.put(row, name)
			id.put(row, uuid(subject))
		}}
	}
}

// texts gives a term's text by its list and position.
type texts [event.ListCount]func(int) string

func newTexts(v *event.Vocabulary) (t texts) {
	for l := range t {
		t[l] = func(n int) string { return v.Text(event.List(l), event.Term(n)) }
	}
	return t
}

// uuid is id as the Native format has a UUID: two halves, the bytes of each from
// the last to the first.
func uuid(id [16]byte) [16]byte {
	slices.Reverse(id[:8])
	slices.Reverse(id[8:])
	return id
}
