package main

import (
	"slices"

	"github.com/datacustody/custody/schemas/event"
)

// A kind is one kind of event, with what the generated files say of it.
type kind struct {
	event.Kind
	Name, Type string
	When       string // when to send it
	DPV, Law   string
	Subject    event.SubjectRule
	Fields     []use
}

// A use is a field in a kind.
type use struct {
	event.FieldSpec
	Meaning       string
	Required      bool
	OuterRequired bool // of "evidence.uri": evidence is required
}

// kinds are the kinds of the contract, their fields in the order of the log's columns.
func kinds() []kind {
	specs := map[event.Field]event.FieldSpec{}
	for _, s := range event.Fields() {
		specs[s.Field] = s
	}
	var all []kind
	for _, s := range event.Kinds() {
		g := glosses[s.Kind]
		k := kind{Kind: s.Kind, Name: s.Kind.String(), Type: s.Kind.Type(), When: g.When, DPV: g.DPV, Law: g.Law, Subject: s.Subject}
		for _, f := range slices.Sorted(slices.Values(slices.Concat(s.Required, s.Optional))) {
			required := slices.Contains(s.Required, f)
			inner := f == event.FieldSDKName || f == event.FieldEvidenceURI // required in their objects
			k.Fields = append(k.Fields, use{FieldSpec: specs[f], Meaning: meanings[f], Required: required || inner, OuterRequired: required && inner})
		}
		all = append(all, k)
	}
	return all
}

// list is the closed list of a field: action has another in operation.logged.
func (k kind) list(u use) event.List {
	if u.Field == event.FieldAction && k.Kind == event.KindOperationLogged {
		return event.ListOperationAction
	}
	return u.List
}
