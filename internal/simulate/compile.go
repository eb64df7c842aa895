package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// maxNamed is how many steps of a tale may have names.
const maxNamed = 6

// A form is a step compiled for one shop: the message with holes in it.
type form struct {
	row    int
	kind   event.Kind
	typ    string
	source string
	who    who
	is     int8 // place among the ids that a story remembers; -1 = none
	chance int
	goesTo hole // the recipient, holeParty+… or a fixed one; 0 = none
	sentTo uint8
	note   bool // has a note already
	names  bool // the party whose turn it is

	breaks, breaksByParty []string // the rules; by naming a party that is not registered, one more

	straight, turned []piece // of data; turned has members and lists in reverse order
}

// A piece is some bytes and the hole after them.
type piece struct {
	text []byte
	hole hole
}

// compile makes a story of a tale.
func compile(t *tale, shop *shop) story {
	c := compiler{shop: shop, named: make(map[string]named)}
	s := story{tale: t, loop: len(t.each) > 0}
	for _, part := range [...]struct {
		steps []step
		into  *[]form
	}{{t.steps, &s.steps}, {t.each, &s.each}, {t.last, &s.steps}} {
		for i := range part.steps {
			if shop.in(part.steps[i].shops) {
				*part.into = append(*part.into, c.form(&part.steps[i]))
				s.rests = s.rests || strings.Contains(part.steps[i].data, "{consent}")
			}
		}
		if s.loopAt == 0 {
			s.loopAt = len(s.steps)
		}
	}
	return s
}

type named struct {
	at     int8
	source string
}

type compiler struct {
	shop  *shop
	named map[string]named
}

func (c *compiler) form(s *step) form {
	f := form{row: s.row, kind: s.kind, typ: s.kind.Type(), source: s.by, who: s.who, is: -1, chance: s.chance}
	if !strings.HasPrefix(s.by, "/") {
		f.source = "/" + c.shop.name + "/" + s.by
	}
	data := s.data
	if !strings.Contains(data, `"controller":`) {
		data = `{"controller":"{shop}",` + strings.TrimPrefix(data, "{")
	}
	data = strings.NewReplacer("{shop}", c.shop.name, "{policy}", c.shop.policy).Replace(data)
	if s.of != "" {
		of := c.named[s.of]
		data = fmt.Sprintf(`%s,"parents":[{"source":%q,"id":"{id-%d}"}]}`, strings.TrimSuffix(data, "}"), of.source, of.at)
	}
	if s.is != "" {
		f.is = int8(len(c.named))
		c.named[s.is] = named{f.is, f.source}
	}
	members := split(data)
	f.note = slices.ContainsFunc(members, func(m member) bool { return m.name == "note" })
	f.straight = cut(data)
	f.turned = cut(turn(members))
	f.goesTo, f.sentTo = recipientOf(s.kind, members)
	f.names = strings.Contains(data, "{party}")
	f.breaks = c.breaks(s)
	f.breaksByParty = append([]string{"unregistered-party"}, f.breaks...)
	return f
}

// breaks are the rules that a step breaks in this shop: all that a shop without a
// policy does with data is without one.
func (c *compiler) breaks(s *step) []string {
	found := strings.Fields(s.breaks)
	if c.shop.policy == "" && (s.kind.Requires(event.FieldCategories) || s.kind == event.KindConsentGranted) && !slices.Contains(found, "policy-missing") {
		found = append([]string{"policy-missing"}, found...)
	}
	return found
}

type member struct {
	name  string
	value json.RawMessage
}

// split takes an object apart, in the order in which it stands. The tales are
// part of the program: one that is no JSON is a mistake in it.
func split(object string) (members []member) {
	d := json.NewDecoder(strings.NewReader(object))
	must(d.Token())
	for d.More() {
		name := must(d.Token()).(string)
		var value json.RawMessage
		must(0, d.Decode(&value))
		members = append(members, member{name, value})
	}
	must(d.Token())
	return members
}

// turn writes the members backwards, lists too, with spaces and with the
// defaults said: other bytes, the same content.
func turn(members []member) string {
	has := func(name string) bool {
		return slices.ContainsFunc(members, func(m member) bool { return m.name == name })
	}
	if !has("minor") {
		members = append(members, member{"minor", json.RawMessage("false")})
	}
	if at := slices.IndexFunc(members, func(m member) bool { return m.name == "controller" }); at >= 0 && !has("holder") {
		members = append(members, member{"holder", members[at].value})
	}
	var b strings.Builder
	for i, m := range slices.Backward(members) {
		fmt.Fprintf(&b, "%q : %s", m.name, turnList(m.value))
		if i > 0 {
			b.WriteString(", ")
		}
	}
	return "{ " + b.String() + " }"
}

func turnList(value json.RawMessage) []byte {
	var items []json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &items) != nil {
		return value
	}
	slices.Reverse(items)
	parts := make([][]byte, len(items))
	for i, item := range items {
		parts[i] = item
	}
	return slices.Concat([]byte("["), bytes.Join(parts, []byte(", ")), []byte("]"))
}

var braces = regexp.MustCompile(`\{[a-z][a-z0-9-]*\}`)

// cut cuts data at its holes.
func cut(data string) (pieces []piece) {
	from := 0
	for _, at := range braces.FindAllStringIndex(data, -1) {
		pieces = append(pieces, piece{[]byte(data[from:at[0]]), holeNamed(data[at[0]+1 : at[1]-1])})
		from = at[1]
	}
	return append(pieces, piece{text: []byte(data[from:])})
}

// recipientOf says to whom a flow goes.
func recipientOf(kind event.Kind, members []member) (hole, uint8) {
	if kind != event.KindShared && kind != event.KindTransferredAbroad {
		return noHole, noParty
	}
	for _, m := range members {
		if m.name != "recipient" {
			continue
		}
		name := strings.Trim(string(m.value), `"`)
		if braces.MatchString(name) {
			return holeNamed(strings.Trim(name, "{}")), noParty
		}
		party, known := partyOf[name]
		if !known {
			panic("simulate: a tale names the recipient " + name + ", which is not among the parties")
		}
		return noHole, party
	}
	return noHole, noParty
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("simulate: a tale is wrong: %v", err))
	}
	return v
}
