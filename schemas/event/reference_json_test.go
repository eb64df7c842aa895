package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A refNode is a JSON value as the reference reads it.
type refNode struct {
	kind    byte // 'o' object, 'a' array, 's' string, 'n' number, 'b' boolean, '0' null
	names   []string
	members map[string]refNode
	items   []refNode
	text    string // of a string, unescaped; of a number or boolean as written
}

var errRefSyntax = errors.New("syntax")

const refMaxDepth = 16

// refParse reads b with encoding/json and adds what the contract asks beyond
// it: valid UTF-8, no lone surrogates, no control characters, no name twice, at
// most sixteen levels, nothing after the value.
func refParse(b []byte) (refNode, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(b) || !json.Valid(b) {
		return refNode{}, errRefSyntax
	}
	p := &refParser{input: b, decoder: json.NewDecoder(bytes.NewReader(b))}
	p.decoder.UseNumber()
	n, err := p.value(0)
	if err != nil {
		return refNode{}, err
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		return refNode{}, errRefSyntax
	}
	return n, nil
}

type refParser struct {
	input   []byte
	decoder *json.Decoder
}

// token reads one token; raw is its text as written.
func (p *refParser) token() (t json.Token, raw string, err error) {
	from := p.decoder.InputOffset()
	if t, err = p.decoder.Token(); err != nil {
		return nil, "", errRefSyntax
	}
	raw = strings.TrimLeft(string(p.input[from:p.decoder.InputOffset()]), " \t\r\n,:")
	return t, raw, nil
}

func (p *refParser) value(depth int) (refNode, error) {
	t, raw, err := p.token()
	if err != nil {
		return refNode{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == refMaxDepth {
			return refNode{}, errRefSyntax
		}
		if t == '{' {
			return p.object(depth + 1)
		}
		return p.array(depth + 1)
	case string:
		return refNode{kind: 's', text: t}, refString(t, raw)
	case json.Number:
		return refNode{kind: 'n', text: t.String()}, nil
	case bool:
		return refNode{kind: 'b', text: raw}, nil
	default:
		return refNode{kind: '0'}, nil
	}
}

func (p *refParser) object(depth int) (refNode, error) {
	n := refNode{kind: 'o', members: map[string]refNode{}}
	for p.decoder.More() {
		t, raw, err := p.token()
		if err != nil {
			return n, err
		}
		name := t.(string)
		if err := refString(name, raw); err != nil {
			return n, err
		}
		if _, twice := n.members[name]; twice {
			return n, errRefSyntax
		}
		if n.members[name], err = p.value(depth); err != nil {
			return n, err
		}
		n.names = append(n.names, name)
	}
	_, _, err := p.token()
	return n, err
}

func (p *refParser) array(depth int) (refNode, error) {
	n := refNode{kind: 'a'}
	for p.decoder.More() {
		item, err := p.value(depth)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, item)
	}
	_, _, err := p.token()
	return n, err
}

var refEscape = regexp.MustCompile(`\\(u[0-9A-Fa-f]{4}|.)`)

// refString rejects control characters and lone surrogates, which encoding/json
// turns into U+FFFD.
func refString(text, raw string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f }) {
		return errRefSyntax
	}
	written := strings.Count(raw, "\uFFFD")
	for _, e := range refEscape.FindAllString(raw, -1) {
		if strings.EqualFold(e, `\ufffd`) {
			written++
		}
	}
	if strings.Count(text, "\uFFFD") != written {
		return errRefSyntax
	}
	return nil
}
