package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func recipientsCommand(a *app) *cobra.Command {
	l, f := lookup{app: a}, format("")
	c := &cobra.Command{
		Use: "recipients [SUBJECT]", Short: "List who got a person's data", GroupID: groupAsk, Args: cobra.MaximumNArgs(1),
		Long: `List everyone who got a person's data, over any number of hops, with kinds of
data, purposes, grounds, first and last time, and the way it took. Pseudonyms
that are linked are one person. The look-up itself is recorded as an event.
A certificate says whether the answer has all that Kafka held when you asked, and
what else to know of it; if it has not, the exit code is 1. --known-by gives an
answer again, exactly, however much was logged since.`,
		Example: "  custody recipients tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18\n" +
			"  custody recipients --account tmall:12345 --key-file pseudonyms.keys -o csv --certificate answer.json\n" +
			"  custody recipients --account tmall:12345 --key-file pseudonyms.keys -o csv --known-by answer.json",
		RunE: func(c *cobra.Command, args []string) error {
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			certificate, subjects, err := l.person(c.Context(), db, args, event.ActionRecipients)
			if err != nil {
				return err
			}
			flows, err := db.Flows(c.Context(), certificate.Known(), subjects...)
			if err != nil {
				return err
			}
			return give(&l, f, answer[lineage.Recipient]{certificate, subjects, "recipients", lineage.Recipients(flows), recipientColumns()})
		},
	}
	l.flags(c)
	f.flag(c.Flags())
	return c
}

func recipientColumns() []column[lineage.Recipient] {
	type r = lineage.Recipient
	return []column[r]{
		{name: "recipient", value: func(r r) any { return r.Party }},
		{name: "path", value: func(r r) any { return r.Path }, long: true},
		{name: "from", value: func(r r) any { return strings.Join(r.Path[:max(0, len(r.Path)-1)], " → ") }, table: true},
		{name: "categories", value: func(r r) any { return r.Categories }},
		{name: "purposes", value: func(r r) any { return r.Purposes }},
		{name: "grounds", value: func(r r) any { return r.Grounds }},
		{name: "relationships", value: func(r r) any { return r.Relationships }, long: true},
		{name: "countries", value: func(r r) any { return r.Countries }, long: true},
		{name: "mechanisms", value: func(r r) any { return r.Mechanisms }, long: true},
		{name: "refs", value: func(r r) any { return r.Refs }, long: true},
		{name: "sdks", value: func(r r) any { return r.SDKs }, long: true},
		{name: "first", value: func(r r) any { return r.First }},
		{name: "last", value: func(r r) any { return r.Last }},
		{name: "events", value: func(r r) any { return r.Events }},
		{name: "findings", value: func(r r) any { return r.Findings }, long: true},
	}
}
