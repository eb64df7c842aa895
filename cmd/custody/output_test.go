package main

import (
	"bytes"
	"testing"
	"time"
)

type parcel struct {
	to   string
	what []string
	at   time.Time
	n    int
	ok   bool
	data map[string]any
}

func parcelColumns() []column[parcel] {
	return []column[parcel]{
		{name: "to", value: func(p parcel) any { return p.to }},
		{name: "what", value: func(p parcel) any { return p.what }},
		{name: "at", value: func(p parcel) any { return p.at }},
		{name: "n", value: func(p parcel) any { return p.n }, long: true},
		{name: "ok", value: func(p parcel) any { return p.ok }, cell: func(p parcel) string { return map[bool]string{true: "yes", false: "no"}[p.ok] }},
		{name: "data", value: func(p parcel) any { return p.data }, long: true},
		{name: "about", value: func(p parcel) any { return p.to + "!" }, table: true},
	}
}

func TestPrintAll(t *testing.T) {
	rows := []parcel{
		{"菜鸟", []string{"name", "phone-number"}, time.Date(2026, 11, 22, 0, 30, 0, 5000, time.FixedZone("", 8*3600)), 3, true, map[string]any{"a": "b"}},
		{"a,b", nil, time.Time{}, 0, false, nil},
	}
	for f, want := range map[format]string{
		"json": `[{"to":"菜鸟","what":["name","phone-number"],"at":"2026-11-21T16:30:00.000005Z","n":3,"ok":true,"data":{"a":"b"}},
 {"to":"a,b","what":[],"at":null,"n":0,"ok":false,"data":null}]
`,
		"jsonl": `{"to":"菜鸟","what":["name","phone-number"],"at":"2026-11-21T16:30:00.000005Z","n":3,"ok":true,"data":{"a":"b"}}
{"to":"a,b","what":[],"at":null,"n":0,"ok":false,"data":null}
`,
		"csv": `to,what,at,n,ok,data
菜鸟,name;phone-number,2026-11-21T16:30:00.000005Z,3,true,"{""a"":""b""}"
"a,b",,,0,false,null
`,
		"table": `┌──────┬────────────────────┬──────────────────┬─────┬───────┐
│ to   │ what               │ at               │ ok  │ about │
├──────┼────────────────────┼──────────────────┼─────┼───────┤
│ 菜鸟 │ name, phone-number │ 2026-11-21 16:30 │ yes │ 菜鸟! │
│ a,b  │                    │                  │ no  │ a,b!  │
└──────┴────────────────────┴──────────────────┴─────┴───────┘
`,
	} {
		var out bytes.Buffer
		if err := printAll(&out, f, rows, parcelColumns()); err != nil {
			t.Fatalf("printAll(%s): %v", f, err)
		}
		if out.String() != want {
			t.Errorf("printAll(%s) = \n%s, want\n%s", f, &out, want)
		}
	}
	var out bytes.Buffer
	if err := printAll(&out, "json", nil, parcelColumns()); err != nil || out.String() != "[]\n" {
		t.Errorf("printAll(json) of nothing = %q, %v, want []", &out, err)
	}
}
