package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func eraseRemindCommand(a *app) *cobra.Command {
	l, h := lookup{app: a}, handling{}
	c := &cobra.Command{
		Use: "remind CASE [PARTY]", Short: "Remind now whoever was told and has not answered", Args: cobra.RangeArgs(1, 2),
		Long: `Remind now whoever was told and has not answered: all parties of a case, or one.
custody erase run reminds by itself when a deadline comes near.`,
		Example: "  custody erase remind case-17 --routes routes.yaml\n  custody erase remind case-17 sto --routes routes.yaml",
		RunE: func(c *cobra.Command, args []string) (err error) {
			kafka := a.servers.stream("erase")
			defer kafka.Close()
			routes, rules, err := h.open(kafka)
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
			p, err := a.servers.producer("erase", false, teller(a.err))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(c.Context()))) }()
			n := 0
			for _, file := range files {
				for _, party := range file.Case.Parties {
					s, ok := file.Case.Remind(party.Party)
					if !ok || len(args) == 2 && args[1] != party.Party {
						continue
					}
					n++
					err = errors.Join(err, a.remind(c.Context(), p, routes, &file.Case, s))
				}
			}
			if n == 0 {
				return fmt.Errorf("nobody is to be reminded in case %s: who was told has answered, or is in no route", args[0])
			}
			return err
		},
	}
	h.flags(c.Flags())
	l.recordFlags(c)
	l.certificateFlags(c)
	return c
}

// remind tells the party and then Kafka that it was told, in this order, as the
// consumer does.
func (a *app) remind(ctx context.Context, p *producer.Producer, routes *notice.Routes, c *erasure.Case, s erasure.Step) error {
	channel := routes.Channels[s.Party]
	if channel == nil {
		fmt.Fprintf(a.out, "%s: is told by a person\n", s.Party)
		return nil
	}
	s.Notice.Answer = erasure.AnswerURL(routes.Answers, s.Notice.Controller, s.Notice.Case)
	sending, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := channel.Send(sending, s.Notice)
	if err != nil {
		err = fmt.Errorf("%s: %w", s.Party, err)
	}
	if err := errors.Join(err, p.Emit(ctx, s.Event(c.Request, routes.Source, time.Now(), err == nil))); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: reminded\n", s.Party)
	return nil
}
