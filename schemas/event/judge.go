package event

import (
	"bytes"
	"mime"
	"net/url"
	"slices"
	"strings"
)

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
