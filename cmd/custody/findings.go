package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/ledger"
)

func findingsCommand(a *app) *cobra.Command {
	p, f, each := findingPicking{}, format(""), false
	c := &cobra.Command{
		Use: "findings", Short: "See which rules are broken, by whom, and say what became of it", GroupID: groupAsk, Args: cobra.NoArgs,
		Long: `Count the findings that stand by rule, source and recipient: one bad deployment is
one row; those groups first in which most is open. With --each, list the findings,
the latest found first. A list that would be longer than --limit is an error,
never cut. What a later event made void does not stand any more; show tells it.`,
		Example: "  custody findings\n" +
			"  custody findings --state open --rule consent-withdrawn --each -o jsonl\n" +
			"  custody findings --since 2026-11-01 --recipient alimama -o csv",
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
			if each {
				found, err := db.Findings(c.Context(), filter)
				if err != nil {
					return err
				}
				return printAll(a.out, f, found, findingColumns())
			}
			groups, err := db.FindingGroups(c.Context(), filter)
			if err != nil {
				return err
			}
			return printAll(a.out, f, groups, findingGroupColumns())
		},
	}
	p.flags(c.Flags())
	c.Flags().BoolVar(&each, "each", false, "list single findings")
	f.flag(c.Flags())
	c.AddCommand(findingsShowCommand(a), findingsMarkCommand(a), findingsRunCommand(a))
	return c
}

// A FindingPicking is which findings a command is about, as flags say it.
type findingPicking struct {
	rule, source, recipient, severity, state, since, from, to string
	limit                                                     int
}

func (p *findingPicking) flags(fs *pflag.FlagSet) {
	fs.StringVar(&p.rule, "rule", "", "only of this `rule`: custody rules lists them")
	fs.StringVar(&p.source, "source", "", "only of events of this `service`")
	fs.StringVar(&p.recipient, "recipient", "", "only of flows to this `party`")
	fs.StringVar(&p.severity, "severity", "", "only error, warning or info")
	fs.StringVar(&p.state, "state", "", "only open, acknowledged, false-positive or resolved")
	fs.StringVar(&p.since, "since", "", "only what was found at or after this `time`: 2026-11-01 or RFC 3339")
	fs.StringVar(&p.from, "from", "", "only what happened at or after this `time`")
	fs.StringVar(&p.to, "to", "", "only what happened before this `time`")
	fs.IntVar(&p.limit, "limit", 10_000, "fail if there are more")
}

var findingStates = []string{"", "open", "acknowledged", "false-positive", "resolved"}

func (p *findingPicking) filter() (f ledger.FindingFilter, err error) {
	f = ledger.FindingFilter{Rule: p.rule, Source: p.source, Recipient: p.recipient, Severity: p.severity, State: p.state, Limit: p.limit}
	if p.limit < 1 {
		return f, fmt.Errorf("--limit %d: want 1 or more", p.limit)
	}
	if err := oneOf("--state", p.state, findingStates); err != nil {
		return f, err
	}
	if err := oneOf("--severity", p.severity, []string{"", "error", "warning", "info"}); err != nil {
		return f, err
	}
	if f.Since, err = moment(p.since); err != nil {
		return f, fmt.Errorf("--since: %w", err)
	}
	if f.From, err = moment(p.from); err != nil {
		return f, fmt.Errorf("--from: %w", err)
	}
	if f.To, err = moment(p.to); err != nil {
		return f, fmt.Errorf("--to: %w", err)
	}
	return f, nil
}

func findingGroupColumns() []column[ledger.FindingGroup] {
	type g = ledger.FindingGroup
	return []column[g]{
		{name: "rule", value: func(g g) any { return g.Rule }, width: 32},
		{name: "source", value: func(g g) any { return g.Source }, width: 32},
		{name: "recipient", value: func(g g) any { return g.Recipient }},
		{name: "severity", value: func(g g) any { return g.Severity }},
		{name: "article", value: func(g g) any { return g.Article }, long: true},
		{name: "findings", value: func(g g) any { return g.Findings }},
		{name: "open", value: func(g g) any { return g.Open }},
		{name: "acknowledged", value: func(g g) any { return g.Acknowledged }, long: true},
		{name: "false_positive", value: func(g g) any { return g.FalsePositive }, long: true},
		{name: "resolved", value: func(g g) any { return g.Resolved }, long: true},
		{name: "persons", value: func(g g) any { return g.Persons }},
		{name: "first", value: func(g g) any { return g.First }},
		{name: "last", value: func(g g) any { return g.Last }},
		{name: "sample", value: func(g g) any { return g.Sample }, width: 32},
	}
}

func findingColumns() []column[ledger.Standing] {
	type f = ledger.Standing
	return []column[f]{
		{name: "finding", value: func(f f) any { return f.ID }, width: 32},
		{name: "rule", value: func(f f) any { return f.Rule }, width: 32},
		{name: "severity", value: func(f f) any { return f.Severity }},
		{name: "article", value: func(f f) any { return f.Article }, long: true},
		{name: "field", value: func(f f) any { return f.Field }, long: true},
		{name: "because", value: func(f f) any { return f.Because }, long: true},
		{name: "policy", value: func(f f) any { return f.Policy }, long: true},
		{name: "source", value: func(f f) any { return f.Source }, width: 32},
		{name: "id", value: func(f f) any { return f.EventID }, long: true},
		{name: "type", value: func(f f) any { return f.Type }, long: true},
		{name: "time", value: func(f f) any { return f.Time }},
		{name: "subject", value: func(f f) any { return f.Subject }, long: true},
		{name: "controller", value: func(f f) any { return f.Controller }, long: true},
		{name: "holder", value: func(f f) any { return f.Holder }, long: true},
		{name: "recipient", value: func(f f) any { return f.Recipient }},
		{name: "kafka", value: func(f f) any { return f.Place }, long: true},
		{name: "detected_at", value: func(f f) any { return f.DetectedAt }},
		{name: "state", value: func(f f) any { return f.State }},
	}
}
