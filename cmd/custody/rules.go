package main

import (
	"github.com/spf13/cobra"

	history "github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
)

func rulesCommand(a *app) *cobra.Command {
	var output format
	var language string
	c := &cobra.Command{
		Use: "rules", Short: "List the rules that events are judged by", GroupID: groupSend, Args: cobra.NoArgs,
		Long: `List the rules that events are judged by: those of one event, which are judged as
it is logged and by custody lint, then those that need what else was logged, which
custody findings run judges. docs/findings.md and docs/auditing-findings.md say more.`,
		Example: "  custody rules\n  custody rules -o json --language zh",
		RunE: func(*cobra.Command, []string) error {
			if err := oneOf("--language", language, languages); err != nil {
				return a.misuse(err)
			}
			return printAll(a.out, output, everyRule(), ruleColumns(language))
		},
	}
	output.flag(c.Flags())
	languageFlag(c, &language)
	return c
}

// A knownRule is a rule of one event or of history.
type knownRule struct {
	id, severity, article, field, judges string
	message, remedy                      catalog.Label
}

func everyRule() (all []knownRule) {
	for _, r := range rules.All() {
		all = append(all, knownRule{r.ID, r.Severity.String(), r.Article, r.Field, "event", r.Message, r.Remedy})
	}
	for _, r := range history.Rules() {
		all = append(all, knownRule{r.ID, r.Severity, r.Article, "", "history", r.Message, r.Remedy})
	}
	return all
}

func ruleColumns(language string) []column[knownRule] {
	type r = knownRule
	return []column[r]{
		{name: "rule", value: func(r r) any { return r.id }, width: 32},
		{name: "severity", value: func(r r) any { return r.severity }},
		{name: "article", value: func(r r) any { return r.article }},
		{name: "field", value: func(r r) any { return r.field }},
		{name: "judges", value: func(r r) any { return r.judges }},
		{name: "message", value: func(r r) any { return r.message.In(language) }, width: 60},
		{name: "remedy", value: func(r r) any { return r.remedy.In(language) }, long: true},
	}
}
