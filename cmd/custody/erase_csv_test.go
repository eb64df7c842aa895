package main

import (
	"strings"
	"testing"
)

// A row that is no CSV is told by its line, wherever in the row that is.
func TestRowsThatCannotBeRead(t *testing.T) {
	const head = "case,note\ncase-17,fine\n"
	for name, c := range map[string]struct{ text, want string }{
		"a quote in the first field":  {head + "case\"17,\n", "read the answers: parse error on line 3, column 5"},
		"a quote in another":          {head + "case-17,a \"b\"\n", "read the answers: parse error on line 3, column 11"},
		"a first field without end":   {head + "\"case-17,\n", "read the answers: parse error on line 3"},
		"a field too few":             {head + "case-17\n", "read the answers: record on line 3: wrong number of fields"},
		"a quote in the first column": {"ca\"se,note\n", "read the answers: parse error on line 1, column 3"},
	} {
		t.Run(name, func(t *testing.T) {
			got := "nothing"
			for _, err := range rows(strings.NewReader(c.text)) {
				if err != nil {
					got = err.Error()
				}
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("rows(%q) = %s, want %s", c.text, got, c.want)
			}
		})
	}
}
