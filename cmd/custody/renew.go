package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A Renewing is one run of `custody topic renew`.
type renewing struct {
	app            *app
	cluster, group string
	yes, anyway    bool
	format         format
	who            lookup // for the actor
}

func topicRenewCommand(a *app) *cobra.Command {
	r := renewing{app: a, who: lookup{app: a}}
	c := &cobra.Command{
		Use: "renew", Short: "Begin a new epoch of custody.events, after it was made anew, cut short or given more partitions", Args: cobra.NoArgs,
		Long: `Begin a new epoch of custody.events: after it was made anew, after a broker lost
records that are logged, or after it was given more partitions. Each partition
begins at the first offset whose record in Kafka is not the logged one; no row
is changed, and from there on everything is logged. Without --yes it only says
what it finds. With --yes all writers (custody consume) must be stopped; who did
it is recorded with the epoch and as an event (operation.logged).`,
		Example: "  custody topic renew          # what has changed\n  custody topic renew --yes    # begin the epoch",
		RunE:    func(c *cobra.Command, _ []string) error { return r.run(c.Context()) },
	}
	fs := c.Flags()
	fs.StringVar(&r.cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log")
	fs.StringVar(&r.group, "group", stream.LineageGroup, "consumer `group` of the writers")
	fs.BoolVar(&r.yes, "yes", false, "begin the epoch")
	fs.BoolVar(&r.anyway, "anyway", false, "begin it even if nothing has changed")
	fs.StringVar(&r.who.actor, "actor", "", "who does it, a role or pseudonym, for the record (default: made from your user name)")
	fs.StringVar(&r.who.controller, "controller", controllerDefault, "`party` that does it, for the record")
	r.format.flag(fs)
	return c
}

func (r *renewing) run(ctx context.Context) error {
	log, err := r.app.log.New(r.app.err)
	if err != nil {
		return r.app.misuse(err)
	}
	db, err := store.OpenLog(r.app.servers.storeConfig(roleWriter))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	kafka := r.app.servers.stream("renew")
	defer kafka.Close()
	w := lineage.New(lineage.Options{
		Store: db, Letters: kafka.DeadLetters(stream.DeadLetterTopic), Cluster: r.cluster, Log: log, Event: r.app.servers.contract.options,
	})
	ps, err := kafka.Partitions(ctx, stream.EventsTopic)
	if err != nil {
		return err
	}
	found, err := w.Survey(ctx, stream.EventsTopic, sources(ps))
	if err != nil {
		return err
	}
	if err := printAll(r.app.out, r.format, found.Beginnings, beginningColumns()); err != nil {
		return err
	}
	switch {
	case !found.Needed() && !r.anyway:
		fmt.Fprintln(r.app.err, "nothing has changed: no epoch is needed")
		return nil
	case !r.yes:
		return fmt.Errorf("epoch %d is due: stop all writers and run this again with --yes", found.Epoch)
	}
	return r.renew(ctx, w, kafka, log)
}

// renew holds the group, so that no writer is left, and begins the epoch.
func (r *renewing) renew(ctx context.Context, w *lineage.Writer, kafka *stream.Client, log *zap.Logger) error {
	actor, err := r.who.who()
	if err != nil {
		return err
	}
	group := kafka.Group(r.group, stream.EventsTopic, stream.GroupOptions{
		Report: func(err error) { log.Warn("consumer group", zap.Error(err)) },
	})
	var begun *lineage.Renewal
	err = group.Hold(ctx, holdWithin, func(ctx context.Context, ps []*stream.Partition) error {
		return w.Renew(ctx, stream.EventsTopic, sources(ps), actor, func(found *lineage.Renewal) bool {
			if found.Needed() || r.anyway {
				begun = found
			}
			return begun != nil
		})
	})
	if err != nil || begun == nil {
		return err
	}
	fmt.Fprintf(r.app.err, "epoch %d has begun: start the writers again\n", begun.Epoch)
	return r.record(ctx, begun, actor)
}

// holdWithin is how long the other members of the group may take to leave it: a
// killed one is a member until its session ends.
const holdWithin = 45 * time.Second

func sources[T lineage.Source](ps []T) (all []lineage.Source) {
	for _, p := range ps {
		all = append(all, p)
	}
	return all
}

// record makes the renewal an event; its id is the epoch's, so once is enough.
func (r *renewing) record(ctx context.Context, begun *lineage.Renewal, actor string) error {
	p, err := r.app.servers.producer("renew", false, teller(r.app.err))
	if err != nil {
		return err
	}
	err = p.Emit(ctx, &event.OperationLogged{
		Meta: event.Meta{
			ID: fmt.Sprintf("topic-renew/%s/%s/%d", r.cluster, begun.Topic, begun.Epoch), Source: "/custody/cli", Time: time.Now(),
		},
		Controller: event.Party(r.who.controller), Action: event.OperationActionTopicRenew, Actor: actor, Detail: summary(begun),
	})
	if err = errors.Join(err, p.Close(ctx)); err != nil {
		return fmt.Errorf("epoch %d has begun, but the event that says so was not sent: %w", begun.Epoch, err)
	}
	return nil
}

// summary tells a renewal in at most 200 characters.
func summary(r *lineage.Renewal) string {
	count := map[lineage.Change]int{}
	for _, b := range r.Beginnings {
		count[b.Change]++
	}
	var words []string
	for _, change := range []lineage.Change{lineage.Unchanged, lineage.Grown, lineage.Recreated, lineage.CutShort} {
		if count[change] > 0 {
			words = append(words, fmt.Sprintf("%d %s", count[change], change))
		}
	}
	return fmt.Sprintf("epoch %d of %d partitions: %s", r.Epoch, len(r.Beginnings), strings.Join(words, ", "))
}

func beginningColumns() []column[lineage.Beginning] {
	type b = lineage.Beginning
	return []column[b]{
		{name: "partition", value: func(b b) any { return b.Partition }},
		{name: "change", value: func(b b) any { return string(b.Change) }},
		{name: "logged_up_to", value: func(b b) any { return b.Logged }},
		{name: "kafka_first", value: func(b b) any { return b.First }},
		{name: "kafka_end", value: func(b b) any { return b.End }},
		{name: "begins_at", value: func(b b) any { return b.Start }},
	}
}
