package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// kindTable is the table of kinds of docs/events.md. Common fields are left
// out: the text names them.
func kindTable(kinds []kind) []byte {
	var b bytes.Buffer
	b.WriteString("Fields in **bold** are required, and lists in bold hold at least one item.\n\n| kind | when | fields | DPV, law |\n|---|---|---|---|\n")
	for _, k := range kinds {
		fields := usesOf(k)
		law := strings.Trim(k.DPV+"; "+k.Law, "; ")
		fmt.Fprintf(&b, "| `%s` | %s%s | %s | %s |\n", k.Name, k.When, subjectNote[k.Subject], strings.Join(fields, " "), law)
	}
	return b.Bytes()
}

var subjectNote = map[event.SubjectRule]string{
	event.SubjectForbidden: " *No subject.*",
	event.SubjectByScope:   " *No subject if `scope` is `controller`.*",
	event.SubjectOptional:  " *Subject as in the request.*",
}

var common = map[event.Field]bool{
	event.FieldController: true, event.FieldHolder: true, event.FieldNote: true,
	event.FieldRecordRef: true, event.FieldMinor: true, event.FieldActor: true,
}

// usesOf are a kind's own fields as the table shows them; those of an object in one.
func usesOf(k kind) []string {
	var all []string
	inner := map[string][]string{}
	for _, u := range k.Fields {
		if outer, name, nested := strings.Cut(u.Name, "."); nested {
			if len(inner[outer]) == 0 {
				all = append(all, shown(outer, u.OuterRequired))
			}
			inner[outer] = append(inner[outer], shown(name, u.Required))
		} else if !common[u.Field] || u.Required && u.Field != event.FieldController {
			all = append(all, shown(u.Name, u.Required))
		}
	}
	for i, name := range all {
		if parts := inner[strings.Trim(name, "*`")]; parts != nil {
			all[i] = name + "&nbsp;{" + strings.Join(parts, ", ") + "}"
		}
	}
	return all
}

func shown(name string, required bool) string {
	if required {
		return "**`" + name + "`**"
	}
	return "`" + name + "`"
}

// fieldTable is the table of fields, in the order of the log's columns.
func fieldTable() []byte {
	var b bytes.Buffer
	b.WriteString("| field | value | meaning |\n|---|---|---|\n")
	for _, s := range event.Fields() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, form(s), meanings[s.Field])
	}
	b.WriteString("| `parents` | 0 to 64 of {**`id`**, `source`} | The events that this one derives from; `source` is this event's own where it is absent. |\n")
	return b.Bytes()
}

// form says in words what a field's value looks like.
func form(s event.FieldSpec) string {
	limit := s.Max
	if limit == 0 {
		limit = 64
		if s.Shape == event.Text {
			limit = 256
		}
	}
	link := func(l event.List) string {
		return fmt.Sprintf("[%s](#%s)", catalog.Name(l), anchor(l))
	}
	switch s.Shape {
	case event.PartyID:
		return "party"
	case event.PartyIDs:
		return fmt.Sprintf("0 to %d parties", limit)
	case event.Country:
		return "country"
	case event.Countries:
		return fmt.Sprintf("0 to %d countries", limit)
	case event.OneTerm:
		if s.Field == event.FieldAction {
			return link(event.ListAction) + "; in `operation.logged` " + link(event.ListOperationAction)
		}
		return link(s.List)
	case event.ManyTerms:
		return fmt.Sprintf("0 to %d of %s, none twice", limit, link(s.List))
	case event.Bool:
		return "`true` or `false`"
	case event.Integer:
		return "1 to 1000, an integer"
	case event.Date:
		return "date"
	case event.DateTime:
		return "date and time, as `time`"
	case event.SubjectName:
		return "subject, not this event's own"
	}
	switch s.Field {
	case event.FieldNote, event.FieldDetail:
		return fmt.Sprintf("text, at most %d characters", limit)
	case event.FieldEvidenceSHA256:
		return "64 hexadecimal digits"
	}
	return fmt.Sprintf("text, at most %d bytes", limit)
}

func anchor(l event.List) string { return "list-" + catalog.Name(l) }

// listTables are the closed lists, one table each.
func listTables(c *catalog.Catalog) []byte {
	var b bytes.Buffer
	for i, l := range c.Lists() {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "<a id=\"%s\"></a>\n### %s · %s\n\n%s\n\n", anchor(l.ID), l.English, l.Chinese, l.Definition)
		categories := l.ID == event.ListCategory
		if categories {
			b.WriteString("*Sensitive* by article 28 of China's Personal Information Protection Law (P) and by article 9 of the GDPR (G).\n\n" +
				"| term | | | sensitive | meaning | IRI |\n|---|---|---|---|---|---|\n")
		} else {
			b.WriteString("| term | | | meaning | IRI | law |\n|---|---|---|---|---|---|\n")
		}
		for _, t := range l.Terms {
			if categories {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | `%s` |\n", t.ID, t.English, t.Chinese, sensitive(t), t.Definition, t.IRI)
			} else {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s | `%s` | %s |\n", t.ID, t.English, t.Chinese, t.Definition, t.IRI, t.Law)
			}
		}
	}
	return b.Bytes()
}

func sensitive(t catalog.Term) string {
	switch {
	case t.SensitivePIPL && t.SensitiveGDPR:
		return "P G"
	case t.SensitivePIPL:
		return "P"
	case t.SensitiveGDPR:
		return "G"
	}
	return ""
}

// between puts content between the markers of a section.
func between(doc []byte, section string, content []byte) ([]byte, error) {
	open, end := []byte("<!-- generated: "+section+" -->\n"), []byte("<!-- end of "+section+" -->\n")
	before, rest, ok := bytes.Cut(doc, open)
	_, after, ok2 := bytes.Cut(rest, end)
	if !ok || !ok2 {
		return nil, fmt.Errorf("docs/events.md: no markers of %s", section)
	}
	return bytes.Join([][]byte{before, open, content, end, after}, nil), nil
}
