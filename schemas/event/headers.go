package event

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// A contentMode is how a message carries its event.
type contentMode uint8

const (
	modeNone contentMode = iota
	modeStructured
	modeBinary
)

// Headers are a message's headers that are of the event: content-type, and
// what the ce_ headers say of attributes.
type headers struct {
	contentType []byte
	hasType     bool
	attributes  [attributeCount][]byte
	given       uint16
	extensions  []Extension // sorted by name
	names       []byte      // in lower case
}

// isCarried says that a header is of the event, and goes with it into a dead letter.
func isCarried(name string) bool {
	return strings.EqualFold(name, "content-type") || isAttribute(name)
}

func isAttribute(name string) bool {
	return len(name) >= 3 && name[0]|0x20 == 'c' && name[1]|0x20 == 'e' && name[2] == '_'
}

// read takes in the headers; false if one is not UTF-8 or contradicts another.
func (h *headers) read(all []Header) bool {
	h.contentType, h.hasType, h.given = nil, false, 0
	h.extensions, h.names = h.extensions[:0], h.names[:0]
	for i := range all {
		name, value := all[i].Name, all[i].Value
		switch {
		case isAttribute(name):
			if !utf8.Valid(value) || !h.attribute(name[3:], value) {
				return false
			}
		case name == "content-type", strings.EqualFold(name, "content-type"):
			if !utf8.Valid(value) || h.hasType && !bytes.Equal(h.contentType, value) {
				return false
			}
			h.contentType, h.hasType = value, true
		}
	}
	return len(h.extensions) < 2 || h.sort()
}

func (h *headers) attribute(text string, value []byte) bool {
	from := len(h.names)
	for i := range len(text) {
		c := text[i]
		if c-'A' < 26 {
			c |= 0x20
		}
		h.names = append(h.names, c)
	}
	lower := h.names[from:len(h.names):len(h.names)]
	n := findName(lower)
	if n == noName || n >= nameData {
		h.extensions = append(h.extensions, Extension{lower, value})
		return true
	}
	if h.given&(1<<n) != 0 {
		return bytes.Equal(h.attributes[n], value)
	}
	h.attributes[n] = value
	h.given |= 1 << n
	return true
}

// sort orders the extensions and drops repeats; false if two contradict each other.
func (h *headers) sort() bool {
	slices.SortStableFunc(h.extensions, byName)
	kept := h.extensions[:1]
	for _, e := range h.extensions[1:] {
		last := kept[len(kept)-1]
		switch {
		case !bytes.Equal(last.Name, e.Name):
			kept = append(kept, e)
		case !bytes.Equal(last.Value, e.Value):
			return false
		}
	}
	h.extensions = kept
	return true
}

func byName(a, b Extension) int { return bytes.Compare(a.Name, b.Name) }

const (
	structuredType = "application/cloudevents"
	structuredJSON = structuredType + "+json"
)

// mode finds the content mode by the media type.
func (h *headers) mode() contentMode {
	if string(h.contentType) == structuredJSON {
		return modeStructured
	}
	media, _, _ := bytes.Cut(h.contentType, []byte(";"))
	media = bytes.Trim(media, " \t")
	switch {
	case bytes.EqualFold(media, []byte(structuredType)), bytes.EqualFold(media, []byte(structuredJSON)):
		return modeStructured
	case len(media) >= len(structuredType) && bytes.EqualFold(media[:len(structuredType)], []byte(structuredType)):
		return modeNone
	case h.given == 0 && len(h.extensions) == 0:
		return modeNone
	default:
		return modeBinary
	}
}
