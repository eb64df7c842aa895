package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/store"
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
	s := fmt.Sprintf("%s, %d restricted", counted(len(c.Steps()), "notice"), restricted)
	if last != "" {
		s += " until " + last
	}
	noChannel := counted(unreachable, "recipient") + " have no channel"
	if unreachable == 1 {
		noChannel = "1 recipient has no channel"
	}
	return s + fmt.Sprintf(", %s; to be answered by %s", noChannel, c.Deadline.Format(time.DateTime+" MST"))
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func eraseListCommand(a *app) *cobra.Command {
	l, h, f, state, limit := lookup{app: a}, handling{}, format(""), "", 0
	c := &cobra.Command{
		Use: "list", Short: "List cases, the newest first", Args: cobra.NoArgs,
		Long: `List cases, the newest first. A list that would be longer than --limit is an error,
never cut. Of a case about everyone those parties are counted that were told, and
it is never said to be closed: see custody erase show.`,
		Example: "  custody erase list --routes routes.yaml\n  custody erase list --state overdue\n  custody erase list --state all -o csv",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("--state", state, docket.States); err != nil {
				return a.misuse(err)
			}
			if limit < 1 {
				return a.misuse(fmt.Errorf("--limit %d: want 1 or more", limit))
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			certificate, err := l.certify(c.Context(), db, func() error { return nil }) // nobody is looked up
			if err != nil {
				return err
			}
			files, err := l.listed(c.Context(), &h, db, certificate.Known(), state, limit)
			if err != nil {
				return err
			}
			return give(&l, f, answer[docket.File]{certificate, nil, "cases", files, caseColumns()})
		},
	}
	h.flags(c.Flags())
	l.certificateFlags(c)
	f.flag(c.Flags())
	c.Flags().StringVar(&state, "state", "open", "only open (not closed), overdue, closed, or all")
	c.Flags().IntVar(&limit, "limit", 10_000, "fail if there are more")
	return c
}

// listed walks the cases a page at a time: of those that are not of the state
// nothing is kept.
func (l *lookup) listed(ctx context.Context, h *handling, db *store.DB, known ledger.Known, state string, limit int) (files []docket.File, err error) {
	_, rules, err := h.open(nopTopics{})
	if err != nil {
		return nil, l.app.misuse(err)
	}
	d, err := h.docket(&l.app.servers, db, rules)
	if err != nil {
		return nil, err
	}
	for after, now := "", time.Now(); ; {
		page, err := d.List(ctx, known, now, db, state, after, d.PageSize())
		if err != nil {
			return nil, err
		}
		if files = append(files, page.Files...); len(files) > limit {
			return nil, fmt.Errorf("list cases: %w of %d", store.ErrTooMany, limit)
		}
		if after = page.Next; after == "" {
			return files, nil
		}
	}
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
			files, certificate, err := l.opened(c.Context(), &h, db, args[0], event.ActionErasurePlan)
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
