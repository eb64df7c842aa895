package erasure

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// stand says where one category stands at a party. The newest of the party's
// words counts; a hold that has ended opens it again, with a deadline of its own.
func (c *Case) stand(p *Party, choice lineage.Choice) Category {
	g := Category{Choice: choice, State: Open, Since: c.Request.Time, Due: c.Deadline}
	switch choice.Decision {
	case lineage.Nothing:
		g.State, g.Due = Gone, time.Time{}
		return g
	case lineage.Restrict:
		c.keep(&g, choice.Until)
	}
	for _, a := range p.acts {
		switch a.Kind {
		case event.KindErasureExecuted:
			if p.covers(a, &g) {
				g.State, g.Until = Erased, ""
			}
		case event.KindErasureRestricted:
			if about(a, choice.Category) && g.State != Erased || slices.Contains(a.Categories, choice.Category) {
				c.keep(&g, a.Until)
			}
		case event.KindErasureRefused:
			if g.State == Open && p.asked(a.Time, &g) && !a.Time.Before(g.Since) {
				g.State = Denied
			}
		}
	}
	return g
}

// keep holds a category until a day; if that is over, the category is open since.
func (c *Case) keep(g *Category, until string) {
	end := c.rules.Calendar.End(until)
	if until == "" || c.now.Before(end) {
		g.State, g.Until = Kept, until
		return
	}
	if end.After(g.Since) {
		g.Since, g.Due = end, c.rules.Calendar.Deadline(end.Add(-time.Nanosecond), c.rules.Days)
	}
	g.State, g.Until = Open, ""
}

// covers says whether an erasure is one of this category: the party names it; or
// it names none, and had been told of this one or of none, and does not keep it.
// What it could not know of it cannot have erased.
func (p *Party) covers(a *lineage.Act, g *Category) bool {
	if len(a.Categories) > 0 {
		return slices.Contains(a.Categories, g.Category) && p.knew(a.Time, g)
	}
	return g.State != Kept && !a.Time.Before(g.Since) && p.asked(a.Time, g)
}

// asked says whether the party had been told of the category; one that was never
// told of any answers for all.
func (p *Party) asked(at time.Time, g *Category) bool {
	return p.knew(at, g) && (!p.namedAny(at) || p.told(at, g.Category, time.Time{}))
}

// knew says whether the party had been told of every late flow of the category;
// one that was never told of anything knew what was logged.
func (p *Party) knew(at time.Time, g *Category) bool {
	sent := p.sentBy(at)
	return !slices.ContainsFunc(g.Late, func(l lineage.Late) bool {
		if len(sent) == 0 {
			return l.RecordedAt.After(at)
		}
		return !slices.ContainsFunc(sent, func(n Notice) bool { return slices.Contains(n.Told, l.Event) })
	})
}

// told says whether a notice that named the category was sent from since on.
func (p *Party) told(at time.Time, category string, since time.Time) bool {
	return slices.ContainsFunc(p.sentBy(at), func(n Notice) bool {
		return !n.Time.Before(since) && slices.Contains(n.Categories, category)
	})
}

func (p *Party) namedAny(at time.Time) bool {
	return slices.ContainsFunc(p.sentBy(at), func(n Notice) bool { return len(n.Categories) > 0 })
}

func (p *Party) sentBy(at time.Time) []Notice {
	return slices.DeleteFunc(slices.Clone(p.Notices), func(n Notice) bool { return !n.Sent || n.Time.After(at) })
}

func about(a *lineage.Act, category string) bool {
	return len(a.Categories) == 0 || slices.Contains(a.Categories, category)
}

// compareActs is by time; of one moment the one that leaves more to do is the
// later, so that it counts.
func compareActs(a, b *lineage.Act) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(weight[a.Kind], weight[b.Kind]), cmp.Compare(a.Attempt, b.Attempt),
		cmp.Compare(a.Event.Source, b.Event.Source), cmp.Compare(a.Event.ID, b.Event.ID))
}

var weight = map[event.Kind]int{
	event.KindErasureNotified: 0, event.KindErasureAcknowledged: 1, event.KindErasureVerified: 2,
	event.KindErasureExecuted: 3, event.KindErasureRefused: 4, event.KindErasureRestricted: 5,
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
