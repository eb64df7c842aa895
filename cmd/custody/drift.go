package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
)

func driftCommand(a *app) *cobra.Command {
	f, platform, only := format(""), "", ""
	c := &cobra.Command{
		Use: "drift", Short: "Hold what the policies declare against what happens", GroupID: groupAsk, Args: cobra.NoArgs,
		Long: `Hold what the policies declare against what happens. seen-undeclared: it happened,
and the policy then in force does not say so. declared-unseen: the policy in force
says so, and it never happened; of an entry that happens in part, the kinds of
data that never did. The policies are those that custody findings run judges by.`,
		Example: "  custody drift --platform tmall\n  custody drift --only seen-undeclared -o csv",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("--only", only, []string{"", "seen-undeclared", "declared-unseen"}); err != nil {
				return a.misuse(err)
			}
			db, err := a.servers.store(roleAuditor)
			if err != nil {
				return err
			}
			defer db.Close()
			all, err := db.Drift(c.Context(), platform)
			if err != nil {
				return err
			}
			var drifts []ledger.Drift
			for _, d := range all {
				if only == "" || d.Drift == only {
					drifts = append(drifts, d)
				}
			}
			return printAll(a.out, f, drifts, driftColumns())
		},
	}
	c.Flags().StringVar(&platform, "platform", "", "only of this `platform`: tmall, 1688 …")
	c.Flags().StringVar(&only, "only", "", "only seen-undeclared or declared-unseen")
	f.flag(c.Flags())
	return c
}

func driftColumns() []column[ledger.Drift] {
	type d = ledger.Drift
	return []column[d]{
		{name: "drift", value: func(d d) any { return d.Drift }},
		{name: "platform", value: func(d d) any { return d.Platform }, long: true},
		{name: "controllers", value: func(d d) any { return d.Controllers }},
		{name: "policy", value: func(d d) any { return d.Policy }, width: 32},
		{name: "entry", value: func(d d) any { return d.Entry }},
		{name: "kind", value: func(d d) any { return d.Kind }},
		{name: "parties", value: func(d d) any { return d.Parties }},
		{name: "purposes", value: func(d d) any { return d.Purposes }},
		{name: "categories", value: func(d d) any { return d.Categories }, width: 40},
		{name: "events", value: func(d d) any { return d.Events }},
		{name: "first", value: func(d d) any { return known(d.First) }, long: true},
		{name: "last", value: func(d d) any { return known(d.Last) }},
	}
}

// known is a time that may be none.
func known(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
