package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	history "github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

// A ShownFinding is all there is to know of a finding.
type shownFinding struct {
	changes         []ledger.Finding // in their order; the last one counts
	marks           []ledger.Mark
	message, remedy string
}

var errNoFinding = errors.New("no such finding; custody findings --each lists those that stand")

func findingsShowCommand(a *app) *cobra.Command {
	l, f, language := lookup{app: a}, format(""), ""
	c := &cobra.Command{
		Use: "show ID", Short: "Show a finding: the rule, the event, what became of it", Args: cobra.ExactArgs(1),
		Long: `Show a finding: which rule which event breaks, what it is held against and how to
mend it, since when it stands or why it no longer does, and what persons said of
it. Where it is about a person, the look-up is recorded.`,
		Example: "  custody findings show 5a1f0c3e9d2b47868c1d2e3f4a5b6c7d\n" +
			"  custody findings show 5a1f0c3e9d2b47868c1d2e3f4a5b6c7d --language zh -o json",
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("--language", language, languages); err != nil {
				return a.misuse(err)
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			s := shownFinding{}
			if s.changes, err = db.History(c.Context(), args[0]); err != nil {
				return err
			}
			if len(s.changes) == 0 {
				return errNoFinding
			}
			if subject := s.last().Subject; subject != "" {
				if err := l.record(c.Context(), subject, event.ActionEvents); err != nil {
					return err
				}
			}
			if s.marks, err = db.Marks(c.Context(), args[0]); err != nil {
				return err
			}
			s.message, s.remedy = sayings(s.last().Rule, language)
			if f != "table" {
				return printAll(a.out, f, []shownFinding{s}, shownFindingColumns())
			}
			s.describe(a.out)
			return nil
		},
	}
	l.recordFlags(c)
	languageFlag(c, &language)
	f.flag(c.Flags())
	return c
}

var languages = []string{"en", "zh"}

func languageFlag(c *cobra.Command, language *string) {
	c.Flags().StringVar(language, "language", "en", "`language` of what is said: en or zh")
}

// sayings are what a rule says, and how to mend what breaks it.
func sayings(rule, language string) (message, remedy string) {
	say := func(m, r catalog.Label) (string, string) { return m.In(language), r.In(language) }
	if r := rules.Named(rule); r != nil {
		return say(r.Message, r.Remedy)
	}
	for _, r := range history.Rules() {
		if r.ID == rule {
			return say(r.Message, r.Remedy)
		}
	}
	return "", ""
}

func (s *shownFinding) last() ledger.Finding { return s.changes[len(s.changes)-1] }

// state is what holds of it now.
func (s *shownFinding) state() string {
	switch {
	case !s.last().Stands:
		return "void"
	case len(s.marks) == 0 || s.marks[len(s.marks)-1].State == "reopened":
		return "open"
	}
	return s.marks[len(s.marks)-1].State
}

// happened is its life, a line each.
func (s *shownFinding) happened() (lines []string) {
	for _, c := range s.changes {
		word := "found"
		if !c.Stands {
			word = "void by what was logged since"
		}
		lines = append(lines, c.RecordedAt.UTC().Format(time.RFC3339)+" "+word)
	}
	for _, m := range s.marks {
		lines = append(lines, fmt.Sprintf("%s %s by %s: %s", m.Time.UTC().Format(time.RFC3339), m.State, m.Actor, m.Note))
	}
	return lines
}

func shownFindingColumns() []column[shownFinding] {
	type s = shownFinding
	return []column[s]{
		{name: "finding", value: func(s s) any { return s.last().ID }},
		{name: "state", value: func(s s) any { return s.state() }},
		{name: "rule", value: func(s s) any { return s.last().Rule }},
		{name: "severity", value: func(s s) any { return s.last().Severity }},
		{name: "article", value: func(s s) any { return s.last().Article }},
		{name: "message", value: func(s s) any { return s.message }},
		{name: "remedy", value: func(s s) any { return s.remedy }},
		{name: "field", value: func(s s) any { return s.last().Field }},
		{name: "because", value: func(s s) any { return s.last().Because }},
		{name: "policy", value: func(s s) any { return s.last().Policy }},
		{name: "source", value: func(s s) any { return s.last().Source }},
		{name: "id", value: func(s s) any { return s.last().EventID }},
		{name: "type", value: func(s s) any { return s.last().Type }},
		{name: "time", value: func(s s) any { return s.last().Time }},
		{name: "subject", value: func(s s) any { return s.last().Subject }},
		{name: "controller", value: func(s s) any { return s.last().Controller }},
		{name: "holder", value: func(s s) any { return s.last().Holder }},
		{name: "recipient", value: func(s s) any { return s.last().Recipient }},
		{name: "kafka", value: func(s s) any { return placeOf(s.last()) }},
		{name: "history", value: func(s s) any { return s.happened() }},
	}
}

func placeOf(f ledger.Finding) string {
	if f.Place.Cluster == "" {
		return ""
	}
	return f.Place.String()
}

// describe prints a finding as a list of what is known.
func (s *shownFinding) describe(w io.Writer) {
	for i, c := range shownFindingColumns() {
		text := readable(c.value(*s), "\n                     ", time.RFC3339Nano)
		switch {
		case i == 0:
			fmt.Fprintln(w, text)
		case text != "":
			fmt.Fprintf(w, "  %-18s %s\n", c.name, text)
		}
	}
}
