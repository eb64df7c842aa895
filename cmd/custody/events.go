package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// A Picking is which rows `custody events` shows, as flags say it.
type picking struct {
	recipient, source, from, to string
	kinds, outcomes             []string
	limit                       int
}

func eventsCommand(a *app) *cobra.Command {
	l, f, p := lookup{app: a}, format(""), picking{}
	c := &cobra.Command{
		Use: "events [SUBJECT]", Short: "List a person's events, or those that flags pick", GroupID: groupAsk, Args: cobra.MaximumNArgs(1),
		Long: `List a person's events, or, without a SUBJECT or --account, all that the flags
pick: whose data reached a recipient between two days? A list that would be
longer than --limit is an error, never cut. Looking up a person is recorded. A
certificate says whether the list has all that Kafka held; if not, the exit code is 1.`,
		Example: "  custody events tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18\n" +
			"  custody events --recipient cainiao --from 2026-11-01 --to 2026-12-01 -o csv\n" +
			"  custody events --outcome rejected -o jsonl",
		RunE: func(c *cobra.Command, args []string) error {
			filter, err := p.filter()
			if err != nil {
				return a.misuse(err)
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			certificate, subjects, err := l.anybody(c.Context(), db, args)
			if err != nil {
				return err
			}
			filter.Subjects, filter.Known = subjects, certificate.Known()
			rows, err := db.Events(c.Context(), filter)
			if err != nil {
				return err
			}
			return give(&l, f, answer[store.Event]{certificate, subjects, "events", rows, eventColumns(len(subjects) > 0)})
		},
	}
	fs := c.Flags()
	fs.StringVar(&p.recipient, "recipient", "", "only flows to this `party`")
	fs.StringVar(&p.source, "source", "", "only events of this `service`")
	fs.StringVar(&p.from, "from", "", "only what happened at or after this `time`: 2026-11-01 or RFC 3339")
	fs.StringVar(&p.to, "to", "", "only what happened before this `time`")
	fs.StringSliceVar(&p.kinds, "kind", nil, "only these `kinds`: data.shared,consent.granted")
	fs.StringSliceVar(&p.outcomes, "outcome", []string{"accepted"}, "only these `outcomes`: accepted, duplicate, conflict, rejected, lost, or all")
	fs.IntVar(&p.limit, "limit", 10_000, "fail if there are more")
	l.flags(c)
	f.flag(fs)
	return c
}

// anybody is the person asked for, or no one person.
func (l *lookup) anybody(ctx context.Context, db *store.DB, args []string) (ledger.Certificate, []string, error) {
	if len(args) == 1 || l.account != "" {
		return l.person(ctx, db, args, event.ActionEvents)
	}
	c, err := l.certify(ctx, db, func() error { return nil })
	if err != nil {
		return c, nil, err
	}
	return c, nil, attest(ctx, db, &c, nil)
}

func (p *picking) filter() (f store.Filter, err error) {
	f = store.Filter{Recipient: p.recipient, Source: p.source, Limit: p.limit}
	if f.From, err = moment(p.from); err != nil {
		return f, fmt.Errorf("--from: %w", err)
	}
	if f.To, err = moment(p.to); err != nil {
		return f, fmt.Errorf("--to: %w", err)
	}
	if f.Kinds, err = choose(p.kinds, event.KindCollected, event.KindCount-1); err != nil {
		return f, fmt.Errorf("--kind: %w", err)
	}
	if slices.Equal(p.outcomes, []string{"all"}) {
		return f, nil
	}
	if f.Outcomes, err = choose(p.outcomes, ledger.Accepted, ledger.Lost); err != nil {
		return f, fmt.Errorf("--outcome: %w", err)
	}
	return f, nil
}

// choose finds names among the constants from first to last.
func choose[T interface {
	~uint8
	String() string
}](names []string, first, last T) (chosen []T, err error) {
	var all []string
	for c := first; c <= last; c++ {
		all = append(all, c.String())
		if slices.Contains(names, c.String()) {
			chosen = append(chosen, c)
		}
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			return nil, fmt.Errorf("%q: want one of %s", name, strings.Join(all, ", "))
		}
	}
	return chosen, nil
}

// moment reads a day or a point in time; nothing is the zero time.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, fmt.Errorf("%q: want 2026-11-01 or 2026-11-01T08:00:00+08:00", s)
	}
	return t, nil
}

// eventColumns are an event's columns; a table of one person's events leaves the subject out.
func eventColumns(ofOne bool) []column[store.Event] {
	type e = store.Event
	return []column[e]{
		{name: "time", value: func(e e) any { return e.Time }},
		{name: "kind", value: func(e e) any { return e.Kind }},
		{name: "subject", value: func(e e) any { return e.Subject }, long: ofOne, width: 48},
		{name: "outcome", value: func(e e) any { return e.Outcome }},
		{name: "reason", value: func(e e) any { return e.Reason }, long: true},
		{name: "reason_field", value: func(e e) any { return e.ReasonField }, long: true},
		{name: "about", value: func(e e) any { return about(e) }, table: true, width: 44},
		{name: "data", value: func(e e) any { return data(e) }, long: true},
		{name: "extensions", value: func(e e) any { return e.Extensions }, long: true},
		{name: "findings", value: func(e e) any { return e.Findings }},
		{name: "policy", value: func(e e) any { return e.Judged.Policy }, long: true},
		{name: "policy_digest", value: func(e e) any { return e.Judged.PolicyDigest }, long: true},
		{name: "catalog_digest", value: func(e e) any { return e.Judged.CatalogDigest }, long: true},
		{name: "id", value: func(e e) any { return e.ID }, width: 40},
		{name: "source", value: func(e e) any { return e.Source }, long: true},
		{name: "recorded_at", value: func(e e) any { return e.RecordedAt }, long: true},
		{name: "misplaced", value: func(e e) any { return e.Misplaced }, long: true},
		{name: "kafka", value: func(e e) any { return place(e) }, long: true},
		{name: "seq", value: func(e e) any { return e.Seq }, long: true},
	}
}

// place is where the record stood: the identity of a row.
func place(e store.Event) string {
	return fmt.Sprintf("%s/%s/%d/%d/%d", e.Cluster, e.Topic, e.Epoch, e.Partition, e.Offset)
}

// about tells the point of an event in a few words.
func about(e store.Event) string {
	if e.Outcome == ledger.Rejected.String() {
		return strings.TrimSpace(e.Reason + " " + e.ReasonField)
	}
	var words []string
	for _, name := range []string{"holder", "recipient", "categories", "purpose", "request_id", "action", "consent_id"} {
		i := slices.IndexFunc(e.Data, func(v store.Value) bool { return v.Name == name })
		if i < 0 {
			continue
		}
		word := readable(e.Data[i].Value, ", ", time.DateTime)
		if name == "recipient" {
			word = "→ " + word
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// data is the event's data as an object.
func data(e store.Event) map[string]any {
	object := make(map[string]any, len(e.Data))
	for _, v := range e.Data {
		object[v.Name] = v.Value
	}
	return object
}
