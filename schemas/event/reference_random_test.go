package event_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/schemas/event"
)

// oddValues are JSON values that stand where others are expected.
var oddValues = []string{
	`null`, `""`, `[]`, `{}`, `"x"`, `0`, `1`, `-1`, `1.0`, `1e1`, `1000`, `1001`, `01`, `true`, `false`, `[null]`, `["name"]`, `["name","name"]`, `["name","email"]`,
	`["Name"]`, `[""]`, `[1]`, `[["name"]]`, `"name"`, `"payment"`, `["payment"]`, `"13812345678"`, `["13812345678"]`, `"a@b.cn"`, `"６２２２０２１２３４５６７８９０１２８"`,
	`"2026-11-02"`, `"2026-02-29"`, `"2026-11-02T00:00:00Z"`, `"2026-11-02T00:00:60.5+08:00"`, `"CN"`, `["CN","SG"]`, `["CN","CN"]`, `["cn"]`, `"` + seedOther + `"`, `"` + seedSubject + `"`,
	`"tmall"`, `["tmall","alipay"]`, `["tmall","tmall"]`, `"all"`, `"categories"`, `"recipients"`, `"controller"`, `"third-party"`, `"person"`, `"replay"`, `"recipients"`,
	`{"name":"a"}`, `{"name":"a","version":""}`, `{"uri":"https://example.org/x"}`, `{"uri":"x","sha256":"0"}`, `[{"id":"a"}]`, `[{"id":"a","source":"b"},{"id":null}]`, `"\u4fe1\ud83d\ude00"`, `"\u0061"`, `"\n"`, `"\ud800"`,
	`"` + strings.Repeat("a", 63) + `"`, `"` + strings.Repeat("a", 64) + `"`, `"` + strings.Repeat("a", 256) + `"`, `"` + strings.Repeat("a", 257) + `"`, `"` + strings.Repeat("é", 200) + `"`, `"` + strings.Repeat("é", 201) + `"`,
	`["` + strings.Join(manyParties(256), `","`) + `"]`, `["` + strings.Join(manyParties(257), `","`) + `"]`, `{"id":{"id":{"id":[]}}}`,
	`["nope",1]`, `[1,"nope"]`, `["name","name","nope"]`, `["nope",""]`, `["tmall","tmall",1]`, `["CN","CN","cn"]`, `["name",["name"],"nope"]`, `[{"a":["nope"]},"name"]`,
	`["` + strings.Join(manyParties(65), `","`) + `"]`, `["name",` + strings.Repeat(`"name",`, 64) + `"nope"]`, `"ZZ"`, `"UK"`, `["ZZ"]`, `"XK"`,
}

func manyParties(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("p%d", i)
	}
	return all
}

// oddMembers are names that data does not have, or not in every kind.
var oddMembers = []string{"Purpose", "purpos", "data", "id", "source", "name", "sdk.name", "a b", "13812345678", "信", "", strings.Repeat("x", 41), "_x", "x_1"}

// randomData is the data of a kind with some members left out, some added and some odd.
func randomData(r *rand.Rand, kind string) string {
	members := refMembers(kind)
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !members[name] && r.IntN(3) > 0 || members[name] && r.IntN(60) == 0 {
			continue
		}
		value := seedValue(kind, name)
		if r.IntN(12) == 0 {
			value = oddValues[r.IntN(len(oddValues))]
		}
		parts = append(parts, escaped(r, name)+":"+value)
	}
	if r.IntN(12) == 0 {
		name := oddMembers[r.IntN(len(oddMembers))]
		if r.IntN(2) == 0 {
			all := slices.Sorted(maps.Keys(refShapes))
			name = all[r.IntN(len(all))]
		}
		parts = append(parts, fmt.Sprintf("%q:%s", name, oddValues[r.IntN(len(oddValues))]))
	}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, ",") + "}"
}

// escaped writes a name in JSON, now and then with an escape in it.
func escaped(r *rand.Rand, name string) string {
	if at := r.IntN(len(name)); r.IntN(20) == 0 {
		return fmt.Sprintf(`"%s\u%04x%s"`, name[:at], name[at], name[at+1:])
	}
	return `"` + name + `"`
}

var oddAttributes = []string{
	`"id":"` + strings.Repeat("a", 257) + `"`, `"source":"a b"`, `"source":"%41"`, `"time":"2026-11-24T00:00:00Z"`, `"subject":null`, `"subject":"x"`, `"subject":"` + seedSubject + `"`, `"type":"x"`,
	`"dataschema":null`, `"datacontenttype":"application/JSON"`, `"partitionkey":"/s"`, `"partitionkey":"` + seedSubject + `"`, `"x":"13812345678"`, `"x":1`, `"x":true`, `"x":null`, `"x":""`, `"X":""`, `"x":[]`, `"data_base64":null`,
	`"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`, `"a1":"1","b2":"2"`, `"specversion":"1.0"`,
}

var messages = flag.Int("messages", 6000, "how many random messages the decoder and the reference judge")

// TestDecoderAgreesWithReference sends messages through both that are nearly
// right: a fuzzer seldom gets past the envelope.
func TestDecoderAgreesWithReference(t *testing.T) {
	n := *messages
	kinds := slices.Sorted(maps.Keys(refKinds))
	d := event.NewDecoder(event.Options{})
	verdicts := map[string]int{}
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		kind := kinds[r.IntN(len(kinds))]
		data := randomData(r, kind)
		m := randomMessage(r, kind, data)
		compare(t, d, m)
		verdicts[reference(m, refNow).reason]++
	}
	for _, reason := range []string{"", "personal-value", "attribute", "missing-field", "unknown-field", "unknown-term", "bad-value", "syntax", "key-mismatch"} {
		if verdicts[reason] < n/400 {
			t.Errorf("messages with verdict %q = %d of %d, want more: the test has gone blind", reason, verdicts[reason], n)
		}
	}
}

func randomMessage(r *rand.Rand, kind, data string) *event.Message {
	subject := r.IntN(40) != 0
	switch refKinds[kind].subject {
	case "no":
		subject = !subject
	case "either":
		subject = r.IntN(2) == 0
	case "scope":
		subject = !strings.Contains(data, `"controller",`) && subject
	}
	if r.IntN(2) == 0 {
		headers, key := fmt.Sprintf(seedHeaders, kind), "/s"
		if subject {
			headers, key = headers+"\nce_subject: "+seedSubject, seedSubject
		}
		return &event.Message{Key: []byte(key), Value: []byte(data), Headers: headerLines(headers)}
	}
	value := seedEvent(kind, data)
	if !subject {
		value = strings.Replace(value, `"subject":"`+seedSubject+`",`, "", 1)
	}
	if r.IntN(6) == 0 {
		value = strings.Replace(value, `"sequence":"7"`, oddAttributes[r.IntN(len(oddAttributes))], 1)
	}
	key := keyOf([]byte(value))
	if r.IntN(60) == 0 {
		key = []byte("x")
	}
	return &event.Message{Key: key, Value: []byte(value), Headers: headerLines("content-type: application/cloudevents+json")}
}
