package event

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// str reads a string or a name from its opening quote on.
func (t *tape) str(kind tokenKind) bool {
	t.pos = t.strAt(kind, t.pos)
	return t.pos >= 0
}

// strAt reads the string or name whose opening quote is at pos, and returns the
// position after it; -1 if there is none. What most strings are, plain
// characters up to the quote, is read here eight at a time.
func (t *tape) strAt(kind tokenKind, pos int) int {
	text, from := t.text, pos+1
	if pos == len(text) || text[pos] != '"' {
		return -1
	}
	i := from
	for i+8 <= len(text) {
		m := special(binary.LittleEndian.Uint64(text[i:]))
		if m == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(m) / 8
		if text[i] != '"' {
			break
		}
		t.add(kind, false, from, i)
		return i + 1
	}
	if !t.anyString(kind, from, i) {
		return -1
	}
	return t.pos
}

// anyString reads on a string whose bytes from from to i are plain characters.
func (t *tape) anyString(kind tokenKind, from, i int) bool {
	for ; i < len(t.text); i++ {
		c := t.text[i]
		switch {
		case c == '"':
			t.pos = i + 1
			t.add(kind, false, from, i)
			return true
		case c == '\\':
			return t.escapedString(kind, from, i)
		case c >= utf8.RuneSelf:
			n := runeAt(t.text[i:])
			if n == 0 {
				return false
			}
			i += n - 1
		case isControl(rune(c)):
			return false
		}
	}
	return false
}

// runeAt is the length of the valid, printable rune at the start of b; 0 if there is none.
func runeAt(b []byte) int {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 || isControl(r) {
		return 0
	}
	return n
}

// isControl: the control characters of ASCII and of Latin-1.
func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f }

// A word of eight bytes: a one in each, the high bit of each.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, exactly up to the first, the bytes of w that are no plain
// characters of a string: quote, backslash, control, DEL, and beyond ASCII.
func special(w uint64) uint64 {
	quote, backslash := w^ones*'"', w^ones*'\\'
	return (w | (w + ones) | (w-ones*0x20)&^w | (quote-ones)&^quote | (backslash-ones)&^backslash) & highs // w+1 is DEL's
}

// escapedString copies a string that has escapes into the arena; the first is at i.
func (t *tape) escapedString(kind tokenKind, from, i int) bool {
	start := len(t.arena)
	t.arena = append(t.arena, t.text[from:i]...)
	for i < len(t.text) {
		switch c := t.text[i]; {
		case c == '"':
			t.pos = i + 1
			t.add(kind, true, start, len(t.arena))
			return true
		case c == '\\':
			n := t.escape(t.text[i+1:])
			if n == 0 {
				return false
			}
			i += 1 + n
		case c < 0x80:
			if isControl(rune(c)) {
				return false
			}
			t.arena = append(t.arena, c)
			i++
		default:
			n := runeAt(t.text[i:])
			if n == 0 {
				return false
			}
			t.arena = append(t.arena, t.text[i:i+n]...)
			i += n
		}
	}
	return false
}

// escape reads what follows a backslash and returns its length; 0 is an error.
func (t *tape) escape(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case '"', '\\', '/':
		t.arena = append(t.arena, b[0])
		return 1
	case 'u':
		r, n := unicodeEscape(b)
		if n == 0 || isControl(r) {
			return 0
		}
		t.arena = utf8.AppendRune(t.arena, r)
		return n
	}
	return 0 // \b \f \n \r \t are control characters
}

// unicodeEscape reads uXXXX, or two of them that are a surrogate pair.
func unicodeEscape(b []byte) (r rune, n int) {
	r, ok := hex4(b[1:])
	switch {
	case !ok:
		return 0, 0
	case r < 0xd800 || r > 0xdfff:
		return r, 5
	case r > 0xdbff || len(b) < 7 || b[5] != '\\' || b[6] != 'u':
		return 0, 0
	}
	low, ok := hex4(b[7:])
	if !ok || low < 0xdc00 || low > 0xdfff {
		return 0, 0
	}
	return ((r-0xd800)<<10 | (low - 0xdc00)) + 0x10000, 11
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		d := unhex(c)
		if d > 15 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

// unhex is the value of a hexadecimal digit; 255 if it is none.
func unhex(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c-'a' <= 5:
		return c - 'a' + 10
	case c-'A' <= 5:
		return c - 'A' + 10
	}
	return 255
}
