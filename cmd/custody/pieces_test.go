package main

import (
	"slices"
	"strings"
	"testing"
)

func TestPieces(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":                         {"", nil},
		"blanks":                          {" \n\n ", nil},
		"lines":                           {"{\"a\":1}\n\n{\"a\":2}\n", []string{"line 1 {\"a\":1}", "line 3 {\"a\":2}"}},
		"no last line feed":               {`{"a":1}`, []string{`line 1 {"a":1}`}},
		"a byte-order mark":               {"\ufeff{\"a\":1}", []string{`line 1 {"a":1}`}},
		"one event over lines":            {"{\n \"a\": 1\n}\n", []string{"line 1 {\n\"a\": 1\n}"}},
		"two events over lines":           {"{\n\"a\":1\n}\n{\n\"a\":2}", []string{"line 1 {\n\"a\":1\n}", "line 4 {\n\"a\":2}"}},
		"an array":                        {"[{\"a\":1},\n{\"a\":2}]", []string{`event 1 {"a":1}`, `event 2 {"a":2}`}},
		"an empty array":                  {"[ ]", nil},
		"a broken line hides no other":    {"{\"a\":1}\nnonsense\n{\"a\":3}", []string{`line 1 {"a":1}`, "line 2 nonsense", `line 3 {"a":3}`}},
		"a broken first line":             {"nonsense\n{\"a\":2}", []string{"line 1 nonsense", `line 2 {"a":2}`}},
		"a line that was cut off":         {"{\"a\":1}\n{\"a\":\n{\"a\":3}\n{\"a\":4}", []string{`line 1 {"a":1}`, `line 2 {"a":`, `line 3 {"a":3}`, `line 4 {"a":4}`}},
		"a last line that was cut off":    {"{\"a\":1}\n{\"a\":", []string{`line 1 {"a":1}`, `line 2 {"a":`}},
		"two events on a line":            {`{"a":1} {"a":2}`, []string{`line 1 {"a":1} {"a":2}`}},
		"an array that breaks":            {`[{"a":1},nonsense]`, []string{`event 1 {"a":1}`, "error read events: event 2 of the array: invalid character 'o' in literal null (expecting 'u')"}},
		"an array that does not end":      {`[{"a":1}`, []string{`event 1 {"a":1}`, "error read events: the array does not end: EOF"}},
		"a line too long for any event":   {"{\"a\":1}\n" + strings.Repeat("x", longest+1), []string{`line 1 {"a":1}`, "error read events: bufio.Scanner: token too long"}},
		"an event that never ends in all": {strings.Repeat("[1,\n", 3)[1:], []string{"line 1 1,", "line 2 [1,\n[1,"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for p, err := range pieces(strings.NewReader(c.in)) {
				if err != nil {
					got = append(got, "error "+err.Error())
					continue
				}
				got = append(got, p.place+" "+string(p.text))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("pieces() = %q, want %q", got, c.want)
			}
		})
	}
}
