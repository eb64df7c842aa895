// Package eventtest gives other packages' tests the examples of schemas/event:
// messages that are valid, and messages that are rejected for a known reason.
package eventtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/testdata"
)

// A Fixture is a message and what the decoder must say of it.
type Fixture struct {
	Name    string // of its file: "invalid/unknown-purpose"
	Message event.Message
	Reason  event.Reason // ReasonNone: it is valid
	Field   string
}

// Valid returns the messages that are accepted.
func Valid() []Fixture { return load("valid") }

// Invalid returns the messages that are rejected, one for each rule.
func Invalid() []Fixture { return load("invalid") }

func load(dir string) []Fixture {
	files, err := fs.Glob(testdata.Files, dir+"/*.*")
	if err != nil {
		panic(err)
	}
	var all []Fixture
	for _, name := range files {
		b, err := testdata.Files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		f := Fixture{Name: strings.TrimSuffix(name, path.Ext(name))}
		if path.Ext(name) == ".json" {
			f.Message = Structured(b)
		} else if err := f.parse(b); err != nil {
			panic(fmt.Sprintf("%s: %v", name, err))
		}
		all = append(all, f)
	}
	return all
}

// Structured is the message of a structured event, with the key that it ought to have.
func Structured(value []byte) event.Message {
	var e struct{ Source, Subject string }
	if err := json.Unmarshal(value, &e); err != nil {
		panic(err)
	}
	key := e.Subject
	if key == "" {
		key = e.Source
	}
	return event.Message{
		Key: []byte(key), Value: value,
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
	}
}

func (f *Fixture) parse(b []byte) error {
	head, body, ok := bytes.Cut(b, []byte("\n\n"))
	if !ok {
		return fmt.Errorf("no empty line")
	}
	for line := range strings.Lines(string(head)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if err := f.line(word, rest, bytes.TrimSuffix(body, []byte("\n"))); err != nil {
			return fmt.Errorf("%s: %w", word, err)
		}
	}
	return nil
}

func (f *Fixture) line(word, rest string, body []byte) (err error) {
	switch word {
	case "reason":
		f.Reason, err = reasonOf(rest)
	case "field":
		f.Field = rest
	case "key":
		f.Message.Key = []byte(unquoted(rest))
	case "header":
		name, value, _ := strings.Cut(unquoted(rest), "=")
		f.Message.Headers = append(f.Message.Headers, event.Header{Name: name, Value: []byte(value)})
	case "value":
		f.Message.Value, err = valueOf(rest, body)
	default:
		err = fmt.Errorf("is no word of a fixture")
	}
	return err
}

func unquoted(s string) string {
	if text, err := strconv.Unquote(s); err == nil {
		return text
	}
	return s
}

func reasonOf(text string) (event.Reason, error) {
	for r := event.ReasonNone + 1; r < event.ReasonCount; r++ {
		if r.String() == text {
			return r, nil
		}
	}
	return event.ReasonNone, fmt.Errorf("%q is no reason", text)
}

func valueOf(form string, body []byte) ([]byte, error) {
	form, count, _ := strings.Cut(form, " ")
	switch form {
	case "raw":
		return body, nil
	case "none":
		return nil, nil
	case "quoted":
		s, err := strconv.Unquote(string(body))
		return []byte(s), err
	case "padded":
		n, err := strconv.Atoi(count)
		return append(body, bytes.Repeat([]byte(" "), n-len(body))...), err
	}
	return nil, fmt.Errorf("%q is no form of a value", form)
}
