package event

import "encoding/base64"

// Sensitive says whether the message, scanned whole (key, carried headers, value
// as text, every JSON string unescaped, data_base64 decoded; cards by the wide
// rule), looks as if it held a personal value. Every dead letter is scanned so
// before it is written; a hit makes it a pointer.
func Sensitive(m *Message) bool {
	var p scanner
	if p.personal(m.Key, true) || p.personal(m.Value, true) {
		return true
	}
	for _, h := range m.Headers {
		if isCarried(h.Name) && (p.personal([]byte(h.Name), true) || p.personal(h.Value, true)) {
			return true
		}
	}
	var t tape
	return t.read(m.Value) && p.anywhere(&t, true)
}

// anywhere scans every string of a tape, and what a data_base64 holds.
func (p *scanner) anywhere(t *tape, outer bool) bool {
	for i := range t.used {
		k := t.tokens[i].kind
		if k != tokenString && k != tokenName {
			continue
		}
		text := t.bytes(uint32(i))
		if p.personal(text, true) {
			return true
		}
		if k == tokenName && outer && string(text) == "data_base64" {
			if raw, err := base64.StdEncoding.DecodeString(string(t.bytes(uint32(i + 1)))); err == nil {
				var inner tape
				if p.personal(raw, true) || inner.read(raw) && p.anywhere(&inner, false) {
					return true
				}
			}
		}
	}
	return false
}
