package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/catalog"
)

func policyCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "policy", Short: "Check, read and compare the privacy policies that events are judged by", GroupID: groupSend, Args: cobra.NoArgs,
		Long: `Check, read and compare the privacy policies that events are judged by: those that
Custody knows, and those in the folders that --parties and --policies name.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(policyLintCommand(a), policyShowCommand(a), policyDiffCommand(a))
	return c
}

func policyLintCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "lint", Short: "Check the files of parties and policies", Args: cobra.NoArgs,
		Long: `Check the files of parties and policies. Every fault is told, with file, line and
field. Exit code 1 if there is any.`,
		Example: "  custody policy lint --parties ./parties --policies ./policies",
		RunE: func(*cobra.Command, []string) error {
			c, err := a.servers.contract.catalog()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%d parties, %d policies: no fault\ncatalogue %s\n", len(c.Parties()), len(c.Policies()), c.Digest())
			return err
		},
	}
}

func policyShowCommand(a *app) *cobra.Command {
	var output format
	c := &cobra.Command{
		Use: "show [POLICY]", Short: "List the policies, or what one declares", Args: cobra.MaximumNArgs(1),
		Long: `List the policies with the time for which each is in force, or the entries of one:
what it says may happen to which data, why, and who gets it.`,
		Example: "  custody policy show\n  custody policy show tmall-2023-04-18 -o csv",
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.servers.contract.catalog()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return printAll(a.out, output, c.Policies(), policyColumns())
			}
			p, err := policyNamed(c, args[0])
			if err != nil {
				return err
			}
			return printAll(a.out, output, p.Flows, flowColumns())
		},
	}
	output.flag(c.Flags())
	return c
}

// policyNamed finds a policy, or says which there are.
func policyNamed(c *catalog.Catalog, id string) (*catalog.Policy, error) {
	if p := c.PolicyNamed(id); p != nil {
		return p, nil
	}
	var ids []string
	for _, p := range c.Policies() {
		ids = append(ids, p.ID)
	}
	return nil, fmt.Errorf("there is no policy %q; there are %s", id, strings.Join(ids, ", "))
}

func policyColumns() []column[*catalog.Policy] {
	type p = *catalog.Policy
	return []column[p]{
		{name: "policy", value: func(p p) any { return p.ID }, width: 40},
		{name: "platform", value: func(p p) any { return p.Platform }},
		{name: "published", value: func(p p) any { return p.Published }},
		{name: "effective", value: func(p p) any { return p.Effective }},
		{name: "title", value: func(p p) any { return p.Title.In("en") }, long: true},
		{name: "law", value: func(p p) any { return p.Law.String() }},
		{name: "controllers", value: func(p p) any { return partyIDs(p.Controllers) }},
		{name: "reply_days", value: func(p p) any { return p.ReplyDays }},
		{name: "entries", value: func(p p) any { return len(p.Flows) }},
		{name: "document", value: func(p p) any { return p.Document }, long: true},
		{name: "digest", value: func(p p) any { return p.Digest }, long: true},
	}
}

func flowColumns() []column[*catalog.Flow] {
	type f = *catalog.Flow
	return []column[f]{
		{name: "entry", value: func(f f) any { return f.ID }},
		{name: "section", value: func(f f) any { return f.Section }},
		{name: "kind", value: func(f f) any { return f.Kind.String() }},
		{name: "recipients", value: func(f f) any { return reached(&f.Recipients) }},
		{name: "categories", value: func(f f) any { return f.Categories.IDs }, width: 40},
		{name: "purposes", value: func(f f) any { return f.Purposes.IDs }},
		{name: "legal_bases", value: func(f f) any { return f.LegalBases.IDs }},
		{name: "countries", value: func(f f) any { return f.Countries }},
		{name: "necessity", value: func(f f) any { return strings.Join(f.Necessity.IDs, "") }, long: true},
		{name: "protection", value: func(f f) any { return strings.Join(f.Protection.IDs, "") }, long: true},
		{name: "separate_consent", value: func(f f) any { return f.SeparateConsent }, long: true},
		{name: "holders", value: func(f f) any { return reached(&f.Holders) }, long: true},
		{name: "from", value: func(f f) any { return reached(&f.From) }, long: true},
		{name: "en", value: func(f f) any { return f.Summary.English }, long: true},
		{name: "zh", value: func(f f) any { return f.Summary.Chinese }, long: true},
		{name: "quote", value: func(f f) any { return f.Quote }, long: true},
	}
}

// reached are parties by name and by class.
func reached(ps *catalog.Parties) []string {
	ids := partyIDs(ps.Named)
	for _, r := range ps.Roles {
		ids = append(ids, "any "+r.String())
	}
	return ids
}

func partyIDs(ps []*catalog.Party) []string {
	ids := make([]string, 0, len(ps))
	for _, p := range ps {
		ids = append(ids, p.ID)
	}
	return ids
}

func policyDiffCommand(a *app) *cobra.Command {
	var output format
	c := &cobra.Command{
		Use: "diff OLDER NEWER", Short: "Name what one version of a policy says otherwise than another", Args: cobra.ExactArgs(2),
		Long: `Name what one version of a policy says otherwise than another. Material are changes
of purposes, categories, main recipients, rights and owner: for these the policies
promise a new notice and to ask for consent again.`,
		Example: "  custody policy diff alibaba-com-before-2022-07-27 alibaba-com-2022-07-27",
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.servers.contract.catalog()
			if err != nil {
				return err
			}
			older, err := policyNamed(c, args[0])
			if err != nil {
				return err
			}
			newer, err := policyNamed(c, args[1])
			if err != nil {
				return err
			}
			return printAll(a.out, output, catalog.Diff(older, newer), []column[catalog.Change]{
				{name: "material", value: func(c catalog.Change) any { return c.Material }},
				{name: "matter", value: func(c catalog.Change) any { return c.Matter }},
				{name: "change", value: func(c catalog.Change) any { return c.Change }},
				{name: "what", value: func(c catalog.Change) any { return c.What }, width: 60},
				{name: "for", value: func(c catalog.Change) any { return c.For }},
			})
		},
	}
	output.flag(c.Flags())
	return c
}
