package main

import (
	"cmp"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/replay"
	"github.com/datacustody/custody/internal/store"
)

// An Outlook is what would become of the letters of one source that were refused
// for the same.
type outlook struct {
	fate              replay.Fate
	reason, source    string // why they were refused
	why, rule, remedy string // why they would be again
	letters           int
	example           string
}

// outlooks counts cases by what would become of them. Both lists are in the
// order of identities.
func outlooks(letters []store.Letter, cases []replay.Case) (groups []outlook) {
	at := map[outlook]int{}
	for i := range cases {
		o := foretell(&letters[i], &cases[i])
		n, ok := at[o]
		if !ok {
			n = len(groups)
			at[o] = n
			o.example = cases[i].ID.String()
			groups = append(groups, o)
		}
		groups[n].letters++
	}
	slices.SortStableFunc(groups, func(a, b outlook) int {
		return cmp.Or(cmp.Compare(a.fate, b.fate), cmp.Compare(b.letters, a.letters))
	})
	return groups
}

func foretell(l *store.Letter, c *replay.Case) outlook {
	o := outlook{fate: c.Fate, reason: about(store.Event{Outcome: ledger.Rejected.String(), Reason: l.Reason, ReasonField: l.Field}), source: l.Source}
	switch c.Fate {
	case replay.Rejected:
		o.why, o.rule, o.remedy = c.Why.Reason.String(), c.Why.Rule, c.Why.Remedy
		if c.Why.Field != "" {
			o.why += " " + c.Why.Field
		}
	case replay.Conflict:
		o.why, o.remedy = "the log has another event with this source and id", "judge which is right, then resolve"
	case replay.Unreadable:
		o.why, o.remedy = c.Lacking, "have the service send it again, or resolve"
	}
	return o
}

func outlookColumns() []column[outlook] {
	type o = outlook
	return []column[o]{
		{name: "fate", value: func(o o) any { return o.fate.String() }},
		{name: "letters", value: func(o o) any { return o.letters }},
		{name: "refused_for", value: func(o o) any { return o.reason }},
		{name: "source", value: func(o o) any { return o.source }, width: 32},
		{name: "because", value: func(o o) any { return o.why }},
		{name: "rule", value: func(o o) any { return o.rule }, long: true},
		{name: "remedy", value: func(o o) any { return o.remedy }, width: 40},
		{name: "example", value: func(o o) any { return o.example }, width: 40},
	}
}
