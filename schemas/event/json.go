package event

import (
	"bytes"
	"slices"
)

// A Token is one JSON value or one member's name. An object's tokens are
// followed by name, value, name, value …, an array's by its values.
type token struct {
	kind       tokenKind
	escaped    bool   // text is in the tape's arena
	name       name   // of a member's name that the contract knows
	start, end uint32 // a string's text without quotes; a number's or literal's text
	next       uint32 // the token after this value and all that is in it
}

type tokenKind uint8

const (
	tokenNone tokenKind = iota
	tokenName
	tokenString
	tokenNumber
	tokenTrue
	tokenFalse
	tokenNull
	tokenObject
	tokenArray
)

// maxDepth is how many objects and arrays may be nested.
const maxDepth = 16

// A Tape is a JSON text, read once and strictly: RFC 8259, and no invalid
// UTF-8, no lone surrogates, no control characters, no name twice in an object,
// nothing after the value.
type tape struct {
	text   []byte
	tokens []token // of the last text read; those before used are of this one
	used   int
	arena  []byte // of strings that had escapes
	sorted [][]byte
	pos    int
}

// read reads a JSON text; false is a syntax error. What the tape held before is gone.
func (t *tape) read(text []byte) bool {
	if len(text) >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf {
		text = text[3:]
	}
	t.text, t.used, t.arena, t.pos = text, 0, t.arena[:0], 0
	// A value and the comma after it are two bytes; only an object or array that is never closed is less.
	if most := len(text)/2 + 1 + maxDepth; len(t.tokens) < most {
		t.tokens = make([]token, max(most, min(2*most, 4096)))
	}
	if !t.value(0) {
		return false
	}
	t.space()
	return t.pos == len(text)
}

// bytes is the text of a string, name, number or literal.
func (t *tape) bytes(i uint32) []byte {
	k := &t.tokens[i]
	if k.escaped {
		return t.arena[k.start:k.end:k.end]
	}
	return t.text[k.start:k.end:k.end]
}

func (t *tape) space() { t.pos = pastSpace(t.text, t.pos) }

func (t *tape) value(depth int) bool {
	t.space()
	if t.pos == len(t.text) {
		return false
	}
	switch c := t.text[t.pos]; c {
	case '"':
		return t.str(tokenString)
	case '{':
		return depth < maxDepth && t.object(depth+1)
	case '[':
		return depth < maxDepth && t.array(depth+1)
	case 't':
		return t.literal(tokenTrue, "true")
	case 'f':
		return t.literal(tokenFalse, "false")
	case 'n':
		return t.literal(tokenNull, "null")
	default:
		return t.number()
	}
}

// add adds a value that is one token.
func (t *tape) add(kind tokenKind, escaped bool, start, end int) {
	k := &t.tokens[t.used]
	t.used++
	k.kind, k.escaped, k.name, k.start, k.end, k.next = kind, escaped, noName, uint32(start), uint32(end), uint32(t.used)
}

func (t *tape) literal(kind tokenKind, text string) bool {
	from, to := t.pos, t.pos+len(text)
	if to > len(t.text) || string(t.text[from:to]) != text {
		return false
	}
	t.pos = to
	t.add(kind, false, from, to)
	return true
}

func (t *tape) digits() bool {
	from := t.pos
	for t.pos < len(t.text) && t.text[t.pos]-'0' <= 9 {
		t.pos++
	}
	return t.pos > from
}

// is says that the next byte is c, and passes it.
func (t *tape) is(c byte) bool {
	if t.pos == len(t.text) || t.text[t.pos] != c {
		return false
	}
	t.pos++
	return true
}

func (t *tape) number() bool {
	from := t.pos
	t.is('-')
	if !t.is('0') && !t.digits() {
		return false
	}
	if t.is('.') && !t.digits() {
		return false
	}
	if t.is('e') || t.is('E') {
		_ = t.is('+') || t.is('-')
		if !t.digits() {
			return false
		}
	}
	t.add(tokenNumber, false, from, t.pos)
	return true
}

func (t *tape) array(depth int) bool {
	self := t.used
	t.add(tokenArray, false, t.pos, t.pos)
	t.pos++
	t.space()
	if !t.is(']') {
		for {
			if !t.value(depth) {
				return false
			}
			t.space()
			if t.is(']') {
				break
			}
			if !t.is(',') {
				return false
			}
		}
	}
	t.tokens[self].next = uint32(t.used)
	return true
}

func (t *tape) object(depth int) bool {
	self := t.used
	t.add(tokenObject, false, t.pos, t.pos)
	t.pos++
	t.space()
	var seen seenNames
	if !t.is('}') && !t.members(depth, uint32(self), &seen) {
		return false
	}
	t.tokens[self].next = uint32(t.used)
	return seen.unknown <= fewNames || t.distinct(uint32(self))
}

// members reads an object's members and its closing brace. The position is kept
// out of memory, where each next byte would have to wait for it.
func (t *tape) members(depth int, object uint32, seen *seenNames) bool {
	text, pos := t.text, t.pos
	for {
		pos = pastSpace(text, pos)
		name := uint32(t.used)
		if pos = t.strAt(tokenName, pos); pos < 0 || !t.fresh(seen, object, name) {
			return false
		}
		if pos = pastSpace(text, pos); pos == len(text) || text[pos] != ':' {
			return false
		}
		if pos = pastSpace(text, pos+1); pos < len(text) && text[pos] == '"' {
			if pos = t.strAt(tokenString, pos); pos < 0 {
				return false
			}
		} else {
			if t.pos = pos; !t.value(depth) {
				return false
			}
			pos = t.pos
		}
		if pos = pastSpace(text, pos); pos == len(text) {
			return false
		}
		switch text[pos] {
		case ',':
			pos++
		case '}':
			t.pos = pos + 1
			return true
		default:
			return false
		}
	}
}

// pastSpace is where the next byte that is no white space stands.
func pastSpace(text []byte, pos int) int {
	for pos < len(text) && text[pos] <= ' ' {
		if c := text[pos]; c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return pos
		}
		pos++
	}
	return pos
}

// seenNames are the names of one object so far: the known ones as a set.
type seenNames struct {
	known   [2]uint64 // at most 128 names are known
	unknown int
}

// fewNames is up to how many unknown names of an object are compared pair by pair.
const fewNames = 16

// fresh says that a name has not been in the object before. Of many unknown
// names it leaves that to distinct.
func (t *tape) fresh(seen *seenNames, object, name uint32) bool {
	text := t.bytes(name)
	if id := findName(text); id != noName {
		t.tokens[name].name = id
		bit := uint64(1) << (id & 63)
		old := seen.known[id>>6]
		seen.known[id>>6] = old | bit
		return old&bit == 0
	}
	if seen.unknown++; seen.unknown > fewNames {
		return true
	}
	for i := object + 1; i < name; i = t.tokens[i+1].next {
		if t.tokens[i].name == noName && bytes.Equal(t.bytes(i), text) {
			return false
		}
	}
	return true
}

// distinct says that no two unknown names of an object are the same.
func (t *tape) distinct(object uint32) bool {
	t.sorted = t.sorted[:0]
	for i := object + 1; i < uint32(t.used); i = t.tokens[i+1].next {
		if t.tokens[i].name == noName {
			t.sorted = append(t.sorted, t.bytes(i))
		}
	}
	slices.SortFunc(t.sorted, bytes.Compare)
	for i := 1; i < len(t.sorted); i++ {
		if bytes.Equal(t.sorted[i-1], t.sorted[i]) {
			return false
		}
	}
	return true
}
