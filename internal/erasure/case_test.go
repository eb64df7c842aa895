package erasure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func day(n int) time.Time { return time.Date(2026, 4, n, 12, 0, 0, 0, time.UTC) }

// request is of the first of April: the deadline is the end of the sixteenth.
var request = lineage.Request{
	Event: lineage.Ref{Source: "/t", ID: "r"}, Case: "case", Subject: "tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18",
	Controller: "tmall", Scope: "all", Time: day(1), RecordedAt: day(1),
}

var rules = erasure.Rules{Channels: map[string]string{"sto": "webhook"}}

// plan has the choices of one recipient, sto.
func plan(choices ...lineage.Choice) lineage.Plan {
	return lineage.Plan{Request: request, Items: []lineage.Item{{Party: "sto", Refs: []string{"waybill-1"}, Choices: choices}}}
}

func erase(category string) lineage.Choice {
	return lineage.Choice{Category: category, Decision: lineage.Erase, Reason: lineage.Held}
}

func keep(category, until string) lineage.Choice {
	return lineage.Choice{Category: category, Decision: lineage.Restrict, Reason: lineage.MustKeep, Exemption: "statutory-retention", Until: until}
}

func late(c lineage.Choice, id string, n int) lineage.Choice {
	c.Late = append(c.Late, lineage.Late{Event: lineage.Ref{Source: "/t", ID: id}, RecordedAt: day(n)})
	return c
}

var acted int

// act is something that sto did, or was done to it, on a day.
func act(kind event.Kind, n int, categories ...string) lineage.Act {
	acted++
	return lineage.Act{
		Event: lineage.Ref{Source: "/t", ID: fmt.Sprint("act-", acted)}, Kind: kind, RequestID: "case", Controller: "tmall", Holder: "tmall",
		Recipient: "sto", Time: day(n), RecordedAt: day(n), Categories: categories,
	}
}

func with(a lineage.Act, change func(*lineage.Act)) lineage.Act {
	change(&a)
	return a
}

func sent(attempt, n int, categories ...string) lineage.Act {
	return with(act(event.KindErasureNotified, n, categories...), func(a *lineage.Act) { a.Attempt, a.Delivery, a.Channel = attempt, "sent", "webhook" })
}

func failed(attempt, n int) lineage.Act {
	return with(act(event.KindErasureNotified, n), func(a *lineage.Act) { a.Attempt, a.Delivery, a.Channel = attempt, "failed", "webhook" })
}

func told(a lineage.Act, ids ...string) lineage.Act {
	for _, id := range ids {
		a.Parents = append(a.Parents, lineage.Ref{Source: "/t", ID: id})
	}
	return a
}

func executed(n int, categories ...string) lineage.Act {
	return act(event.KindErasureExecuted, n, categories...)
}

func restricted(until string, n int, categories ...string) lineage.Act {
	return with(act(event.KindErasureRestricted, n, categories...), func(a *lineage.Act) { a.Exemption, a.Until = "backup", until })
}

func TestFold(t *testing.T) {
	verified := act(event.KindErasureVerified, 6)
	refused := with(act(event.KindErasureRefused, 5), func(a *lineage.Act) { a.Refusal = "own-authorisation" })
	for name, c := range map[string]struct {
		plan lineage.Plan
		acts []lineage.Act
		now  time.Time
		want string
	}{
		"nothing happened yet":             {plan(erase("name")), nil, day(2), "name open"},
		"sent is not done":                 {plan(erase("name")), []lineage.Act{sent(1, 2, "name")}, day(3), "notified; name open"},
		"acknowledged is not done":         {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), act(event.KindErasureAcknowledged, 3)}, day(4), "notified acknowledged; name open"},
		"executed is not verified":         {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), executed(4)}, day(5), "notified executed; name erased; closed"},
		"verified is not executed":         {plan(erase("name")), []lineage.Act{verified}, day(7), "verified; name open"},
		"all four":                         {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), act(event.KindErasureAcknowledged, 3), executed(4), verified}, day(7), "notified acknowledged executed verified; name erased; closed"},
		"the deadline's last day":          {plan(erase("name")), nil, day(16), "name open"},
		"overdue":                          {plan(erase("name")), []lineage.Act{sent(1, 2, "name")}, day(17), "notified; name open; overdue"},
		"answered late":                    {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), executed(18)}, day(19), "notified executed; name erased; closed"},
		"done in part":                     {plan(erase("name"), erase("order")), []lineage.Act{sent(1, 2, "name", "order"), executed(4, "name")}, day(5), "notified executed; name erased, order open"},
		"refused":                          {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), refused}, day(17), "notified refused own-authorisation; name denied; closed"},
		"refused, then done after all":     {plan(erase("name")), []lineage.Act{refused, sent(1, 2, "name"), executed(6)}, day(7), "notified executed refused own-authorisation; name erased; closed"},
		"kept by the plan":                 {plan(keep("order", "2029-04-01")), nil, day(30), "order kept until 2029-04-01"},
		"kept, no end known":               {plan(keep("order", "")), nil, day(30), "order kept; closed"},
		"the hold's last day":              {plan(keep("order", "2026-04-20")), nil, day(20), "order kept until 2026-04-20"},
		"the hold has ended":               {plan(keep("order", "2026-04-20")), nil, day(21), "order open"},
		"overdue after a hold":             {plan(keep("order", "2026-04-20")), nil, day(21).AddDate(0, 0, 15), "order open; overdue"},
		"erased early":                     {plan(keep("order", "2026-04-20")), []lineage.Act{executed(4, "order")}, day(25), "executed; order erased; closed"},
		"all but what is kept":             {plan(erase("name"), keep("order", "2026-04-20")), []lineage.Act{sent(1, 2, "name"), executed(4)}, day(5), "notified executed; name erased, order kept until 2026-04-20"},
		"and that after the hold":          {plan(erase("name"), keep("order", "2026-04-20")), []lineage.Act{sent(1, 2, "name"), executed(4)}, day(21), "notified executed; name erased, order open"},
		"kept as the party says":           {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), restricted("2026-06-01", 3)}, day(17), "notified restricted; name kept until 2026-06-01"},
		"kept longer than it said":         {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), restricted("2026-04-20", 3)}, day(21), "notified restricted; name open"},
		"the newer word counts":            {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), executed(5, "name"), restricted("2026-06-01", 6, "name")}, day(7), "notified executed restricted; name kept until 2026-06-01"},
		"a late flow of a new category":    {plan(erase("name"), late(erase("order"), "f", 5)), []lineage.Act{sent(1, 2, "name"), executed(4)}, day(6), "notified executed; name erased, order open"},
		"a late flow of the same category": {plan(late(erase("name"), "f", 5)), []lineage.Act{sent(1, 2, "name"), executed(4)}, day(6), "notified executed; name open"},
		"told of the late flow":            {plan(late(erase("name"), "f", 5)), []lineage.Act{sent(1, 2, "name"), executed(4), told(sent(2, 6, "name"), "f"), executed(7)}, day(8), "notified executed; name erased; closed"},
		"done before it was told of it":    {plan(late(erase("name"), "f", 5)), []lineage.Act{sent(1, 2, "name"), told(sent(2, 6, "name"), "f"), executed(4)}, day(8), "notified executed; name open"},
		"never told, yet done":             {plan(erase("name")), []lineage.Act{executed(4)}, day(5), "executed; name erased; closed"},
		"never told, done too early":       {plan(late(erase("name"), "f", 5)), []lineage.Act{executed(4)}, day(6), "executed; name open"},
		"unreachable":                      {plan(erase("name")), []lineage.Act{failed(1, 2), failed(2, 2), failed(3, 3), failed(4, 4), failed(5, 5)}, day(6), "name open; unreachable"},
		"reached at last":                  {plan(erase("name")), []lineage.Act{failed(1, 2), failed(2, 2), failed(3, 3), failed(4, 4), failed(5, 5), sent(6, 6, "name")}, day(7), "notified; name open"},
		"nothing left":                     {plan(lineage.Choice{Category: "name", Decision: lineage.Nothing}), nil, day(30), "name gone; closed"},
		"of another case":                  {plan(erase("name")), []lineage.Act{with(executed(4), func(a *lineage.Act) { a.RequestID = "other" })}, day(5), "name open"},
		"of another controller":            {plan(erase("name")), []lineage.Act{with(executed(4), func(a *lineage.Act) { a.Controller = "1688" })}, day(5), "name open"},
		"not yet":                          {plan(erase("name")), []lineage.Act{executed(8)}, day(5), "name open"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := words(erasure.Fold(c.plan, c.acts, rules, c.now)); got != c.want {
				t.Errorf("Fold = %q, want %q", got, c.want)
			}
		})
	}
}

// words is where the first party stands.
func words(c erasure.Case) string {
	p := c.Parties[0]
	var facts, categories, all []string
	for _, f := range []struct {
		name string
		at   time.Time
	}{{"notified", p.Notified}, {"acknowledged", p.Acknowledged}, {"executed", p.Executed}, {"verified", p.Verified}, {"refused " + p.Refusal, p.Refused}, {"restricted", p.Restricted}} {
		if !f.at.IsZero() {
			facts = append(facts, f.name)
		}
	}
	for _, g := range p.Categories {
		s := g.Category + " " + string(g.State)
		if g.Until != "" {
			s += " until " + g.Until
		}
		categories = append(categories, s)
	}
	for _, list := range []string{strings.Join(facts, " "), strings.Join(categories, ", ")} {
		if list != "" {
			all = append(all, list)
		}
	}
	if p.Overdue {
		all = append(all, "overdue")
	}
	if p.Unreachable {
		all = append(all, "unreachable")
	}
	if c.Closed() {
		all = append(all, "closed")
	}
	return strings.Join(all, "; ")
}

func TestAPartyThatIsNotInThePlanMayAnswer(t *testing.T) {
	a := with(executed(4), func(a *lineage.Act) { a.Recipient = "yto" })
	c := erasure.Fold(plan(erase("name")), []lineage.Act{a}, rules, day(5))
	var got []string
	for _, p := range c.Parties {
		got = append(got, fmt.Sprint(p.Party, " ", !p.Executed.IsZero()))
	}
	if want := []string{"sto false", "yto true"}; !slices.Equal(got, want) {
		t.Errorf("parties = %q, want %q", got, want)
	}
}

func TestDeadlineOfTheRequestItself(t *testing.T) {
	p := plan(erase("name"))
	p.Request.Deadline = day(3)
	if c := erasure.Fold(p, nil, rules, day(4)); !c.Parties[0].Overdue || !c.Deadline.Equal(day(3)) {
		t.Errorf("Fold = deadline %v, overdue %v, want what the request says", c.Deadline, c.Parties[0].Overdue)
	}
}
