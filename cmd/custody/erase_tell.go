package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/schemas/event"
)

func eraseTellCommand(a *app) *cobra.Command {
	l, h, done := lookup{app: a}, handling{}, false
	c := &cobra.Command{
		Use: "tell CASE PARTY", Short: "Print the notice that is due to a party; with --done, say that it was told by hand", Args: cobra.ExactArgs(2),
		Example: "  custody erase tell case-17 customs --routes routes.yaml\n" +
			"  custody erase tell case-17 customs --routes routes.yaml --done",
		RunE: func(c *cobra.Command, args []string) error {
			routes, rules, err := h.open(nopTopics{})
			if err != nil {
				return a.misuse(err)
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			files, _, err := l.openedBy(c.Context(), &h, rules, db, args[0], event.ActionErasurePlan)
			if err != nil {
				return err
			}
			for _, file := range files {
				for _, s := range file.Case.Steps() {
					if s.Party != args[1] {
						continue
					}
					if !done {
						s.Notice.Answer = erasure.AnswerURL(routes.Answers, s.Notice.Controller, s.Notice.Case)
						fmt.Fprint(a.out, notice.Words(s.Notice))
						return nil
					}
					p, err := a.servers.producer("erase", false, teller(a.err))
					if err != nil {
						return err
					}
					e := s.Event(file.Case.Request, "/custody/erasure", time.Now(), true)
					if e.Actor, err = l.who(); err != nil {
						return err
					}
					return errors.Join(p.Emit(c.Context(), e), p.Close(context.WithoutCancel(c.Context())))
				}
			}
			return fmt.Errorf("no notice is due to %s in case %s: it has been told, has nothing, or is in no route", args[1], args[0])
		},
	}
	h.flags(c.Flags())
	l.recordFlags(c)
	l.certificateFlags(c)
	c.Flags().BoolVar(&done, "done", false, "it was told: record that")
	return c
}
