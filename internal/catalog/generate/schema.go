package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

const (
	draft       = "https://json-schema.org/draft/2020-12/schema"
	schemaBase  = "https://datacustody.org/schemas/"
	partyRegexp = "^[a-z0-9][a-z0-9-]{0,62}$"
	uuidRegexp  = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
	subject     = "^[a-z0-9][a-z0-9-]{0,30}:" + uuidRegexp + "$"
	dateTime    = `^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$`
)

// A schema is a JSON Schema object; encoding/json sorts its keys, so the files
// are the same on every run.
type schema map[string]any

// dataSchema describes the data member of a kind.
func dataSchema(c *catalog.Catalog, k kind) schema {
	s := object(c, k, k.Fields)
	s["$schema"] = draft
	s["$id"] = schemaBase + k.Name + ".v1.json"
	s["title"] = k.Name
	s["description"] = "The data of an event of type " + k.Type + ". " + k.When
	if rules := together(k); len(rules) > 0 {
		s["allOf"] = rules
	}
	return s
}

// object is the schema of data: members, objects in it ("sdk.name") and parents.
func object(c *catalog.Catalog, k kind, fields []use) schema {
	properties, required, inner := schema{}, []string{}, map[string]schema{}
	for _, u := range fields {
		outer, name, nested := strings.Cut(u.Name, ".")
		if !nested {
			properties[u.Name] = value(c, k, u)
			if u.Required {
				required = append(required, u.Name)
			}
			continue
		}
		o, seen := inner[outer]
		if !seen {
			o = schema{"type": []string{"object", "null"}, "properties": schema{}, "additionalProperties": false, "required": []string{}}
			if u.OuterRequired {
				o["type"] = "object"
				required = append(required, outer)
			}
			inner[outer], properties[outer] = o, o
		}
		o["properties"].(schema)[name] = value(c, k, u)
		if u.Required {
			o["required"] = append(o["required"].([]string), name)
		}
	}
	properties["parents"] = parents()
	return schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func parents() schema {
	text := schema{"type": "string", "minLength": 1, "maxLength": 256}
	return schema{
		"description": "The events that this one derives from; source is this event's own where it is absent.",
		"type":        []string{"array", "null"},
		"maxItems":    64,
		"items": schema{
			"type":                 "object",
			"properties":           schema{"id": text, "source": nullable(text)},
			"required":             []string{"id"},
			"additionalProperties": false,
		},
	}
}

// value is the schema of one field's value; null stands for absent where the
// field may be absent.
func value(c *catalog.Catalog, k kind, u use) schema {
	s := shape(c, k, u)
	if !u.Required {
		s = nullable(s)
	} else if s["type"] == "array" {
		s["minItems"] = 1
	}
	s["description"] = u.Meaning
	return s
}

func nullable(s schema) schema {
	n := schema{}
	for key, v := range s {
		n[key] = v
	}
	if t, ok := s["type"].(string); ok {
		n["type"] = []string{t, "null"}
	}
	if e, ok := s["enum"].([]any); ok {
		n["enum"] = append(append([]any{}, e...), nil)
	}
	return n
}

func shape(c *catalog.Catalog, k kind, u use) schema {
	limit := u.Max
	switch u.Shape {
	case event.PartyID:
		return schema{"type": "string", "pattern": partyRegexp}
	case event.Country:
		return schema{"type": "string", "enum": countries()}
	case event.OneTerm:
		return schema{"type": "string", "enum": terms(c, k.list(u))}
	case event.ManyTerms:
		return list(schema{"type": "string", "enum": terms(c, k.list(u))}, limit)
	case event.PartyIDs:
		return list(schema{"type": "string", "pattern": partyRegexp}, limit)
	case event.Countries:
		return list(schema{"type": "string", "enum": countries()}, limit)
	case event.Bool:
		return schema{"type": "boolean"}
	case event.Integer:
		return schema{"type": "integer", "minimum": 1, "maximum": 1000}
	case event.Date:
		return schema{"type": "string", "format": "date", "pattern": "^(19[7-9][0-9]|2[0-2][0-9]{2})-[0-9]{2}-[0-9]{2}$"}
	case event.DateTime:
		return schema{"type": "string", "pattern": dateTime}
	case event.SubjectName:
		return schema{"type": "string", "pattern": subject}
	}
	if u.Field == event.FieldEvidenceSHA256 {
		return schema{"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}
	}
	if limit == 0 {
		limit = 256
	}
	return schema{"type": "string", "minLength": 1, "maxLength": limit}
}

func list(items schema, limit int) schema {
	if limit == 0 {
		limit = 64
	}
	return schema{"type": "array", "items": items, "uniqueItems": true, "maxItems": limit}
}

func terms(c *catalog.Catalog, l event.List) []any {
	var all []any
	for _, t := range c.List(l).Terms {
		all = append(all, t.ID)
	}
	return all
}

func countries() []any {
	var all []any
	for _, code := range event.CountryCodes() {
		all = append(all, code)
	}
	return all
}

// together are the rules between members.
func together(k kind) []schema {
	given := schema{"not": schema{"type": "null"}}
	some := schema{"type": "array", "minItems": 1}
	none := schema{"anyOf": []schema{{"type": "null"}, {"type": "array", "maxItems": 0}}}
	is := func(member, term string) schema {
		return schema{"properties": schema{member: schema{"const": term}}, "required": []string{member}}
	}
	switch k.Kind {
	case event.KindCollected:
		return []schema{{
			"if":   is("origin", string(event.OriginThirdParty)),
			"then": schema{"required": []string{"from"}, "properties": schema{"from": given}},
			"else": schema{"properties": schema{"from": schema{"type": "null"}}},
		}}
	case event.KindErasureRequested:
		return []schema{
			{"if": is("scope", string(event.ScopeCategories)), "then": schema{"required": []string{"categories"}, "properties": schema{"categories": some}}},
			{"if": is("scope", string(event.ScopeRecipients)), "then": schema{"required": []string{"recipients"}, "properties": schema{"recipients": some}}},
			{"if": is("scope", string(event.ScopeAll)), "then": schema{"properties": schema{"categories": none, "recipients": none}}},
		}
	}
	return nil
}

// envelopeSchema describes a whole event in structured mode.
func envelopeSchema(kinds []kind) schema {
	text := schema{"type": "string", "minLength": 1, "maxLength": 256}
	var types []any
	var each []schema
	for _, k := range kinds {
		types = append(types, k.Type)
		then := schema{"properties": schema{"data": schema{"$ref": k.Name + ".v1.json"}, "dataschema": nullable(schema{"enum": []any{schemaBase + k.Name + ".v1.json"}})}}
		switch k.Subject {
		case event.SubjectRequired:
			then["required"] = []string{"subject"}
			then["properties"].(schema)["subject"] = schema{"type": "string"}
		case event.SubjectForbidden:
			then["properties"].(schema)["subject"] = schema{"type": "null"}
		}
		each = append(each, schema{"if": schema{"properties": schema{"type": schema{"const": k.Type}}}, "then": then})
	}
	return schema{
		"$schema": draft, "$id": schemaBase + "envelope.v1.json", "title": "envelope",
		"description": "An event as a CloudEvent in structured mode. Members that are not named here are extension attributes.",
		"type":        "object",
		"properties": schema{
			"specversion":     schema{"const": "1.0"},
			"id":              text,
			"source":          schema{"type": "string", "minLength": 1, "maxLength": 256, "format": "uri-reference"},
			"type":            schema{"enum": types},
			"subject":         nullable(schema{"type": "string", "pattern": subject}),
			"time":            schema{"type": "string", "pattern": dateTime},
			"dataschema":      schema{"type": []string{"string", "null"}},
			"datacontenttype": schema{"type": []string{"string", "null"}},
			"partitionkey":    schema{"type": []string{"string", "null"}},
			"data":            schema{"type": "object"},
			"data_base64":     schema{"type": []string{"string", "null"}, "contentEncoding": "base64", "contentMediaType": "application/json"},
		},
		"patternProperties":    schema{"^[a-z0-9]+$": true},
		"additionalProperties": false,
		"required":             []string{"specversion", "id", "source", "type", "time"},
		"anyOf":                []schema{{"required": []string{"data"}}, {"required": []string{"data_base64"}}},
		"allOf":                each,
	}
}

func encode(s schema) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("encode %v: %w", s["title"], err)
	}
	return b.Bytes(), nil
}
