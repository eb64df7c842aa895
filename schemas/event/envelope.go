package event

import (
	"bytes"
	"slices"
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
