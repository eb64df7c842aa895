package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

var update = flag.Bool("update", false, "write what is printed into testdata")

// listed are rows of the two lists; an SDK and a country are what a sender says.
func listed() []ledger.Listed {
	first, last := time.Date(2026, 11, 1, 23, 0, 0, 0, time.UTC), time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC)
	return []ledger.Listed{
		{List: "collected", Platform: "tmall", Purpose: "registration", Declared: []string{"phone-number", "password"}, Seen: []string{"email", "phone-number"},
			Entries: []string{"register"}, Necessity: []string{"necessary", "optional"}, Events: 12, First: &first, Last: &last},
		{List: "collected", Platform: "tmall", Party: "alipay", Purpose: "payment", Declared: []string{"payment-record"}, Entries: []string{"pay", "refund"}},
		{List: "sharing", Platform: "tmall", Party: "cainiao", Purpose: "order-delivery", Declared: []string{"delivery-address"}, Seen: []string{"delivery-address"},
			Entries: []string{"delivery-cainiao"}, Channels: []string{"api", "file"}, Countries: []string{"CN", "SG"}, Events: 3, First: &first, Last: &last},
		{List: "sharing", Platform: "tmall", Party: "*carrier", Purpose: "order-delivery", Declared: []string{"delivery-address"}, Entries: []string{"delivery-carrier"}},
		{List: "sharing", Platform: "tmall", Party: "nobody-knows", Purpose: "advertising", Seen: []string{"oaid"},
			Channels: []string{"sdk"}, SDKs: []string{`=HYPERLINK("x")`, `<script>alert("a|b")</script>`, `Kit, "9"`}, Events: 1, First: &last, Last: &last},
	}
}

// What is printed is as testdata/lists has it, in each language and format. What a
// sender named is text there, no markup and no formula.
func TestListsAsTheyArePrinted(t *testing.T) {
	words, err := new(contract).catalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range languages {
		for format, write := range listFormats {
			var got bytes.Buffer
			if err := write(twoLists(words, "tmall", language, listed()), &got); err != nil {
				t.Fatal(err)
			}
			name := filepath.Join("testdata", "lists", language+"."+format)
			if *update {
				if err := os.WriteFile(name, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("lists --language %s --format %s =\n%s, want\n%s", language, format, got.Bytes(), want)
			}
			if text := got.String(); format != "csv" && strings.Contains(strings.ReplaceAll(text, `\<`, ""), "<script") {
				t.Errorf("lists --language %s --format %s holds a script", language, format)
			}
			if format == "csv" && strings.Contains(got.String(), `,"=`) {
				t.Errorf("lists --language %s --format %s holds a formula", language, format)
			}
		}
	}
}
