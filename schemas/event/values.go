package event

import "strings"

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

// fewTerms is how many terms of a list a remedy names: all, or none but a few.
const fewTerms = 24

func (d *Decoder) unknownTerm(f Field) bool {
	terms := d.vocabulary.lists[termsOf(d.record.Kind, f)].texts[1:]
	remedy := "use one of: " + strings.Join(terms[:min(len(terms), fewTerms)], ", ")
	if len(terms) > fewTerms {
		remedy = "use a term such as " + strings.Join(terms[:3], ", ") + "; all of them are in docs/events.md, closed lists"
	}
	d.fieldFault(ReasonUnknownTerm, f, "must be a term of its closed list", remedy)
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
