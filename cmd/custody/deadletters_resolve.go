package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

func lettersResolveCommand(a *app) *cobra.Command {
	r := replaying{lookup: lookup{app: a}}
	c := &cobra.Command{
		Use: "resolve KEY...", Short: "Record that dead letters are settled in another way", Args: cobra.MinimumNArgs(1),
		Long: `Record that a person has dealt with these dead letters in another way than by
sending them again: a conflict was judged, a record that cannot pass was sent anew
by its service. Without --yes nothing is recorded. --note says what was done.`,
		Example: "  custody dead-letters resolve kafka/custody.events/0/3/4711 --note 'the first one is right' --yes",
		RunE:    func(c *cobra.Command, args []string) error { return r.resolve(c.Context(), args) },
	}
	r.flags(c)
	return c
}

func (r *replaying) resolve(ctx context.Context, args []string) error {
	if r.note == "" {
		return r.app.misuse(errors.New("--note has to say how they were settled"))
	}
	order, err := r.order()
	if err != nil {
		return err
	}
	db, err := r.open()
	if err != nil {
		return err
	}
	defer db.Close()
	letters, err := r.letters(ctx, db, store.LetterFilter{}, args)
	if err != nil {
		return err
	}
	var ids []ledger.Identity
	for _, l := range r.unsettled(letters) {
		ids = append(ids, l.ID)
	}
	if !r.yes {
		fmt.Fprintf(r.app.err, "nothing was recorded; --yes would settle %d\n", len(ids))
		return nil
	}
	p, err := r.app.servers.producer("dead-letters", false, teller(r.app.err))
	if err != nil {
		return err
	}
	if err := errors.Join(order.Resolve(ctx, p, ids), p.Close(context.WithoutCancel(ctx))); err != nil {
		return err
	}
	fmt.Fprintf(r.app.out, "%d settled\n", len(ids))
	return r.catchUp(ctx, db)
}
