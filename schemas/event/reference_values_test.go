package event_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// decoded writes a record as the reference writes its values.
func decoded(r *event.Record) map[string]string {
	v := map[string]string{}
	put := func(name, value string) {
		if value != "" {
			v[name] = value
		}
	}
	put("kind", r.Kind.String())
	put("id", string(r.ID))
	put("source", string(r.Source))
	put("time", strconv.FormatInt(r.Time, 10))
	if len(r.Namespace) > 0 {
		put("subject", string(r.Namespace)+":"+canonicalUUID(r.Subject))
	}
	var extensions, parents []string
	for _, e := range r.Extensions {
		extensions = append(extensions, string(e.Name)+"="+string(e.Value))
	}
	for _, p := range r.Parents {
		parents = append(parents, string(p.Source)+" "+string(p.ID))
	}
	put("extensions", strings.Join(extensions, "\x00"))
	put("parents", strings.Join(parents, "\x00"))
	for _, spec := range event.Fields() {
		if r.Has(spec.Field) {
			v[spec.Name] = fieldText(r, spec)
		}
	}
	return v
}

func fieldText(r *event.Record, spec event.FieldSpec) string {
	f := spec.Field
	switch spec.Shape {
	case event.OneTerm:
		return event.Standard().Text(termList(r, spec), r.Term(f))
	case event.ManyTerms:
		var all []string
		for _, t := range r.Terms(f) {
			all = append(all, event.Standard().Text(spec.List, t))
		}
		return strings.Join(all, ",")
	case event.PartyIDs, event.Countries:
		var all []string
		for _, b := range r.List(f) {
			all = append(all, string(b))
		}
		return strings.Join(all, ",")
	case event.Bool, event.Integer, event.Date, event.DateTime:
		return strconv.FormatInt(r.Int(f), 10)
	default:
		return string(r.Text(f))
	}
}

func termList(r *event.Record, spec event.FieldSpec) event.List {
	if spec.Field == event.FieldAction && r.Kind == event.KindOperationLogged {
		return event.ListOperationAction
	}
	return spec.List
}

func canonicalUUID(b [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
