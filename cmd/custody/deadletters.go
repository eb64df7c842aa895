package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func deadLettersCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "dead-letters", Short: "See why records were refused, send them again, or settle them", GroupID: groupRun, Args: cobra.NoArgs,
		Long: `See why records were refused, send them again, or settle them. Every record that
was rejected, or that contradicts an event of the log, is a dead letter until the
log has its event, or an operator has sent it again or settled it.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(lettersListCommand(a), lettersShowCommand(a), lettersReplayCommand(a), lettersResolveCommand(a))
	return c
}

// A LetterPicking is which dead letters a command is about, as flags say it.
type letterPicking struct {
	reason, field, source, from, to string
	limit                           int
}

func (p *letterPicking) flags(fs *pflag.FlagSet) {
	fs.StringVar(&p.reason, "reason", "", "only those refused for this `reason`: unknown-term, conflict …")
	fs.StringVar(&p.field, "field", "", "only those refused for this `field`: data.purpose")
	fs.StringVar(&p.source, "source", "", "only those of this `service`")
	fs.StringVar(&p.from, "from", "", "only those refused at or after this `time`: 2026-11-01 or RFC 3339")
	fs.StringVar(&p.to, "to", "", "only those refused before this `time`")
	fs.IntVar(&p.limit, "limit", 10_000, "fail if there are more")
}

func (p *letterPicking) filter() (f store.LetterFilter, err error) {
	f = store.LetterFilter{Reason: p.reason, Field: p.field, Source: p.source, Limit: p.limit}
	if p.limit < 1 {
		return f, fmt.Errorf("--limit %d: want 1 or more", p.limit)
	}
	if f.From, err = moment(p.from); err != nil {
		return f, fmt.Errorf("--from: %w", err)
	}
	if f.To, err = moment(p.to); err != nil {
		return f, fmt.Errorf("--to: %w", err)
	}
	return f, nil
}

func lettersListCommand(a *app) *cobra.Command {
	p, f, all, each := letterPicking{}, format(""), false, false
	c := &cobra.Command{
		Use: "list", Short: "Count dead letters by reason and source", Args: cobra.NoArgs,
		Long: `Count dead letters by what they were refused for and by the service that sent
them, those groups first in which most is left to do. With --each, list the
letters. A list that would be longer than --limit is an error, never cut.`,
		Example: "  custody dead-letters list\n" +
			"  custody dead-letters list --each --source /tmall/order-service --reason unknown-term -o jsonl\n" +
			"  custody dead-letters list --all --from 2026-11-01",
		RunE: func(c *cobra.Command, _ []string) error {
			filter, err := p.filter()
			if err != nil {
				return a.misuse(err)
			}
			db, err := a.servers.store(roleAuditor)
			if err != nil {
				return err
			}
			defer db.Close()
			filter.Unresolved = !all
			if each {
				letters, err := db.Letters(c.Context(), filter)
				if err != nil {
					return err
				}
				return printAll(a.out, f, letters, letterColumns())
			}
			groups, err := db.LetterGroups(c.Context(), filter)
			if err != nil {
				return err
			}
			return printAll(a.out, f, groups, groupColumns())
		},
	}
	fs := c.Flags()
	p.flags(fs)
	fs.BoolVar(&each, "each", false, "list single letters")
	fs.BoolVar(&all, "all", false, "also those that are settled")
	f.flag(fs)
	return c
}

func groupColumns() []column[store.LetterGroup] {
	type g = store.LetterGroup
	return []column[g]{
		{name: "reason", value: func(g g) any { return g.Reason }},
		{name: "field", value: func(g g) any { return g.Field }},
		{name: "source", value: func(g g) any { return g.Source }, width: 32},
		{name: "letters", value: func(g g) any { return g.Count }},
		{name: "unresolved", value: func(g g) any { return g.Unresolved }},
		{name: "first", value: func(g g) any { return g.First }},
		{name: "last", value: func(g g) any { return g.Last }},
		{name: "example", value: func(g g) any { return g.Example }, width: 40},
	}
}

func letterColumns() []column[store.Letter] {
	type l = store.Letter
	return []column[l]{
		{name: "letter", value: func(l l) any { return l.ID.String() }, width: 40},
		{name: "reason", value: func(l l) any { return l.Reason }},
		{name: "field", value: func(l l) any { return l.Field }},
		{name: "source", value: func(l l) any { return l.Source }, width: 32},
		{name: "id", value: func(l l) any { return l.EventID }, width: 40},
		{name: "type", value: func(l l) any { return l.Type }, long: true},
		{name: "subject", value: func(l l) any { return l.Subject }, long: true},
		{name: "time", value: func(l l) any { return l.Time }, long: true},
		{name: "recorded_at", value: func(l l) any { return l.RecordedAt }},
		{name: "resolved_by", value: func(l l) any { return l.ResolvedBy }},
	}
}

// letterKeys reads the keys of dead letters that a command is given.
func letterKeys(args []string) (ids []ledger.Identity, keys []string, err error) {
	for _, arg := range args {
		id, err := ledger.ParseIdentity(arg)
		if err != nil {
			return nil, nil, fmt.Errorf("a KEY is what custody dead-letters list --each shows: %w", err)
		}
		ids, keys = append(ids, id), append(keys, id.String())
	}
	return ids, keys, nil
}

// shownColumns are a letter's columns, and what Kafka has of it.
func shownColumns() []column[shownLetter] {
	type s = shownLetter
	columns := []column[s]{}
	for _, c := range letterColumns() {
		columns = append(columns, column[s]{name: c.name, value: func(s s) any { return c.value(s.row) }})
	}
	return append(columns,
		column[s]{name: "dead_letter", value: func(s s) any { return s.copied() }},
		column[s]{name: "key", value: func(s s) any { return s.header(stream.HeaderKey) }},
		column[s]{name: "sha256", value: func(s s) any { return s.header(stream.HeaderSHA256) }},
		column[s]{name: "headers", value: func(s s) any {
			headers := map[string]string{}
			if s.text() != "" {
				for _, h := range s.looked.Message.Headers {
					headers[h.Name] = string(h.Value)
				}
			}
			return headers
		}},
		column[s]{name: "value", value: func(s s) any { return s.text() }},
		column[s]{name: "fate", value: func(s s) any { return s.looked.Fate.String() }},
		column[s]{name: "lacking", value: func(s s) any { return s.looked.Lacking }},
		column[s]{name: "why", value: func(s s) any { reason, _, _, _ := s.rule(); return reason }},
		column[s]{name: "why_field", value: func(s s) any { _, field, _, _ := s.rule(); return field }},
		column[s]{name: "rule", value: func(s s) any { _, _, rule, _ := s.rule(); return rule }},
		column[s]{name: "remedy", value: func(s s) any { _, _, _, remedy := s.rule(); return remedy }},
	)
}
