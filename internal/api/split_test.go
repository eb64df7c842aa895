package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"none":             {" [ ] ", []string{}},
		"one":              {`[{"a":1}]`, []string{`{"a":1}`}},
		"blanks":           {"\xef\xbb\xbf [ {} ,\n\t{ } ]\r\n", []string{"{}", "{ }"}},
		"nested":           {`[{"a":[1,{"b":[]}]},[2,3]]`, []string{`{"a":[1,{"b":[]}]}`, `[2,3]`}},
		"text of brackets": {`[{"a":"],}{[\"\\"},"\\\",["]`, []string{`{"a":"],}{[\"\\"}`, `"\\\",["`}},
		"holes are events": {`[{},,1 2,]`, []string{"{}", "", "1 2", ""}},
	} {
		got, err := split([]byte(c.body), 10)
		if err != nil {
			t.Errorf("%s: split(%s) = %v", name, c.body, err)
		}
		if g, w := bytes.Join(got, []byte("|")), strings.Join(c.want, "|"); string(g) != w || len(got) != len(c.want) {
			t.Errorf("%s: split(%s) = %s, want %s", name, c.body, g, w)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": "", "an object": `{}`, "half": `[{}`, "open string": `["]`, "open object": `[{]`,
		"closed twice": `[}]`, "two arrays": `[],[`, "escape at the end": `["\`, "more behind": `[] 1`, "one bracket": "[",
	} {
		if got, err := split([]byte(body), 10); !errors.Is(err, errBatch) {
			t.Errorf("%s: split(%s) = %q, %v, want %v", name, body, got, err, errBatch)
		}
	}
	commas := "[" + strings.Repeat(",", 1<<20) + "]"
	if _, err := split([]byte(commas), 1000); !errors.Is(err, errTooMany) {
		t.Errorf("split of a million commas = %v, want %v", err, errTooMany)
	}
	if got, err := split([]byte("[1,2,3]"), 3); len(got) != 3 || err != nil {
		t.Errorf("split of 3, at most 3 = %d, %v", len(got), err)
	}
	if _, err := split([]byte("[1,2,3,4]"), 3); !errors.Is(err, errTooMany) {
		t.Errorf("split of 4, at most 3 = %v, want %v", err, errTooMany)
	}
}

// Whatever encoding/json takes for an array, split cuts as encoding/json does.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{`[]`, `[1,"a",{"b":[null]}]`, `[{"a":"\\\"]"}]`, ` [ 1 , 2 ] `} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := split(body, 1<<20)
		var want []json.RawMessage
		if json.Unmarshal(body, &want) != nil || want == nil {
			return
		}
		if err != nil || len(got) != len(want) {
			t.Fatalf("split(%q) = %d elements, %v, want %d", body, len(got), err, len(want))
		}
		for i := range want {
			if !bytes.Equal(got[i], trim(want[i])) {
				t.Errorf("element %d = %q, want %q", i, got[i], want[i])
			}
		}
	})
}

func TestDecodeHeader(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":             {"tmall:1", "tmall:1"},
		"the spec's":        {"Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"},
		"lower case digits": {"%e2%82%ac", "€"},
		"one round only":    {"%2541", "%41"},
		"quotes":            {`"a \"b\" \\ c"`, `a "b" \ c`},
		"quotes, percent":   {`"%22"`, `"`},
		"quote inside":      {`a"b`, `a"b`},
		"one quote":         {`"`, `"`},
		"no hex":            {"100%", "100%"},
		"half a hex":        {"%4", "%4"},
		"bad hex":           {"%4g%zz", "%4g%zz"},
		"not UTF-8":         {"%ff", "\xff"},
		"escape at the end": {`"a\"`, `a\`},
	} {
		if got := string(decodeHeader(c.in)); got != c.want {
			t.Errorf("%s: decodeHeader(%s) = %q, want %q", name, c.in, got, c.want)
		}
	}
}
