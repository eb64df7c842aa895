package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func erasePlanCommand(a *app) *cobra.Command {
	l, h, q, f := lookup{app: a}, handling{}, asking{}, format("")
	c := &cobra.Command{
		Use: "plan [SUBJECT]", Short: "Say who would have to erase what; nobody is told", Args: cobra.MaximumNArgs(1),
		Example: "  custody erase plan tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18 --for tmall --routes routes.yaml",
		RunE: func(c *cobra.Command, args []string) error {
			if err := q.check(); err != nil {
				return a.misuse(err)
			}
			_, rules, err := h.open(nopTopics{})
			if err != nil {
				return a.misuse(err)
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			certificate, subjects, err := l.person(c.Context(), db, args, event.ActionErasurePlan)
			if err != nil {
				return err
			}
			e := q.event(subjects[0])
			if err := e.Validate(); err != nil {
				return a.misuse(err)
			}
			request := lineage.Act{
				Event: lineage.Ref{Source: e.Source, ID: e.ID}, Kind: e.Kind(), Subject: string(e.Subject), Time: e.Time, RecordedAt: e.Time,
				Controller: q.controller, Ground: q.ground, Scope: string(e.Scope), Categories: q.categories, Recipients: q.recipients,
			}
			d, err := h.docket(&a.servers, db, rules)
			if err != nil {
				return err
			}
			files, err := d.Open(c.Context(), certificate.Known(), time.Now(), request)
			if err != nil {
				return err
			}
			if f == "table" {
				fmt.Fprintln(a.out, planned(files[0].Case))
			}
			return give(&l, f, answer[erasure.Party]{certificate, subjects, "parties", files[0].Case.Parties, partyColumns()})
		},
	}
	q.flags(c.Flags())
	h.flags(c.Flags())
	l.flags(c)
	f.flag(c.Flags())
	return c
}

// planned is a plan in a sentence.
func planned(c erasure.Case) string {
	last := ""
	restricted := c.Count(func(p *erasure.Party) (keeps bool) {
		for _, g := range p.Categories {
			if g.State == erasure.Kept {
				keeps, last = true, max(last, g.Until)
			}
		}
		return keeps
	})
	unreachable := c.Count(func(p *erasure.Party) bool { return p.Unreachable })
	s := fmt.Sprintf("%d notices, %d restricted", len(c.Steps()), restricted)
	if last != "" {
		s += " until " + last
	}
	return s + fmt.Sprintf(", %d recipients have no channel; to be answered by %s", unreachable, c.Deadline.Format(time.DateTime+" MST"))
}

func eraseListCommand(a *app) *cobra.Command {
	l, h, f, all := lookup{app: a}, handling{}, format(""), false
	c := &cobra.Command{
		Use: "list", Short: "List the cases that are open", Args: cobra.NoArgs,
		Example: "  custody erase list --routes routes.yaml\n  custody erase list --all -o csv",
		RunE: func(c *cobra.Command, _ []string) error {
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			files, certificate, err := l.opened(c.Context(), &h, db, "")
			if err != nil {
				return err
			}
			var shown []docket.File
			for _, file := range files {
				if all || !file.Case.Closed() {
					shown = append(shown, file)
				}
			}
			return give(&l, f, answer[docket.File]{certificate, nil, "cases", shown, caseColumns()})
		},
	}
	h.flags(c.Flags())
	l.recordFlags(c)
	l.certificateFlags(c)
	f.flag(c.Flags())
	c.Flags().BoolVar(&all, "all", false, "closed cases, too")
	return c
}

func eraseShowCommand(a *app) *cobra.Command {
	l, h, f := lookup{app: a}, handling{}, format("")
	c := &cobra.Command{
		Use: "show CASE", Short: "Show where each party of a case stands", Args: cobra.ExactArgs(1),
		Example: "  custody erase show case-17 --routes routes.yaml",
		RunE: func(c *cobra.Command, args []string) error {
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			files, certificate, err := l.opened(c.Context(), &h, db, args[0])
			if err != nil {
				return err
			}
			var parties []erasure.Party
			for _, file := range files {
				parties = append(parties, file.Case.Parties...)
			}
			return give(&l, f, answer[erasure.Party]{certificate, files[0].Case.Subjects, "parties", parties, partyColumns()})
		},
	}
	h.flags(c.Flags())
	l.recordFlags(c)
	l.certificateFlags(c)
	f.flag(c.Flags())
	return c
}

func partyColumns() []column[erasure.Party] {
	type p = erasure.Party
	categories := func(state erasure.State) func(p) any {
		return func(p p) any {
			words := []string{}
			for _, g := range p.Categories {
				if g.State == state {
					words = append(words, strings.TrimSpace(g.Category+" "+g.Until))
				}
			}
			return words
		}
	}
	return []column[p]{
		{name: "party", value: func(p p) any { return p.Party }},
		{name: "path", value: func(p p) any { return p.Path }, long: true},
		{name: "channel", value: func(p p) any { return p.Channel }},
		{name: "open", value: categories(erasure.Open)},
		{name: "kept", value: categories(erasure.Kept)},
		{name: "erased", value: categories(erasure.Erased)},
		{name: "denied", value: categories(erasure.Denied), long: true},
		{name: "notified", value: func(p p) any { return p.Notified }},
		{name: "acknowledged", value: func(p p) any { return p.Acknowledged }},
		{name: "executed", value: func(p p) any { return p.Executed }},
		{name: "verified", value: func(p p) any { return p.Verified }},
		{name: "refusal", value: func(p p) any { return p.Refusal }, long: true},
		{name: "overdue", value: func(p p) any { return p.Overdue }},
		{name: "unreachable", value: func(p p) any { return p.Unreachable }},
		{name: "unknown_below", value: func(p p) any { return p.UnknownBelow }, long: true},
		{name: "attempts", value: func(p p) any { return len(p.Notices) }, long: true},
	}
}

func caseColumns() []column[docket.File] {
	type f = docket.File
	count := func(is func(*erasure.Party) bool) func(f) any { return func(f f) any { return f.Case.Count(is) } }
	return []column[f]{
		{name: "case", value: func(f f) any { return f.Case.Request.Case }, width: 36},
		{name: "controller", value: func(f f) any { return f.Case.Request.Controller }},
		{name: "scope", value: func(f f) any { return f.Case.Request.Scope }},
		{name: "ground", value: func(f f) any { return f.Case.Request.Ground }},
		{name: "requested", value: func(f f) any { return f.Case.Request.Time }},
		{name: "deadline", value: func(f f) any { return f.Case.Deadline }},
		{name: "parties", value: func(f f) any { return len(f.Case.Parties) }},
		{name: "open", value: count((*erasure.Party).Open)},
		{name: "overdue", value: count(func(p *erasure.Party) bool { return p.Overdue })},
		{name: "unreachable", value: count(func(p *erasure.Party) bool { return p.Unreachable })},
	}
}
