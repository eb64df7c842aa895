// The reference: a second decoder, written from the contract with encoding/json
// and plain maps, slow and simple. The fuzz tests hold the real one against it.
package event_test

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/datacustody/custody/schemas/event"
)

// A refVerdict is what the reference says of a message: reason "" is accepted.
// fields are those that the reason may be given for; values are the event's.
type refVerdict struct {
	reason string
	fields map[string]bool
	values map[string]string
	kind   string
	data   *refNode
}

var refOrder = []string{
	"personal-value", "too-large", "tombstone", "content-mode", "syntax", "attribute",
	"key-mismatch", "missing-field", "unknown-field", "unknown-term", "bad-value",
}

// A refJudge gathers everything that is wrong with one message.
type refJudge struct {
	faults map[string]map[string]bool
	values map[string]string
	now    time.Time
}

func (j *refJudge) fault(reason, field string) {
	if j.faults[reason] == nil {
		j.faults[reason] = map[string]bool{}
	}
	j.faults[reason][field] = true
}

func (j *refJudge) set(field, value string) {
	if value != "" {
		j.values[field] = value
	}
}

// scan looks for a personal value in a string that would be stored.
func (j *refJudge) scan(field, value string, wide bool) {
	if refSensitive(value, wide) {
		j.fault("personal-value", field)
	}
}

// reference judges a message.
func reference(m *event.Message, now time.Time) refVerdict {
	j := &refJudge{faults: map[string]map[string]bool{}, values: map[string]string{}, now: now}
	kind, data := j.message(m)
	if len(j.faults) > 0 && refWhole(m) {
		return refVerdict{reason: "personal-value"}
	}
	for _, reason := range refOrder {
		if fields := j.faults[reason]; fields != nil {
			return refVerdict{reason: reason, fields: fields, kind: kind, data: data}
		}
	}
	return refVerdict{values: j.values, kind: kind, data: data}
}

func (j *refJudge) message(m *event.Message) (kind string, data *refNode) {
	size := len(m.Key) + len(m.Value)
	for _, h := range m.Headers {
		size += len(h.Name) + len(h.Value)
	}
	if size > 64<<10 {
		j.fault("too-large", "")
		return "", nil
	}
	if len(m.Value) == 0 {
		j.fault("tombstone", "")
		return "", nil
	}
	headers, ok := refHeaders(m.Headers)
	if !ok {
		j.fault("content-mode", "")
		return "", nil
	}
	switch media := refMedia(headers["content-type"]); {
	case media == "application/cloudevents", media == "application/cloudevents+json":
		return j.structured(m, headers)
	case strings.HasPrefix(media, "application/cloudevents"), !refBinary(headers):
		j.fault("content-mode", "")
		return "", nil
	default:
		return j.binary(m, headers)
	}
}

// refHeaders are the headers that count, by name in lower case.
func refHeaders(headers []event.Header) (map[string]string, bool) {
	all := map[string]string{}
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		if !refCarried(name) {
			continue
		}
		if before, twice := all[name]; twice && before != string(h.Value) || !utf8.Valid(h.Value) {
			return nil, false
		}
		all[name] = string(h.Value)
	}
	return all, true
}

func refMedia(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.Trim(media, " \t"))
}

func refBinary(headers map[string]string) bool {
	for name := range headers {
		if strings.HasPrefix(name, "ce_") {
			return true
		}
	}
	return false
}

func (j *refJudge) structured(m *event.Message, headers map[string]string) (string, *refNode) {
	n, err := refParse(m.Value)
	if err != nil || n.kind != 'o' {
		j.fault("syntax", "")
		return "", nil
	}
	attributes := map[string]string{}
	var data *refNode
	for _, name := range n.names {
		v := n.members[name]
		switch {
		case name == "data" || name == "data_base64":
		case v.kind == '0':
		case v.kind == 's', v.kind == 'b' && !refKnown[name], v.kind == 'n' && !refKnown[name] && refIsInt32(v.text):
			attributes[name] = v.text
		default:
			j.fault("attribute", refName(name, ""))
		}
	}
	if d, ok := n.members["data"]; ok {
		data = &d
	}
	if b, ok := n.members["data_base64"]; ok && b.kind != '0' {
		if _, both := n.members["data"]; both {
			j.fault("attribute", "data_base64")
			return "", nil
		}
		raw, err := base64.StdEncoding.DecodeString(b.text)
		if b.kind != 's' || err != nil {
			j.fault("syntax", "data_base64")
			return "", nil
		}
		d, err := refParse(raw)
		if err != nil {
			j.fault("syntax", "data_base64")
			return "", nil
		}
		data = &d
	}
	for name, value := range headers {
		attribute, ce := strings.CutPrefix(name, "ce_")
		if v, ok := attributes[attribute]; ce && ok && v != value {
			j.fault("content-mode", refName(attribute, ""))
		}
	}
	return j.event(m, attributes, data)
}

func (j *refJudge) binary(m *event.Message, headers map[string]string) (string, *refNode) {
	d, err := refParse(m.Value)
	if err != nil {
		j.fault("syntax", "")
		return "", nil
	}
	attributes := map[string]string{}
	for name, value := range headers {
		if attribute, ok := strings.CutPrefix(name, "ce_"); ok {
			attributes[attribute] = value
		}
	}
	if contentType, ok := headers["content-type"]; ok {
		attributes["datacontenttype"] = contentType
	}
	return j.event(m, attributes, &d)
}

var (
	refKnown = map[string]bool{
		"specversion": true, "id": true, "source": true, "type": true, "subject": true, "time": true,
		"dataschema": true, "datacontenttype": true, "data": true, "data_base64": true, "partitionkey": true,
	}
	refURI       = regexp.MustCompile(`^([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$`)
	refSubject   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	refExtension = regexp.MustCompile(`^[a-z0-9]+$`)
	refField     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,39}$`)
	refParty     = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	refAttempt   = regexp.MustCompile(`^([1-9]\d{0,2}|1000)$`)
	refSHA256    = regexp.MustCompile(`^[0-9A-Fa-f]{64}$`)
	refRFC3339   = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`)
)

func refIsInt32(s string) bool {
	_, err := strconv.ParseInt(s, 10, 32)
	return err == nil
}

// refName is a name as a rejection may show it.
func refName(name, prefix string) string {
	if !refField.MatchString(name) || refSensitive(name, true) {
		name = "?"
	}
	return prefix + name
}

func (j *refJudge) event(m *event.Message, a map[string]string, data *refNode) (string, *refNode) {
	if a["specversion"] != "1.0" {
		j.fault("attribute", "specversion")
	}
	for _, name := range []string{"id", "source"} {
		j.scan(name, a[name], false)
		if len(a[name]) < 1 || len(a[name]) > 256 || refControl(a[name]) {
			j.fault("attribute", name)
		}
	}
	if _, err := url.Parse(a["source"]); err != nil || !refURI.MatchString(a["source"]) || strings.Count(a["source"], "#") > 1 {
		j.fault("attribute", "source")
	}
	kind, isKind := strings.CutPrefix(a["type"], "org.datacustody.")
	kind, isV1 := strings.CutSuffix(kind, ".v1")
	if _, ok := refKinds[kind]; !ok || !isKind || !isV1 {
		j.fault("attribute", "type")
		kind = ""
	}
	j.subject(m, a, kind, data)
	if t, ok := refTime(a["time"]); !ok || t.Year() < 2000 || t.Year() > 2261 || t.After(j.now.Add(5*time.Minute)) {
		j.fault("attribute", "time")
	} else {
		j.set("time", strconv.FormatInt(t.UnixNano(), 10))
	}
	if s, ok := a["dataschema"]; ok && (kind == "" || s != "https://datacustody.org/schemas/"+kind+".v1.json") {
		j.fault("attribute", "dataschema")
	}
	if s, ok := a["datacontenttype"]; ok && !refJSONType(s) {
		j.fault("attribute", "datacontenttype")
	}
	j.extensions(a)
	j.set("kind", kind)
	j.set("id", a["id"])
	j.set("source", a["source"])
	j.data(kind, a, data)
	return kind, data
}

func refControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f })
}

// subject judges subject, partition key and key.
func (j *refJudge) subject(m *event.Message, a map[string]string, kind string, data *refNode) {
	subject, has := a["subject"]
	rule := refKinds[kind].subject
	if rule == "scope" {
		rule = "yes"
		if data != nil && data.members["scope"].kind == 's' && data.members["scope"].text == "controller" {
			rule = "no"
		}
	}
	key := subject
	switch {
	case has && (!refSubject.MatchString(subject) || rule == "no"), !has && rule == "yes":
		j.fault("attribute", "subject")
	case !has:
		key = a["source"]
	}
	j.scan("subject", subject, false)
	j.set("subject", subject)
	if p, ok := a["partitionkey"]; ok && p != key {
		j.fault("attribute", "partitionkey")
	}
	if string(m.Key) != key {
		j.fault("key-mismatch", "")
	}
}

func refJSONType(s string) bool {
	media, params, err := mime.ParseMediaType(s)
	if err != nil {
		return false
	}
	charset, ok := params["charset"]
	return (media == "application/json" || strings.HasSuffix(media, "+json")) && (!ok || strings.EqualFold(charset, "utf-8"))
}

func (j *refJudge) extensions(a map[string]string) {
	var all []string
	for name, value := range a {
		if refKnown[name] && name != "partitionkey" {
			continue
		}
		if !refExtension.MatchString(name) || len(value) > 1024 || refControl(value) {
			j.fault("attribute", refName(name, ""))
		}
		j.scan(refName(name, ""), value, false)
		j.scan(refName(name, ""), name, false)
		all = append(all, name+"="+value)
	}
	if len(all) > 64 {
		j.fault("attribute", "?")
	}
	sort.Strings(all)
	j.set("extensions", strings.Join(all, "\x00"))
}

// refTime reads an RFC 3339 time with zone; second 60 is the next second.
func refTime(s string) (time.Time, bool) {
	m := refRFC3339.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	second, extra := m[3], time.Duration(0)
	if second == "60" {
		second, extra = "59", time.Second
	}
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", m[1]+"T"+m[2]+":"+second+strings.ToUpper(m[5]))
	if err != nil {
		return time.Time{}, false
	}
	nanos, _ := strconv.Atoi((m[4] + "000000000")[:9])
	return t.Add(extra + time.Duration(nanos)).UTC(), true
}

func (j *refJudge) data(kind string, a map[string]string, data *refNode) {
	switch {
	case data == nil || data.kind == '0':
		j.fault("missing-field", "data")
		return
	case data.kind != 'o':
		j.fault("bad-value", "data")
		return
	case kind == "":
		return
	}
	members := refMembers(kind)
	for name := range data.members {
		if _, ok := members[name]; !ok {
			j.fault("unknown-field", refName(name, "data."))
		}
	}
	for name, required := range members {
		v, ok := data.members[name]
		switch {
		case !ok || v.kind == '0' || v.kind == 'a' && len(v.items) == 0 && refIsList(kind, name):
			if required {
				j.fault("missing-field", "data."+name)
				if name == "evidence" { // either name says what is missing
					j.fault("missing-field", "data.evidence.uri")
				}
			}
		default:
			j.member(kind, name, v, a)
		}
	}
	j.together(kind, a, data)
	j.defaults(kind, a)
}

func refIsList(kind, name string) bool {
	shape, _ := refShape(kind, name)
	return slices.Contains([]string{"terms", "parties", "countries", "parents"}, shape)
}

// together judges members that depend on one another.
func (j *refJudge) together(kind string, a map[string]string, data *refNode) {
	has := func(name string) bool {
		v, ok := data.members[name]
		return ok && v.kind != '0' && (v.kind != 'a' || len(v.items) > 0)
	}
	text := func(name string) string { return data.members[name].text }
	switch kind {
	case "data.collected":
		if third := text("origin") == "third-party"; third && !has("from") {
			j.fault("missing-field", "data.from")
		} else if !third && has("from") {
			j.fault("bad-value", "data.from")
		}
	case "erasure.requested":
		for _, list := range []string{"categories", "recipients"} {
			if text("scope") == list && !has(list) {
				j.fault("missing-field", "data."+list)
			}
			if text("scope") == "all" && has(list) {
				j.fault("bad-value", "data."+list)
			}
		}
	case "subject.linked", "subject.unlinked":
		if text("linked_subject") == a["subject"] {
			j.fault("bad-value", "data.linked_subject")
		}
	}
}

func (j *refJudge) defaults(kind string, a map[string]string) {
	if j.values["holder"] == "" {
		j.set("holder", j.values["controller"])
	}
	if j.values["minor"] == "" {
		j.values["minor"] = "0"
	}
	if kind == "erasure.requested" && j.values["request_id"] == "" {
		j.set("request_id", a["id"])
	}
}

// member judges one member of data that is there.
func (j *refJudge) member(kind, name string, v refNode, a map[string]string) {
	shape, of := refShape(kind, name)
	field := "data." + name
	switch shape {
	case "object":
		j.object(kind, name, of, v, a)
		return
	case "parents":
		j.parents(v, a)
		return
	case "terms", "parties", "countries":
		j.list(shape, of, name, v)
		return
	}
	value, reason := j.scalar(shape, of, name, v)
	if reason != "" {
		j.fault(reason, field)
	}
	j.set(name, value)
}

func (j *refJudge) object(kind, name, of string, v refNode, a map[string]string) {
	if v.kind != 'o' {
		j.fault("bad-value", "data."+name)
		return
	}
	known := map[string]bool{}
	for _, m := range strings.Fields(of) {
		sub, required := strings.CutSuffix(m, "!")
		known[sub] = true
		if w, ok := v.members[sub]; ok && w.kind != '0' {
			j.member(kind, name+"."+sub, w, a)
		} else if required {
			j.fault("missing-field", "data."+name+"."+sub)
		}
	}
	for sub := range v.members {
		if !known[sub] {
			j.fault("unknown-field", refName(sub, "data."+name+"."))
		}
	}
}

func (j *refJudge) parents(v refNode, a map[string]string) {
	if v.kind != 'a' || len(v.items) > 64 {
		j.fault("bad-value", "data.parents")
		return
	}
	var all []string
	for _, p := range v.items {
		if p.kind != 'o' {
			j.fault("bad-value", "data.parents")
			continue
		}
		for sub := range p.members {
			if sub != "id" && sub != "source" {
				j.fault("unknown-field", refName(sub, "data.parents."))
			}
		}
		source, id := a["source"], ""
		if s := p.members["source"]; s.kind != 0 && s.kind != '0' {
			if source = s.text; s.kind != 's' || len(source) < 1 || len(source) > 256 {
				j.fault("bad-value", "data.parents.source")
			}
			j.scan("data.parents.source", source, false)
		}
		if i := p.members["id"]; i.kind == 0 || i.kind == '0' {
			j.fault("missing-field", "data.parents.id")
		} else if id = i.text; i.kind != 's' || len(id) < 1 || len(id) > 256 {
			j.fault("bad-value", "data.parents.id")
		}
		j.scan("data.parents.id", id, false)
		all = append(all, source+" "+id)
	}
	j.set("parents", strings.Join(all, "\x00"))
}

func (j *refJudge) list(shape, of, name string, v refNode) {
	limit := 64
	if n, err := strconv.Atoi(of); err == nil {
		limit = n
	}
	if v.kind != 'a' || len(v.items) > limit {
		j.fault("bad-value", "data."+name)
	}
	seen := map[string]bool{}
	var all []string
	one := map[string]string{"terms": "term", "parties": "party", "countries": "country"}[shape]
	for _, item := range v.items {
		value, reason := j.scalar(one, of, name, item)
		if reason != "" {
			j.fault(reason, "data."+name)
		}
		if seen[value] {
			j.fault("bad-value", "data."+name)
		}
		seen[value] = true
		all = append(all, value)
	}
	j.set(name, strings.Join(all, ","))
}

// scalar judges one value; value is its canonical form.
func (j *refJudge) scalar(shape, of, name string, v refNode) (value, reason string) {
	bad := func(ok bool) (string, string) {
		if !ok {
			return "", "bad-value"
		}
		return v.text, ""
	}
	switch shape {
	case "bool":
		if v.kind != 'b' {
			return bad(false)
		}
		return map[string]string{"true": "1", "false": "0"}[v.text], ""
	case "attempt":
		return bad(v.kind == 'n' && refAttempt.MatchString(v.text))
	}
	if v.kind != 's' || v.text == "" {
		return bad(false)
	}
	limit, _ := strconv.Atoi(of)
	switch shape {
	case "term":
		if !refHasTerm(of, v.text) {
			return "", "unknown-term"
		}
		return v.text, ""
	case "party":
		j.scan("data."+name, v.text, false)
		return bad(refParty.MatchString(v.text))
	case "country":
		return bad(slices.Contains(event.CountryCodes(), v.text))
	case "text":
		j.scan("data."+name, v.text, false)
		return bad(len(v.text) <= limit)
	case "chars":
		j.scan("data."+name, v.text, true)
		return bad(utf8.RuneCountInString(v.text) <= limit)
	case "sha256":
		value, reason = bad(refSHA256.MatchString(v.text))
		return strings.ToLower(value), reason
	case "subject":
		j.scan("data."+name, v.text, false)
		return bad(refSubject.MatchString(v.text))
	case "date":
		t, err := time.Parse("2006-01-02", v.text)
		if err != nil || t.Year() < 1970 || t.Year() > 2299 {
			return bad(false)
		}
		return strconv.FormatInt(t.Unix()/86400, 10), ""
	case "datetime":
		t, ok := refTime(v.text)
		if !ok || t.Year() < 2000 || t.Year() > 2261 {
			return bad(false)
		}
		return strconv.FormatInt(t.UnixNano(), 10), ""
	}
	panic(fmt.Sprintf("no shape %q of %s", shape, name))
}
