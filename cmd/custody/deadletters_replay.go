package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/replay"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// A Replaying is one run of `custody dead-letters replay` or `resolve`.
type replaying struct {
	lookup
	format
	picking           letterPicking
	note              string
	yes, again, force bool
}

func lettersReplayCommand(a *app) *cobra.Command {
	r := replaying{lookup: lookup{app: a}}
	c := &cobra.Command{
		Use: "replay [KEY...]", Short: "Send dead letters again whose fault is mended", Args: cobra.ArbitraryArgs,
		Long: `Send dead letters again: those with these keys, or all unresolved ones that the
flags pick. Without --yes nothing is sent; it prints what would become of them, by
the vocabulary of now. With --yes those that would be accepted are sent to
custody.events as they were (with the right key, where that was wrong), in the
order in which they came, and one operation.logged each records who did it.
Whatever is sent twice is one event in the log. What would be refused again is not
sent, and makes the exit code 1. What looks personal is never sent.`,
		Example: "  custody dead-letters replay --reason unknown-term --vocabulary terms\n" +
			"  custody dead-letters replay --reason unknown-term --vocabulary terms --note 'term added' --yes\n" +
			"  custody dead-letters replay kafka/custody.events/0/3/4711 --yes",
		RunE: func(c *cobra.Command, args []string) error { return r.run(c.Context(), args) },
	}
	fs := c.Flags()
	r.picking.flags(fs)
	r.flags(c)
	fs.BoolVar(&r.again, "again", false, "also those that are settled already")
	fs.BoolVar(&r.force, "force", false, "with --yes send also what would be refused again: it makes further dead letters")
	r.flag(fs)
	return c
}

// flags are what replay and resolve have in common.
func (r *replaying) flags(c *cobra.Command) {
	fs := c.Flags()
	fs.BoolVar(&r.yes, "yes", false, "do it; without this, say what would be done")
	fs.StringVar(&r.note, "note", "", "`text` for the record, at most 200 characters, without personal values")
	fs.StringVar(&r.actor, "actor", "", "who does it, a role or pseudonym, for the record (default: made from your user name)")
	fs.StringVar(&r.controller, "controller", controllerDefault, "`party` that does it, for the record")
	fs.StringVar(&r.cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log")
	fs.DurationVar(&r.wait, "wait", 5*time.Second, "wait so long for what is in Kafka and not logged yet; fail if it still is not")
}

func (r *replaying) order() (o replay.Order, err error) {
	o = replay.Order{Controller: event.Party(r.controller), Note: r.note, Force: r.force, Now: time.Now}
	o.Actor, err = r.who()
	return o, err
}

func (r *replaying) run(ctx context.Context, args []string) error {
	filter, err := r.picking.filter()
	if err != nil {
		return r.app.misuse(err)
	}
	if len(args) > 0 && r.picking != (letterPicking{limit: r.picking.limit}) {
		return r.app.misuse(errors.New("want KEYs or flags that pick letters, not both"))
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
	letters, err := r.letters(ctx, db, filter, args)
	if err != nil {
		return err
	}
	if letters = r.unsettled(letters); len(letters) == 0 {
		fmt.Fprintln(r.app.err, "no dead letters to send again")
		return nil
	}
	ids := make([]ledger.Identity, len(letters))
	for i := range letters {
		ids[i] = letters[i].ID
	}
	cases, err := r.app.look(ctx, db, r.cluster, ids)
	if err != nil {
		return err
	}
	if err := printAll(r.app.out, r.format, outlooks(letters, cases), outlookColumns()); err != nil {
		return err
	}
	return r.send(ctx, db, order, cases)
}

// unsettled leaves out what is settled, and says so.
func (r *replaying) unsettled(letters []store.Letter) []store.Letter {
	if r.again {
		return letters
	}
	n := len(letters)
	letters = slices.DeleteFunc(letters, func(l store.Letter) bool { return l.ResolvedBy != "" })
	if n > len(letters) {
		fmt.Fprintf(r.app.err, "%d of the dead letters are settled already; --again looks at them, too\n", n-len(letters))
	}
	return letters
}

// send does what the order allows, or says what that would be.
func (r *replaying) send(ctx context.Context, db *store.DB, order replay.Order, cases []replay.Case) error {
	var would, moot int
	for i := range cases {
		switch c := &cases[i]; {
		case order.Sends(c):
			would++
		case c.Fate == replay.Duplicate:
			moot++
		}
	}
	left := len(cases) - would - moot
	if !r.yes {
		fmt.Fprintf(r.app.err, "nothing was sent; --yes would send %d, settle %d that the log has already, and leave %d\n", would, moot, left)
		return nil
	}
	p, err := r.app.servers.producer("dead-letters", true, teller(r.app.err))
	if err != nil {
		return err
	}
	bar := newBar(r.app.err, would+moot, "dead letters settled")
	sent, err := order.Send(ctx, p, cases, bar.set)
	bar.done()
	err = errors.Join(err, p.Close(context.WithoutCancel(ctx)))
	fmt.Fprintf(r.app.err, "%d sent, %d settled that the log has already, %d left\n", sent, moot, left)
	if err != nil {
		return err
	}
	if err := r.catchUp(ctx, db); err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("%d dead letters were not sent; custody dead-letters show KEY says why, and resolve settles what cannot be mended", left)
	}
	return nil
}

// letters are those that the command is about, by keys or by flags, as the log
// has them when all that is in Kafka is logged: an earlier replay is known then.
func (r *replaying) letters(ctx context.Context, db *store.DB, filter store.LetterFilter, args []string) ([]store.Letter, error) {
	_, keys, err := letterKeys(args)
	if err != nil {
		return nil, r.app.misuse(err)
	}
	if err := r.catchUp(ctx, db); err != nil {
		return nil, err
	}
	filter.Keys, filter.Cluster = keys, r.cluster
	filter.Unresolved = len(keys) == 0 && !r.again
	letters, err := db.Letters(ctx, filter)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if !slices.ContainsFunc(letters, func(l store.Letter) bool { return l.ID.String() == key }) {
			return nil, fmt.Errorf("the log has no refused record %s of cluster %s", key, r.cluster)
		}
	}
	return letters, nil
}

// catchUp waits until the log has what Kafka has, and fails if it takes too long.
func (r *replaying) catchUp(ctx context.Context, db *store.DB) error {
	kafka := r.app.servers.stream("dead-letters")
	defer kafka.Close()
	asked, err := ask(ctx, kafka, r.cluster)
	if err != nil {
		return err
	}
	c, err := asked.await(ctx, db, r.wait)
	if err == nil && !c.Complete {
		err = fmt.Errorf("the log is behind Kafka after %v (--wait): %s", r.wait, strings.Join(c.Gaps(), "; "))
	}
	return err
}
