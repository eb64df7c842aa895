package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

func findingsMarkCommand(a *app) *cobra.Command {
	m := marking{app: a}
	c := &cobra.Command{
		Use: "mark ID...", Short: "Say what became of findings", Args: cobra.MinimumNArgs(1),
		Long: `Say what became of findings: acknowledged (somebody works on it), false-positive
(it is none), resolved (its cause was mended), or reopened. It is an event of its
own in the log, with who said it and why; nothing is changed or deleted.`,
		Example: "  custody findings mark 5a1f0c3e9d2b47868c1d2e3f4a5b6c7d --state resolved --actor dpo --note 'rolled back, ticket 4711'",
		RunE:    func(c *cobra.Command, args []string) error { return m.mark(c.Context(), args) },
	}
	fs := c.Flags()
	fs.StringVar(&m.state, "state", "", "acknowledged, false-positive, resolved or reopened")
	fs.StringVar(&m.actor, "actor", "", "who says so: a `role` or pseudonym, never a name")
	fs.StringVar(&m.note, "note", "", "why, in a few words without personal values")
	fs.StringVar(&m.controller, "controller", "", "`party` for which it is said (default: the controller of the event)")
	return c
}

// A Marking is one run of `custody findings mark`.
type marking struct {
	app                            *app
	state, actor, note, controller string
}

var markStates = []string{"acknowledged", "false-positive", "resolved", "reopened"}

func (m *marking) mark(ctx context.Context, ids []string) error {
	if err := oneOf("--state", m.state, markStates); err != nil {
		return m.app.misuse(err)
	}
	if strings.TrimSpace(m.actor) == "" || strings.TrimSpace(m.note) == "" {
		return m.app.misuse(errors.New("--actor has to say who judges, and --note why"))
	}
	db, err := m.app.servers.store(roleAuditor)
	if err != nil {
		return err
	}
	defer db.Close()
	var events []event.Event
	for _, id := range ids {
		changes, err := db.History(ctx, id)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return fmt.Errorf("%s: %w", id, errNoFinding)
		}
		events = append(events, m.event(id, changes[len(changes)-1]))
	}
	p, err := m.app.servers.producer("findings", false, teller(m.app.err))
	if err != nil {
		return err
	}
	if err := errors.Join(p.Emit(ctx, events...), p.Close(context.WithoutCancel(ctx))); err != nil {
		return fmt.Errorf("mark %d findings: %w", len(ids), err)
	}
	_, err = fmt.Fprintf(m.app.out, "%d marked as %s\n", len(ids), m.state)
	return err
}

func (m *marking) event(id string, f ledger.Finding) event.Event {
	return &event.FindingMarked{
		Meta:       event.Meta{ID: event.NewID(), Source: "/custody/findings", Time: time.Now()},
		Controller: event.Party(cmp.Or(m.controller, f.Controller, controllerDefault)),
		Finding:    id, State: event.State(m.state), Actor: m.actor, Note: m.note,
	}
}

// oneOf says which words a flag takes.
func oneOf(flag, word string, words []string) error {
	for _, w := range words {
		if w == word {
			return nil
		}
	}
	return fmt.Errorf("%s %q: want one of %s", flag, word, strings.TrimPrefix(strings.Join(words, ", "), ", "))
}
