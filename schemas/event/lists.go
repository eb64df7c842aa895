package event

import (
	"bytes"
	"slices"
)

const (
	ruleStrings = "must be a list of strings that are not empty"
	ruleRepeats = "must not have the same item twice"
	ruleTooMany = "has too many items"
)

// list says that v is a list of at most as many strings as the field may have.
func (d *Decoder) list(t *tape, f Field, v uint32) bool {
	a := &t.tokens[v]
	if a.kind != tokenArray {
		return d.bad(f, "must be a list")
	}
	n := 0
	for i := v + 1; i < a.next; i = t.tokens[i].next {
		if n++; t.tokens[i].kind != tokenString || t.tokens[i].start == t.tokens[i].end {
			return d.bad(f, ruleStrings)
		}
	}
	return n <= fields[f].Max || d.bad(f, ruleTooMany)
}

// manyTerms reads a list of terms, all of it: an unknown term is reported before
// whatever else is wrong with the list.
func (d *Decoder) manyTerms(t *tape, f Field, v uint32) bool {
	a := &t.tokens[v]
	if a.kind != tokenArray {
		return d.bad(f, "must be a list")
	}
	from, list, n, ok := len(d.terms), termsOf(d.record.Kind, f), 0, true
	for i := v + 1; i < a.next; i = t.tokens[i].next {
		if n++; t.tokens[i].kind != tokenString || t.tokens[i].start == t.tokens[i].end {
			ok = d.bad(f, ruleStrings)
			continue
		}
		switch term := d.vocabulary.Lookup(list, t.bytes(i)); {
		case term == 0:
			ok = d.unknownTerm(f)
		case n > fields[f].Max:
		case slices.Contains(d.terms[from:], term):
			ok = d.bad(f, ruleRepeats)
		default:
			d.terms = append(d.terms, term)
		}
	}
	d.record.terms[f] = d.terms[from:len(d.terms):len(d.terms)]
	return (n <= fields[f].Max || d.bad(f, ruleTooMany)) && ok
}

// names reads a list of parties or countries.
func (d *Decoder) names(t *tape, f Field, v uint32) bool {
	if !d.list(t, f, v) {
		return false
	}
	from, ok := len(d.items), true
	for i := v + 1; i < t.tokens[v].next; i++ {
		s := t.bytes(i)
		if fields[f].Shape == PartyIDs && d.scanner.personal(s, false) {
			d.personalFault(f.path())
		}
		if fields[f].Shape == PartyIDs && !isParty(s) || fields[f].Shape == Countries && !isCountry(s) {
			ok = false
		}
		for _, other := range d.items[from:] {
			if bytes.Equal(other, s) {
				return d.bad(f, ruleRepeats)
			}
		}
		d.items = append(d.items, s)
	}
	d.record.lists[f] = d.items[from:len(d.items):len(d.items)]
	return ok || d.bad(f, "must be a list of well-formed ids")
}

// parents reads the events that this one derives from.
func (d *Decoder) parents(t *tape, v uint32) {
	a := &t.tokens[v]
	if a.kind == tokenNull {
		return
	}
	if a.kind != tokenArray {
		d.faults.add(ReasonBadValue, "data.parents", "must be a list", "send a list of {source, id}")
		return
	}
	n := 0
	for i := v + 1; i < a.next; i = t.tokens[i].next {
		if n++; t.tokens[i].kind != tokenObject {
			d.faults.add(ReasonBadValue, "data.parents", "must be a list of objects", "send a list of {source, id}")
			continue
		}
		d.parent(t, i)
	}
	if n > maxParents {
		d.faults.add(ReasonBadValue, "data.parents", "must be at most 64", "send fewer")
	}
}

func (d *Decoder) parent(t *tape, object uint32) {
	p := Parent{Source: d.record.Source}
	hasID := false
	for i := object + 1; i < t.tokens[object].next; i = t.tokens[i+1].next {
		null := t.tokens[i+1].kind == tokenNull
		switch t.tokens[i].name {
		case nameSource:
			if !null {
				p.Source = d.parentName(t, i+1, "data.parents.source")
			}
		case nameID:
			if !null {
				p.ID, hasID = d.parentName(t, i+1, "data.parents.id"), true
			}
		default:
			d.unknown("data.parents.", t.bytes(i))
		}
	}
	if !hasID {
		d.faults.add(ReasonMissingField, "data.parents.id", "is required", "send the id of the event that this one derives from")
	}
	d.record.Parents = append(d.record.Parents, p)
}

func (d *Decoder) parentName(t *tape, v uint32, field string) []byte {
	if t.tokens[v].kind != tokenString {
		d.faults.add(ReasonBadValue, field, "must be a string", "send it as the parent has it")
		return nil
	}
	s := t.bytes(v)
	if d.scanner.personal(s, false) {
		d.personalFault(field)
	}
	if len(s) == 0 || len(s) > maxID {
		d.faults.add(ReasonBadValue, field, "must be 1 to 256 bytes", "send it as the parent has it")
	}
	return s
}
