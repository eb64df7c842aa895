package event

import (
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// A writer writes a JSON object member by member; absent ones it leaves out.
type writer struct{ b []byte }

func (w *writer) name(name string) {
	if last := w.b[len(w.b)-1]; last != '{' && last != '[' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *writer) text(name, value string) {
	if value != "" {
		w.name(name)
		w.b = appendString(w.b, value)
	}
}

func (w *writer) int(name string, value int) {
	if value != 0 {
		w.name(name)
		w.b = strconv.AppendInt(w.b, int64(value), 10)
	}
}

func (w *writer) time(name string, t time.Time) {
	if !t.IsZero() {
		w.name(name)
		w.b = append(t.AppendFormat(append(w.b, '"'), time.RFC3339Nano), '"')
	}
}

func (w *writer) sdk(s *SDK) {
	if s == nil {
		return
	}
	w.name("sdk")
	w.b = append(w.b, '{')
	w.text("name", s.Name)
	w.text("version", s.Version)
	w.b = append(w.b, '}')
}

func (w *writer) evidence(e *Evidence) {
	if e == nil {
		return
	}
	w.name("evidence")
	w.b = append(w.b, '{')
	w.text("uri", e.URI)
	w.text("sha256", e.SHA256)
	w.b = append(w.b, '}')
}

// common writes the fields that events of all kinds have besides the parties.
func (w *writer) common(actor, recordRef, note string, minor bool, parents []Ref) {
	w.text("actor", actor)
	w.text("record_ref", recordRef)
	w.text("note", note)
	if minor {
		w.name("minor")
		w.b = append(w.b, "true"...)
	}
	if len(parents) == 0 {
		return
	}
	w.name("parents")
	w.b = append(w.b, '[')
	for i, p := range parents {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		w.text("source", p.Source)
		w.text("id", p.ID)
		w.b = append(w.b, '}')
	}
	w.b = append(w.b, ']')
}

func list[T ~string](w *writer, name string, items []T) {
	if len(items) == 0 {
		return
	}
	w.name(name)
	w.b = append(w.b, '[')
	for i, item := range items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = appendString(w.b, string(item))
	}
	w.b = append(w.b, ']')
}

// appendString appends a JSON string. Bytes that are no UTF-8 become U+FFFD;
// control characters are escaped, and the decoder will reject them.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		n := 1
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if n = size; r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		b = append(b, s[from:i]...)
		switch {
		case c >= utf8.RuneSelf:
			b = append(b, "\uFFFD"...)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, '\\', c)
		}
		i += n
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

// encodeStructured writes an event as it is, right or wrong.
func encodeStructured(e Event) Message {
	m := e.meta()
	w := writer{make([]byte, 1, 1024)}
	w.b[0] = '{'
	w.text("specversion", "1.0")
	w.text("id", m.ID)
	w.text("source", m.Source)
	w.text("type", e.Kind().Type())
	w.text("subject", string(m.Subject))
	w.time("time", m.Time)
	w.text("datacontenttype", jsonType)
	if len(m.Extensions) > 0 {
		for _, name := range slices.Sorted(maps.Keys(m.Extensions)) {
			w.b = append(appendString(append(w.b, ','), name), ':')
			w.b = appendString(w.b, m.Extensions[name])
		}
	}
	w.name("data")
	w.b = append(w.b, '{')
	e.encode(&w)
	w.b = append(w.b, '}', '}')
	return w.message(m.key(), structuredJSON)
}

// message is what was written, as a value. Key and content type stand behind it
// in the same memory: a message is one piece, and its headers.
func (w *writer) message(key, contentType string) Message {
	value := len(w.b)
	b := append(append(w.b, key...), contentType...)
	last := value + len(key)
	return Message{Key: b[value:last:last], Value: b[:value:value], Headers: []Header{{"content-type", b[last:len(b):len(b)]}}}
}

const jsonType = "application/json"

// key is the Kafka key: the subject, or the source of an event without one.
func (m *Meta) key() string {
	if m.Subject != "" {
		return string(m.Subject)
	}
	return m.Source
}

func encodeBinary(e Event) Message {
	m := e.meta()
	w := writer{make([]byte, 1, 512)}
	w.b[0] = '{'
	e.encode(&w)
	w.b = append(w.b, '}')
	headers := []Header{{"content-type", []byte(jsonType)}, {"ce_specversion", []byte("1.0")}}
	add := func(name, value string) {
		if value != "" {
			headers = append(headers, Header{"ce_" + name, []byte(value)})
		}
	}
	add("id", m.ID)
	add("source", m.Source)
	add("type", e.Kind().Type())
	add("subject", string(m.Subject))
	if !m.Time.IsZero() {
		add("time", m.Time.Format(time.RFC3339Nano))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Extensions)) {
		headers = append(headers, Header{"ce_" + name, []byte(m.Extensions[name])})
	}
	return Message{Key: []byte(m.key()), Value: w.b, Headers: headers}
}
