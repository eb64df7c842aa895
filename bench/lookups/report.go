package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// report writes down what was measured, and what the rows take.
func (s *site) report(ctx context.Context, o settings, f filling, m measurements) error {
	var b strings.Builder
	version, err := s.ask(ctx, "admin", "SELECT version()")
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "# Look-ups in a log of %s rows\n\n", grouped(f.rows))
	fmt.Fprintf(&b, "Written by `make bench-lookups` on %s: %s; %s, embedded ClickHouse %s.\n\n", time.Now().UTC().Format(time.DateOnly), machine(), runtime.Version(), version[0][0])
	if err := s.parts(ctx, &b, o, f); err != nil {
		return err
	}
	times(&b, m)
	for _, t := range tables {
		if err := s.table(ctx, &b, t); err != nil {
			return err
		}
	}
	if o.report == "" {
		_, err = os.Stdout.WriteString(b.String())
		return err
	}
	return os.WriteFile(o.report, []byte(b.String()), 0o644)
}

func times(b *strings.Builder, m measurements) {
	fmt.Fprintf(b, "\n## What an answer takes\n\n")
	b.WriteString("Milliseconds of the server, by its query log, the queries of an answer added up; n random draws each, one after the other.\n")
	b.WriteString("Cold: of a quarter of the draws, before each the server's caches (marks, indexes, conditions) are dropped")
	if m.rooted {
		b.WriteString(" and the kernel's page cache is.\n")
	} else {
		b.WriteString("; the kernel's page cache is not, for want of root.\n")
	}
	b.WriteString("Warm: all of them, a second time, with the cache of conditions dropped, so that data are in memory but no answer.\n")
	if m.cut {
		b.WriteString("The run was stopped: the questions after these were not asked.\n")
	}
	b.WriteString("\n| question | n | warm p50 | warm p99 | cold p50 | cold p99 | CPU, warm p50 | rows read | goal, p99 |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n")
	for _, q := range m.all {
		fmt.Fprintf(b, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", q.name, len(q.warm),
			millis(of(0.5, q.warm, took)), millis(of(0.99, q.warm, took)), millis(of(0.5, q.cold, took)), millis(of(0.99, q.cold, took)),
			millis(of(0.5, q.warm, cpu)), grouped(of(0.5, q.warm, read)), q.judged())
	}
}

// judged is the question's goal, and whether it is met.
func (m measurement) judged() string {
	if m.goal == 0 {
		return ""
	}
	word := "met"
	if of(0.99, m.warm, took) > int(m.goal/time.Microsecond) {
		word = "missed"
	} else if of(0.99, m.cold, took) > int(m.goal/time.Microsecond) {
		word = "met warm"
	}
	return fmt.Sprintf("%d: %s", m.goal/time.Millisecond, word)
}

// grouped is n with commas.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
