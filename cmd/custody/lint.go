package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

func lintCommand(a *app) *cobra.Command {
	var l linting
	c := &cobra.Command{
		Use: "lint FILE|-...", Short: "See what events are rejected for, and which rules they break", GroupID: groupSend, Args: cobra.MinimumNArgs(1),
		Long: `See what events would be rejected for, and which rules of law and of the privacy
policy in force they break. Takes files as emit does, and - for standard input;
needs no server and sends nothing. Exit code 1 if an event is rejected or has a
finding that is an error, so that it can stand in a test of the service.`,
		Example: "  custody lint events.jsonl\n" +
			"  custody simulate --stdout --events 100 | custody lint -o json -",
		RunE: func(_ *cobra.Command, files []string) error {
			c, err := a.servers.contract.catalog()
			if err != nil {
				return err
			}
			l.catalog, l.decoder = c, event.NewDecoder(a.servers.contract.options)
			for _, name := range files {
				if err := l.file(a.in, name); err != nil {
					return err
				}
			}
			if err := l.print(a.out); err != nil {
				return err
			}
			return l.verdict()
		},
	}
	l.output.flag(c.Flags())
	c.Flags().StringVar(&l.language, "language", "en", "`language` of messages and remedies: en or zh")
	return c
}

// A Linting is one run of `custody lint`.
type linting struct {
	output   format
	language string
	catalog  *catalog.Catalog
	decoder  *event.Decoder
	verdicts rules.Verdict
	events   []linted
}

// A Linted is an event and what there is to say of it.
type linted struct {
	file, place, id                      string
	outcome, reason, field, rule, remedy string
	policy                               string
	findings                             []rules.Explanation
}

// file judges the events of a file.
func (l *linting) file(in io.Reader, name string) error {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	for p, err := range pieces(in) {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		e := l.judge(p.text)
		e.file, e.place = name, p.place
		l.events = append(l.events, e)
	}
	return nil
}

func (l *linting) judge(text []byte) linted {
	m := structured(text)
	r, rejection := l.decoder.Decode(&m, time.Now())
	e := linted{id: string(r.ID), outcome: "accepted", findings: []rules.Explanation{}}
	if rejection != nil {
		e.outcome, e.reason = "rejected", rejection.Reason.String()
		e.field, e.rule, e.remedy = rejection.Field, rejection.Rule, rejection.Remedy
		return e
	}
	rules.Judge(l.catalog, r, &l.verdicts)
	if l.verdicts.Policy != nil {
		e.policy = l.verdicts.Policy.ID
	}
	e.findings = append(e.findings, l.verdicts.Explain(l.language)...)
	return e
}

func (l *linting) print(w io.Writer) error {
	if l.output != "table" {
		return printAll(w, l.output, l.events, lintColumns)
	}
	for _, e := range l.events {
		where := e.file + ": " + e.place
		if e.outcome == "rejected" {
			fmt.Fprintf(w, "%s: rejected: %s\n", where, joinParts(e.reason, e.field, e.rule, e.remedy))
		}
		for _, f := range e.findings {
			fmt.Fprintf(w, "%s: %s %s (%s): %s\n", where, f.Severity, f.Rule, f.Article, joinParts(f.Field, f.Message, f.Remedy))
		}
	}
	n := l.count()
	_, err := fmt.Fprintf(w, "%d events: %d rejected; %d errors, %d warnings, %d infos\n",
		len(l.events), n["rejected"], n["error"], n["warning"], n["info"])
	return err
}

// joinParts joins what is not empty.
func joinParts(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, ": ")
}

var lintColumns = []column[linted]{
	{name: "file", value: func(e linted) any { return e.file }},
	{name: "place", value: func(e linted) any { return e.place }},
	{name: "id", value: func(e linted) any { return e.id }},
	{name: "outcome", value: func(e linted) any { return e.outcome }},
	{name: "reason", value: func(e linted) any { return e.reason }},
	{name: "field", value: func(e linted) any { return e.field }},
	{name: "rule", value: func(e linted) any { return e.rule }},
	{name: "remedy", value: func(e linted) any { return e.remedy }},
	{name: "policy", value: func(e linted) any { return e.policy }},
	{name: "findings", value: func(e linted) any { return findings(e.findings) }},
}

// Findings are explanations that read as the ids of their rules, and are objects in JSON.
type findings []rules.Explanation

// String is the rules, for CSV.
func (fs findings) String() string {
	ids := make([]string, len(fs))
	for i, f := range fs {
		ids[i] = f.Rule
	}
	return strings.Join(ids, ";")
}

// count counts rejected events, and findings by severity.
func (l *linting) count() map[string]int {
	n := map[string]int{}
	for _, e := range l.events {
		n[e.outcome]++
		for _, f := range e.findings {
			n[f.Severity]++
		}
	}
	return n
}

// verdict is what the exit code says.
func (l *linting) verdict() error {
	n := l.count()
	switch {
	case len(l.events) == 0:
		return fmt.Errorf("no events there")
	case n["rejected"] > 0 || n["error"] > 0:
		return fmt.Errorf("%d events are rejected, %d findings are errors", n["rejected"], n["error"])
	}
	return nil
}
