package event

import (
	"bytes"
	"mime"
	"net/url"
	"slices"
	"strings"
)

const (
	maxID         = 256 // bytes of id and source
	maxExtensions = 64
	maxExtension  = 1024 // bytes of a value
)

// readStructured takes the attributes and data from an event in JSON.
func (d *Decoder) readStructured(value []byte) bool {
	t := &d.body
	if !t.read(value) || t.tokens[0].kind != tokenObject {
		return d.syntax("")
	}
	base64 := uint32(0)
	for i, end := uint32(1), t.tokens[0].next; i < end; i = t.tokens[i+1].next {
		switch n := t.tokens[i].name; {
		case n == nameData:
			d.data, d.root, d.hasData = t, i+1, true
		case t.tokens[i+1].kind == tokenNull:
		case n == nameDataBase64:
			base64 = i + 1
		case n != noName && n < attributeCount:
			d.readAttribute(n, i+1)
		default:
			d.readExtension(i)
		}
	}
	if base64 != 0 && !d.readBase64(base64) {
		return false
	}
	if d.headers.given != 0 || len(d.headers.extensions) > 0 {
		d.contradictions()
	}
	return true
}

func (d *Decoder) readAttribute(n name, value uint32) {
	if d.body.tokens[value].kind != tokenString {
		d.attributeFault(n, "must be a string", "write it as a JSON string")
		return
	}
	d.attributes[n] = d.body.bytes(value)
	d.given |= 1 << n
}

func (d *Decoder) readExtension(i uint32) {
	t := &d.body
	v := &t.tokens[i+1]
	if v.kind == tokenObject || v.kind == tokenArray || v.kind == tokenNumber && !isInt32(t.bytes(i+1)) {
		d.faults.add(ReasonAttribute, d.scanner.shown(t.bytes(i)), "an extension is a string, a boolean or an integer of 32 bits", "write it as a JSON string")
		return
	}
	d.record.Extensions = append(d.record.Extensions, Extension{t.bytes(i), t.bytes(i + 1)})
}

// isInt32 says that a JSON number is an integer of 32 bits, written as one.
func isInt32(b []byte) bool {
	negative := b[0] == '-'
	if negative {
		b = b[1:]
	}
	if len(b) > 10 {
		return false
	}
	n := int64(0)
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
		n = n*10 + int64(c-'0')
	}
	return n <= 1<<31-1 || negative && n == 1<<31
}

// contradictions finds ce_ headers that say other than the body does.
func (d *Decoder) contradictions() {
	h := &d.headers
	for n := nameSpecversion; n < attributeCount; n++ {
		if d.given&h.given&(1<<n) != 0 && !bytes.Equal(d.attributes[n], h.attributes[n]) {
			d.contradiction(nameTexts[n])
		}
	}
	slices.SortFunc(d.record.Extensions, byName)
	for _, e := range h.extensions {
		if at, ok := slices.BinarySearchFunc(d.record.Extensions, e, byName); ok && !bytes.Equal(d.record.Extensions[at].Value, e.Value) {
			d.contradiction(d.scanner.shown(e.Name))
		}
	}
}

func (d *Decoder) contradiction(field string) {
	d.faults.add(ReasonContentMode, field, "a ce_ header beside a structured body must say what the body says", "leave the ce_ headers out")
}

// readBinary takes the attributes from the headers; the value is data.
func (d *Decoder) readBinary(value []byte) bool {
	if !d.body.read(value) {
		return d.syntax("")
	}
	h := &d.headers
	d.attributes, d.given, d.isBinary = h.attributes, h.given, true
	if h.hasType {
		d.attributes[nameDatacontenttype] = h.contentType
		d.given |= 1 << nameDatacontenttype
	}
	for _, e := range h.extensions {
		if n := findName(e.Name); n != nameData && n != nameDataBase64 {
			d.record.Extensions = append(d.record.Extensions, e)
		}
	}
	d.data, d.root, d.hasData = &d.body, 0, true
	return true
}

func (d *Decoder) has(n name) bool { return d.given&(1<<n) != 0 }

// attributeFault says that an attribute of the envelope breaks a rule.
func (d *Decoder) attributeFault(n name, rule, remedy string) {
	if n < attributeCount {
		d.malformed |= 1 << n
	}
	d.faults.add(ReasonAttribute, nameTexts[n], rule, remedy)
}

func (d *Decoder) personalFault(field string) {
	d.faults.add(ReasonPersonalValue, field, rulePersonal, remedyPersonal)
}

// judge judges an event whose attributes and data have been found.
func (d *Decoder) judge(m *Message) {
	d.judgeIdentity()
	d.judgeType()
	d.judgeTime()
	d.judgeExtensions()
	d.judgeData()
	d.judgeSubject(m)
}

func (d *Decoder) judgeIdentity() {
	r := &d.record
	if !d.has(nameSpecversion) || string(d.attributes[nameSpecversion]) != "1.0" {
		d.attributeFault(nameSpecversion, "must be 1.0", `set "specversion": "1.0"`)
	}
	if d.judgeName(nameID) {
		r.ID = d.attributes[nameID]
	}
	if d.judgeName(nameSource) {
		if r.Source = d.attributes[nameSource]; !d.isReference(r.Source) {
			d.attributeFault(nameSource, "must be a URI reference", "name the emitting service, such as /tmall/order-service")
		}
	}
}

func (d *Decoder) judgeName(n name) bool {
	if !d.has(n) || len(d.attributes[n]) == 0 {
		d.attributeFault(n, "is required, as 1 to 256 bytes", "source names the emitting service, id is made once for each event")
		return false
	}
	b := d.attributes[n]
	if d.scanner.personal(b, false) {
		d.malformed |= 1 << n
		d.personalFault(nameTexts[n])
	}
	if len(b) > maxID || d.hasControl(b) {
		d.attributeFault(n, "is 1 to 256 bytes without control characters", "shorten it")
		return false
	}
	return true
}

// hasControl finds control characters in headers; no JSON that was read has any.
func (d *Decoder) hasControl(b []byte) bool {
	if !d.isBinary {
		return false
	}
	for i, c := range b {
		if c < 0x20 || c == 0x7f || c == 0xc2 && i+1 < len(b) && b[i+1] < 0xa0 {
			return true
		}
	}
	return false
}

// isReference says that b is a URI reference (RFC 3986). A plain absolute path
// is one. The last good one is remembered: an emitter has few.
func (d *Decoder) isReference(b []byte) bool {
	if bytes.Equal(b, d.source) {
		return true
	}
	plain, fragment := b[0] == '/' && (len(b) == 1 || b[1] != '/'), false
	for i, c := range b {
		switch {
		case c == '#' && fragment:
			return false
		case c == '#':
			plain, fragment = false, true
		case classes[c]&classPath != 0:
		case classes[c]&classURI != 0:
			plain = false
		case c == '%' && i+2 < len(b) && unhex(b[i+1]) < 16 && unhex(b[i+2]) < 16:
			plain = false
		default:
			return false
		}
	}
	if !plain {
		if _, err := url.Parse(string(b)); err != nil {
			return false
		}
	}
	d.source = append(d.source[:0], b...)
	return true
}

func (d *Decoder) judgeType() {
	r := &d.record
	if d.has(nameType) {
		r.Kind = Kind(kindsByType.find(d.attributes[nameType]))
	}
	if r.Kind == NoKind {
		d.attributeFault(nameType, "must be org.datacustody.<kind>.v1 of a known kind", "see the kinds in the docs of events")
	}
	if d.has(nameDataschema) && (r.Kind == NoKind || string(d.attributes[nameDataschema]) != schemaIDs[r.Kind]) {
		d.attributeFault(nameDataschema, "must be the $id of the type's schema", "leave it out")
	}
	if d.has(nameDatacontenttype) && !isJSON(d.attributes[nameDatacontenttype]) {
		d.attributeFault(nameDatacontenttype, "must be application/json or a type that ends in +json, in UTF-8", "leave it out")
	}
}

var schemaIDs = func() (all [KindCount]string) {
	for k := range all {
		all[k] = Kind(k).Schema()
	}
	return all
}()

func isJSON(contentType []byte) bool {
	switch string(contentType) {
	case "application/json", "application/json; charset=utf-8", "application/json;charset=utf-8":
		return true
	}
	media, params, err := mime.ParseMediaType(string(contentType))
	if err != nil {
		return false
	}
	charset, ok := params["charset"]
	return (media == "application/json" || strings.HasSuffix(media, "+json")) && (!ok || strings.EqualFold(charset, "utf-8"))
}

func (d *Decoder) judgeTime() {
	r := &d.record
	if d.has(nameTime) {
		r.Time, r.HasTime = readTime(d.attributes[nameTime])
	}
	if r.HasTime && r.Time > d.latest {
		r.Time, r.HasTime = 0, false
		d.attributeFault(nameTime, "must not lie in the future", "set the clock of the emitting host")
	} else if !r.HasTime {
		d.attributeFault(nameTime, "is required, in RFC 3339 with a zone, of the years 2000 to 2261", "such as 2026-11-02T09:30:00.125+08:00")
	}
}

func (d *Decoder) judgeExtensions() {
	r := &d.record
	if d.has(namePartitionkey) {
		r.Extensions = append(r.Extensions, Extension{partitionkey, d.attributes[namePartitionkey]})
	}
	if len(r.Extensions) > 1 {
		slices.SortFunc(r.Extensions, byName)
	}
	if len(r.Extensions) > maxExtensions {
		d.faults.add(ReasonAttribute, "", "at most 64 extensions", "send fewer")
	}
	for i := range r.Extensions {
		d.judgeExtension(&r.Extensions[i])
	}
}

var partitionkey = []byte("partitionkey")

func (d *Decoder) judgeExtension(e *Extension) {
	if d.scanner.personal(e.Value, false) || len(e.Name) >= minNumber && d.scanner.personal(e.Name, false) {
		d.personalFault(d.scanner.shown(e.Name))
	}
	ok := len(e.Name) > 0 && len(e.Value) <= maxExtension && !d.hasControl(e.Value)
	for _, c := range e.Name {
		ok = ok && classes[c]&classAttr != 0
	}
	if !ok {
		d.faults.add(ReasonAttribute, d.scanner.shown(e.Name), "an extension has a name of a-z and 0-9 and at most 1,024 bytes without control characters", "rename or shorten it")
	}
}

// judgeSubject judges subject and what must equal it: partitionkey and key. It
// comes after data, since an erasure's scope says whether there is a subject.
func (d *Decoder) judgeSubject(m *Message) {
	r, subject, key := &d.record, d.attributes[nameSubject], d.attributes[nameSource]
	if !d.has(nameSubject) {
		subject = nil
		if d.subjectRule() == SubjectRequired {
			d.attributeFault(nameSubject, "is required", "send the person's pseudonym: <namespace>:<uuid>")
		}
		if !d.has(nameSource) {
			key = nil
		}
	} else {
		key = subject
		d.judgePseudonym(subject)
	}
	if d.has(namePartitionkey) && !bytes.Equal(d.attributes[namePartitionkey], key) {
		d.attributeFault(namePartitionkey, "must equal subject, or source where there is no subject", "leave it out")
	}
	if !bytes.Equal(m.Key, key) {
		d.faults.add(ReasonKeyMismatch, "", "the record's key must equal subject, or source where there is no subject", "set the key; replaying the dead letter sets it right")
	}
	if linked := r.Text(FieldLinkedSubject); linked != nil && bytes.Equal(linked, subject) {
		d.fieldFault(ReasonBadValue, FieldLinkedSubject, "must be another subject", "send the person's other pseudonym")
	}
}

func (d *Decoder) judgePseudonym(subject []byte) {
	r, ok := &d.record, false
	r.Namespace, r.Subject, ok = splitSubject(subject)
	scanned := r.Namespace
	if !ok {
		r.Namespace, r.Subject, scanned = nil, [16]byte{}, subject
		d.attributeFault(nameSubject, "must be <namespace>:<uuid>, the UUID in lower case", "make it with the pseudonyms of the producer")
	}
	if d.scanner.personal(scanned, false) {
		d.malformed |= 1 << nameSubject
		d.personalFault("subject")
	}
	if d.subjectRule() == SubjectForbidden {
		d.attributeFault(nameSubject, "must be absent: the event is about no one person", "leave it out and use source as the key")
	}
}

// subjectRule is the kind's, with that of an erasure's scope found.
func (d *Decoder) subjectRule() SubjectRule {
	if d.record.Kind == NoKind {
		return SubjectOptional
	}
	rule := kinds[d.record.Kind].Subject
	if rule != SubjectByScope {
		return rule
	}
	if d.vocabulary.Text(ListScope, d.record.Term(FieldScope)) == string(ScopeController) {
		return SubjectForbidden
	}
	return SubjectRequired
}
