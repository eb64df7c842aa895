package main

import (
	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/rules"
)

func rulesCommand(a *app) *cobra.Command {
	var output format
	var language string
	c := &cobra.Command{
		Use: "rules", Short: "List the rules that events are judged by", GroupID: groupSend, Args: cobra.NoArgs,
		Long: `List the rules that events are judged by as they are logged, and by custody lint.
docs/findings.md says more.`,
		Example: "  custody rules\n  custody rules -o json --language zh",
		RunE: func(*cobra.Command, []string) error {
			return printAll(a.out, output, rules.All(), ruleColumns(language))
		},
	}
	output.flag(c.Flags())
	c.Flags().StringVar(&language, "language", "en", "`language` of messages and remedies: en or zh")
	return c
}

func ruleColumns(language string) []column[*rules.Rule] {
	type r = *rules.Rule
	return []column[r]{
		{name: "rule", value: func(r r) any { return r.ID }, width: 32},
		{name: "severity", value: func(r r) any { return r.Severity.String() }},
		{name: "article", value: func(r r) any { return r.Article }},
		{name: "field", value: func(r r) any { return r.Field }},
		{name: "message", value: func(r r) any { return r.Message.In(language) }, width: 60},
		{name: "remedy", value: func(r r) any { return r.Remedy.In(language) }, long: true},
	}
}
