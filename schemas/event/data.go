package event

import (
	"bytes"
	"slices"
)

const (
	maxParents = 64
	maxAttempt = 1000
)

// judgeData reads data into the record by the table of fields.
func (d *Decoder) judgeData() {
	r := &d.record
	switch {
	case !d.hasData || d.data.tokens[d.root].kind == tokenNull:
		d.faults.add(ReasonMissingField, "data", "is required", "send the event's fields as the object data")
		return
	case d.data.tokens[d.root].kind != tokenObject:
		d.faults.add(ReasonBadValue, "data", "must be an object", "send the event's fields as the object data")
		return
	case r.Kind == NoKind:
		return
	}
	t, end := d.data, d.data.tokens[d.root].next
	for i := d.root + 1; i < end; i = t.tokens[i+1].next {
		d.member(t, i)
	}
	d.conditions()
	if missing := masks[r.Kind].required &^ d.present; missing != 0 {
		d.missing(missing)
	}
	d.defaults()
}

// member reads the member of data whose name is token i.
func (d *Decoder) member(t *tape, i uint32) {
	n := t.tokens[i].name
	f, allowed := Field(n-firstField), masks[d.record.Kind].allowed
	switch {
	case n >= firstField && allowed&^isNested&(1<<f) != 0:
		d.field(t, f, i+1)
	case n == nameParents:
		d.parents(t, i+1)
	case n == nameSDK && allowed&(1<<FieldSDKName) != 0:
		d.object(t, i+1, FieldSDKName, nameName, FieldSDKVersion, nameVersion)
	case n == nameEvidence && allowed&(1<<FieldEvidenceURI) != 0:
		d.object(t, i+1, FieldEvidenceURI, nameURI, FieldEvidenceSHA256, nameSHA256)
	default:
		d.unknown("data.", t.bytes(i))
	}
}

func (d *Decoder) unknown(prefix string, name []byte) {
	d.faults.add(ReasonUnknownField, prefix+d.scanner.shown(name), "is no field of this kind of event", "leave it out, or mend its spelling")
}

func (d *Decoder) fieldFault(reason Reason, f Field, rule, remedy string) {
	d.faults.add(reason, f.path(), rule, remedy)
}

func (d *Decoder) missing(m mask) {
	for f := range fieldCount {
		if m&(1<<f) != 0 {
			d.fieldFault(ReasonMissingField, f, "is required", "send it")
		}
	}
}

// object reads an object of two fields, of which the first is required.
func (d *Decoder) object(t *tape, v uint32, first Field, firstName name, second Field, secondName name) {
	switch t.tokens[v].kind {
	case tokenNull:
		return
	case tokenObject:
	default:
		d.present |= 1 << first
		prefix := "data.sdk"
		if first == FieldEvidenceURI {
			prefix = "data.evidence"
		}
		d.faults.add(ReasonBadValue, prefix, "must be an object", "see the fields in the docs of events")
		return
	}
	for i := v + 1; i < t.tokens[v].next; i = t.tokens[i+1].next {
		switch t.tokens[i].name {
		case firstName:
			d.field(t, first, i+1)
		case secondName:
			d.field(t, second, i+1)
		default:
			d.unknown(first.path()[:len(first.path())-len(nameTexts[firstName])], t.bytes(i))
		}
	}
	if d.present&(1<<first) == 0 {
		d.fieldFault(ReasonMissingField, first, "is required", "send it")
		d.present |= 1 << first
	}
}

// field reads the value of a field into the record.
func (d *Decoder) field(t *tape, f Field, v uint32) {
	kind, spec := t.tokens[v].kind, &fields[f]
	if kind == tokenNull {
		return
	}
	switch spec.Shape {
	case ManyTerms, PartyIDs, Countries:
		if kind == tokenArray && t.tokens[v].next == v+1 {
			return
		}
	}
	d.present |= 1 << f
	if d.value(t, f, v) {
		d.record.set |= 1 << f
	}
}

func (d *Decoder) value(t *tape, f Field, v uint32) bool {
	kind, spec := t.tokens[v].kind, &fields[f]
	switch spec.Shape {
	case Bool:
		d.record.num[f] = 0
		if kind == tokenTrue {
			d.record.num[f] = 1
		}
		return kind == tokenTrue || kind == tokenFalse || d.bad(f, "must be true or false")
	case Integer:
		ok := false
		if kind == tokenNumber {
			d.record.num[f], ok = readAttempt(t.bytes(v))
		}
		return ok || d.bad(f, "must be an integer from 1 to 1000, written as one")
	case ManyTerms:
		return d.manyTerms(t, f, v)
	case PartyIDs, Countries:
		return d.names(t, f, v)
	}
	if kind != tokenString || t.tokens[v].start == t.tokens[v].end {
		return d.bad(f, "must be a string that is not empty")
	}
	return d.text(f, t.bytes(v))
}

func (d *Decoder) bad(f Field, rule string) bool {
	d.fieldFault(ReasonBadValue, f, rule, "see the field in the docs of events")
	return false
}

// text reads a field that is a string.
func (d *Decoder) text(f Field, s []byte) (ok bool) {
	r, spec := &d.record, &fields[f]
	switch spec.Shape {
	case OneTerm:
		term := d.vocabulary.Lookup(termsOf(r.Kind, f), s)
		r.num[f] = int64(term)
		return term != 0 || d.unknownTerm(f)
	case Date:
		r.num[f], ok = readDate(s)
		return ok || d.bad(f, "must be a date such as 2029-04-18, from 1970-01-01 to 2299-12-31")
	case DateTime:
		r.num[f], ok = readTime(s)
		return ok || d.bad(f, "must be a time in RFC 3339 with a zone, of the years 2000 to 2261")
	case Country:
		r.text[f] = s
		return isCountry(s) || d.bad(f, "must be a country of ISO 3166-1 alpha-2, in upper case")
	}
	r.text[f] = s
	if f == FieldEvidenceSHA256 {
		return d.sha256(s)
	}
	if d.scanner.personal(s, f == FieldNote || f == FieldDetail) {
		d.personalFault(f.path())
	}
	switch {
	case spec.Shape == PartyID:
		return isParty(s) || d.bad(f, "must be a party's id: 1 to 63 characters of a-z 0-9 -, the first no hyphen")
	case spec.Shape == SubjectName:
		_, _, ok := splitSubject(s)
		return ok || d.bad(f, "must be <namespace>:<uuid>, the UUID in lower case")
	case len(s) <= spec.Max:
		return true
	case f == FieldNote || f == FieldDetail:
		return characters(s) <= spec.Max || d.bad(f, "must be at most 200 characters")
	default:
		return d.bad(f, "is too long")
	}
}

func (d *Decoder) unknownTerm(f Field) bool {
	d.fieldFault(ReasonUnknownTerm, f, "must be a term of its closed list", "see the closed lists in the docs of events")
	return false
}

// characters counts those of valid UTF-8.
func characters(s []byte) (n int) {
	for _, c := range s {
		if c&0xc0 != 0x80 {
			n++
		}
	}
	return n
}

func isParty(s []byte) bool { return len(s) <= 63 && isName(s) }

func readAttempt(s []byte) (n int64, ok bool) {
	if len(s) > 4 {
		return 0, false
	}
	for _, c := range s {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n >= 1 && n <= maxAttempt
}

// sha256 keeps 64 hexadecimal digits in lower case.
func (d *Decoder) sha256(s []byte) bool {
	from := len(d.lowercase)
	for _, c := range s {
		if unhex(c) > 15 {
			return d.bad(FieldEvidenceSHA256, "must be 64 hexadecimal digits")
		}
		d.lowercase = append(d.lowercase, c|0x20)
	}
	d.record.text[FieldEvidenceSHA256] = d.lowercase[from:]
	return len(s) == 64 || d.bad(FieldEvidenceSHA256, "must be 64 hexadecimal digits")
}

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

const (
	ruleStrings = "must be a list of strings that are not empty"
	ruleRepeats = "must not have the same item twice"
	ruleTooMany = "has too many items"
)

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

// conditions judges fields that depend on one another.
func (d *Decoder) conditions() {
	r := &d.record
	for i := range kinds[r.Kind].Conditions {
		c := &kinds[r.Kind].Conditions[i]
		is := d.vocabulary.Text(termsOf(r.Kind, c.When), r.Term(c.When)) == c.Term
		here := d.present&(1<<c.Field) != 0
		switch {
		case is == c.Not || here == c.Required:
		case c.Required:
			d.fieldFault(ReasonMissingField, c.Field, "is required with this "+fields[c.When].Name, "send it")
		default:
			d.fieldFault(ReasonBadValue, c.Field, "does not go with this "+fields[c.When].Name, "leave it out")
		}
	}
}

// defaults fills in what the contract says of absent fields.
func (d *Decoder) defaults() {
	r := &d.record
	if !r.Has(FieldHolder) && r.Has(FieldController) {
		r.text[FieldHolder] = r.text[FieldController]
		r.set |= 1 << FieldHolder
	}
	if !r.Has(FieldMinor) {
		r.num[FieldMinor] = 0
		r.set |= 1 << FieldMinor
	}
	if r.Kind == KindErasureRequested && !r.Has(FieldRequestID) {
		r.text[FieldRequestID] = r.ID
		r.set |= 1 << FieldRequestID
	}
}
