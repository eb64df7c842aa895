package catalog

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// An object is a mapping in a YAML file that is being read. Whatever is wrong
// with it is noted with its line, and the reading goes on: a person who mends a
// file wants to see all of it. What nobody asked for is unknown.
type object struct {
	faults *Faults
	file   string
	path   string // where in the file: "flows[order-delivery]"
	line   int
	values map[string]ast.Node
	lines  map[string]int
	read   map[string]bool
}

// What a file of parties or of a policy may be. What the YAML reader needs grows
// with the square of how deep the values are: some 100,000 brackets are gigabytes.
const (
	maxFile  = 1 << 20 // bytes
	maxDepth = 100
)

// document reads a file's outermost mapping; nil where there is none.
func document(file string, text []byte, faults *Faults) *object {
	if len(text) > maxFile {
		*faults = append(*faults, Fault{File: file, Line: 1, Text: fmt.Sprintf("has %d bytes, at most %d are read", len(text), maxFile)})
		return nil
	}
	if line := tooDeep(text); line > 0 {
		*faults = append(*faults, Fault{File: file, Line: line, Text: fmt.Sprintf("stands too deep: at most %d values are within one another", maxDepth)})
		return nil
	}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		line, what := 1, err.Error()
		if y := yamlError(err); y != nil {
			line, what = y.GetToken().Position.Line, y.GetMessage()
		}
		*faults = append(*faults, Fault{File: file, Line: line, Text: what})
		return nil
	}
	if n := len(tree.Docs); n > 1 || n == 0 || tree.Docs[0].Body == nil {
		what := "is empty"
		if n > 1 {
			what = fmt.Sprintf("holds %d documents, want one", n)
		}
		*faults = append(*faults, Fault{File: file, Line: 1, Text: what})
		return nil
	}
	return newObject(file, "", tree.Docs[0].Body, faults)
}

// tooDeep is the line at which values stand deeper within one another than a file
// may have them, by brackets, by indentation or by dashes; 0 where none do. It
// counts those in texts, too: no text has so many.
func tooDeep(text []byte) int {
	brackets := 0
	for n, line := range bytes.Split(text, []byte("\n")) {
		rest := bytes.TrimLeft(line, " -?\t")
		if len(line)-len(rest) > 2*maxDepth && len(rest) > 0 {
			return n + 1
		}
		for _, c := range rest {
			switch c {
			case '[', '{':
				brackets++
			case ']', '}':
				brackets = max(0, brackets-1)
			}
			if brackets > maxDepth {
				return n + 1
			}
		}
	}
	return 0
}

func newObject(file, path string, n ast.Node, faults *Faults) *object {
	o := &object{faults: faults, file: file, path: path, line: n.GetToken().Position.Line,
		values: map[string]ast.Node{}, lines: map[string]int{}, read: map[string]bool{}}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		o.fault(o.line, "", "want fields and their values")
		return nil
	}
	o.line = m.GetToken().Position.Line
	for _, v := range m.Values {
		key := v.Key.GetToken()
		if len(o.values) == 0 {
			o.line = key.Position.Line
		}
		o.values[key.Value], o.lines[key.Value] = v.Value, key.Position.Line
	}
	return o
}

func (o *object) fault(line int, key, text string, a ...any) {
	field := key
	if o.path != "" {
		field = strings.TrimSuffix(o.path+"."+key, ".")
	}
	*o.faults = append(*o.faults, Fault{o.file, line, field, fmt.Sprintf(text, a...)})
}

// wrong notes what is wrong with the value of key, or that it is not there.
func (o *object) wrong(key, text string, a ...any) {
	line, ok := o.lines[key]
	if !ok {
		line = o.line
	}
	o.fault(line, key, text, a...)
}

// has says that there is a value, and that it has been asked for.
func (o *object) has(key string) (ast.Node, bool) {
	o.read[key] = true
	n, ok := o.values[key]
	if _, null := n.(*ast.NullNode); !ok || null {
		return nil, false
	}
	return n, true
}

// done notes every key that nobody asked for.
func (o *object) done() {
	known := make([]string, 0, len(o.read))
	for key := range o.read {
		known = append(known, key)
	}
	slices.Sort(known)
	for key := range o.values {
		if !o.read[key] {
			o.wrong(key, "is unknown here%s", nearest(key, known))
		}
	}
}

// scalar is the text of a node that is one value.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func (o *object) text(key string) string {
	n, ok := o.has(key)
	if !ok {
		return ""
	}
	s, ok := scalar(n)
	if !ok {
		o.wrong(key, "want a text")
	}
	return strings.TrimSpace(s)
}

// must is text that has to be there.
func (o *object) must(key, what string) string {
	s := o.text(key)
	if s == "" {
		o.wrong(key, "is missing: want %s", what)
	}
	return s
}

// list reads several texts, none of them twice, and gives each with its line.
func (o *object) list(key string, take func(text string, line int)) {
	n, ok := o.has(key)
	if !ok {
		return
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		o.wrong(key, "want a list: [a, b]")
		return
	}
	var seen []string
	for _, v := range s.Values {
		line := v.GetToken().Position.Line
		text, ok := scalar(v)
		switch {
		case !ok:
			o.fault(line, key, "want texts in the list")
		case slices.Contains(seen, text):
			o.fault(line, key, "%q stands here twice", text)
		default:
			seen = append(seen, text)
			take(text, line)
		}
	}
}

// oneOf reads one of some words; "" where it is absent or wrong.
func (o *object) oneOf(key string, words []string) string {
	s := o.text(key)
	if s != "" && !slices.Contains(words, s) {
		o.wrong(key, "there is no %q; want one of %s%s", s, strings.Join(words, " "), nearest(s, words))
		return ""
	}
	return s
}

// someOf reads a list of some words.
func (o *object) someOf(key string, words []string) (found []string) {
	o.list(key, func(s string, line int) {
		if !slices.Contains(words, s) {
			o.fault(line, key, "there is no %q; want some of %s%s", s, strings.Join(words, " "), nearest(s, words))
			return
		}
		found = append(found, s)
	})
	return found
}

// number reads a number from 1 on; 0 where there is none.
func (o *object) number(key string, most int) int {
	s := o.text(key)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		o.wrong(key, "want a number from 1 to %d", most)
		return 0
	}
	return n
}

func (o *object) flag(key string) bool {
	s := o.text(key)
	if s != "" && s != "true" && s != "false" {
		o.wrong(key, "want true or false")
	}
	return s == "true"
}

// day reads a date; "" where there is none.
func (o *object) day(key string) string {
	s := o.text(key)
	if s == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		o.wrong(key, "want a date such as 2023-04-18")
		return ""
	}
	return s
}

// child is a mapping under key; nil where there is none.
func (o *object) child(key string) *object {
	n, ok := o.has(key)
	if !ok {
		return nil
	}
	path := key
	if o.path != "" {
		path = o.path + "." + key
	}
	return newObject(o.file, path, n, o.faults)
}

// children are the mappings in a list under key.
func (o *object) children(key string) (all []*object) {
	n, ok := o.has(key)
	if !ok {
		return nil
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		o.wrong(key, "want a list")
		return nil
	}
	path := key
	if o.path != "" {
		path = o.path + "." + key
	}
	for i, v := range s.Values {
		child := newObject(o.file, fmt.Sprintf("%s[%d]", path, i+1), v, o.faults)
		if child == nil {
			continue
		}
		if id, ok := scalar(child.values["id"]); ok {
			child.path = fmt.Sprintf("%s[%s]", path, id)
		}
		all = append(all, child)
	}
	return all
}

// A Label is a text in both languages.
type Label struct{ English, Chinese string }

// In is the text in a language ("zh…" is Chinese, all others English), or in the
// other where there is none.
func (l Label) In(language string) string {
	first, second := l.English, l.Chinese
	if strings.HasPrefix(strings.ToLower(language), "zh") {
		first, second = second, first
	}
	if first == "" {
		return second
	}
	return first
}

// label reads {en, zh}.
func (o *object) label(key string) Label {
	c := o.child(key)
	if c == nil {
		return Label{}
	}
	defer c.done()
	return c.labels()
}

// labels reads en and zh of the object itself.
func (o *object) labels() Label { return Label{o.text("en"), o.text("zh")} }
