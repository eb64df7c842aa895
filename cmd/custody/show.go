package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

func showCommand(a *app) *cobra.Command {
	l, f, source := lookup{app: a}, format(""), ""
	c := &cobra.Command{
		Use: "show EVENT", Short: "Show one event, and what the log says of it", GroupID: groupAsk, Args: cobra.ExactArgs(1),
		Long: `Show every row of the log about the event with this id: the accepted one first,
then its duplicates and conflicts. The look-up is recorded for each subject. If the
log does not have all that Kafka held, the exit code is 1.`,
		Example: "  custody show 0199f3a2-7c1e-7b3d-9a41-6c5f0e2d7b18\n" +
			"  custody show order-4711-shared --source /tmall/order-service -o json",
		RunE: func(c *cobra.Command, args []string) error {
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			certificate, err := l.certify(c.Context(), db, func() error { return nil })
			if err != nil {
				return err
			}
			rows, err := db.Event(c.Context(), certificate.Known(), source, args[0])
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return errors.Join(errors.New("no such event in the log; custody tail shows what is still on its way"), l.verdict(certificate))
			}
			subjects := subjectsOf(rows)
			for _, subject := range subjects {
				if err := l.record(c.Context(), subject, event.ActionEvents); err != nil {
					return err
				}
			}
			if err := attest(c.Context(), db, &certificate, subjects); err != nil {
				return err
			}
			if f != "table" {
				return give(&l, f, answer[store.Event]{certificate, subjects, "events", rows, eventColumns(false)})
			}
			if err := l.keep(certificate); err != nil {
				return err
			}
			for _, row := range rows {
				describe(a.out, row)
			}
			summarise(a.out, &certificate)
			return l.verdict(certificate)
		},
	}
	c.Flags().StringVar(&source, "source", "", "`service` that sent it, where the id alone is not clear")
	l.recordFlags(c)
	l.certificateFlags(c)
	f.flag(c.Flags())
	return c
}

// subjectsOf are the persons that the rows tell about: one id may be used for several.
func subjectsOf(rows []store.Event) (subjects []string) {
	for _, row := range rows {
		if row.Subject != "" && !slices.Contains(subjects, row.Subject) {
			subjects = append(subjects, row.Subject)
		}
	}
	return subjects
}

// describe prints a row as a list of what is set.
func describe(w io.Writer, e store.Event) {
	line := func(name string, value any) {
		if text := readable(value, ", ", time.RFC3339Nano); text != "" && text != "false" {
			fmt.Fprintf(w, "  %-18s %s\n", name, text)
		}
	}
	fmt.Fprintf(w, "%s %s\n", e.Outcome, e.ID)
	line("source", e.Source)
	line("kind", e.Kind)
	line("subject", e.Subject)
	line("time", e.Time)
	line("reason", e.Reason)
	line("field", e.ReasonField)
	for _, v := range e.Data {
		line(v.Name, v.Value)
	}
	for _, p := range e.Parents {
		line("derives from", p.Source+" "+p.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Extensions)) {
		line(name, e.Extensions[name])
	}
	line("findings", e.Findings)
	line("policy", e.Judged.Policy)
	line("policy_digest", e.Judged.PolicyDigest)
	line("catalog_digest", e.Judged.CatalogDigest)
	line("recorded at", e.RecordedAt)
	line("kafka", place(e))
	line("misplaced", e.Misplaced)
}
