package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// history judges the day by the rules that need history, and prints whom most of
// what they find is about.
func (d *demo) history(ctx context.Context, db *store.DB) error {
	fmt.Fprintf(d.progress, "judging the day by its history\n")
	if err := d.judge(ctx, db); err != nil {
		return fmt.Errorf("judge the day by its history: %w", err)
	}
	groups, err := db.FindingGroups(ctx, ledger.FindingFilter{})
	if err != nil {
		return err
	}
	groups = slices.DeleteFunc(groups, func(g ledger.FindingGroup) bool { return !slices.Contains(store.HistoryRules, g.Rule) })
	const most = 8
	fmt.Fprintf(d.out, "\nWhat the history of persons shows: %d groups by rule, source and recipient, the largest (custody findings)\n", len(groups))
	type g = ledger.FindingGroup
	return printAll(d.out, "table", groups[:min(most, len(groups))], []column[g]{
		{name: "rule", value: func(g g) any { return g.Rule }},
		{name: "source", value: func(g g) any { return g.Source }},
		{name: "recipient", value: func(g g) any { return g.Recipient }},
		{name: "law", value: func(g g) any { return g.Article }},
		{name: "findings", value: func(g g) any { return g.Findings }},
		{name: "persons", value: func(g g) any { return g.Persons }},
	})
}

// judge runs the consumer of findings until it is as far as the log.
func (d *demo) judge(ctx context.Context, db *store.DB) (err error) {
	log, err := (&daemon.Log{Level: "error", Format: "console"}).New(d.progress)
	if err != nil {
		return err
	}
	run, release, err := d.house.servers.findings(findingsEvery, log, prometheus.NewRegistry(), new(daemon.Health))
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- run(running) }()
	defer func() { stop(); err = errors.Join(err, <-ended, release()) }()
	ends, err := db.Ends(ctx)
	if err != nil {
		return err
	}
	for {
		last, _, err := db.LastStep(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(ends, func(e store.End) bool { return last.Below[e.Partition] < e.Next }) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
