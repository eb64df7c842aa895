package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// whichFindings is the filter in SQL.
func whichFindings(f ledger.FindingFilter) (string, []any) {
	words, args := []string{"1"}, []any(nil)
	and := func(word string, value any) { words, args = append(words, word), append(args, value) }
	for _, c := range []struct{ column, value string }{
		{"finding", f.ID}, {"rule", f.Rule}, {"source", f.Source}, {"recipient", f.Recipient}, {"severity", f.Severity}, {"state", f.State},
	} {
		if c.value != "" {
			and(c.column+" = ?", c.value)
		}
	}
	for _, c := range []struct {
		word string
		at   time.Time
	}{{"time >= fromUnixTimestamp64Nano(?)", f.From}, {"time < fromUnixTimestamp64Nano(?)", f.To}, {"detected_at >= fromUnixTimestamp64Nano(?)", f.Since}} {
		if !c.at.IsZero() {
			and(c.word, c.at.UnixNano())
		}
	}
	return strings.Join(words, " AND "), args
}

// Findings returns the findings that stand and that f picks, the latest found first.
func (db *DB) Findings(ctx context.Context, f ledger.FindingFilter) (found []ledger.Standing, err error) {
	where, args := whichFindings(f)
	limit := cmp.Or(f.Limit, defaultLimit)
	rows, err := db.conn.Query(ctx, `SELECT finding, rule, severity, article, field, because, policy, source, id, type, time,
		if(subject_namespace = '', '', concat(subject_namespace, ':', toString(subject))), controller, holder, recipient, place, detected_at, state
		FROM custody.standing_findings WHERE `+where+` ORDER BY detected_at DESC, time DESC, finding LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g ledger.Standing
		if err := rows.Scan(&g.ID, &g.Rule, &g.Severity, &g.Article, &g.Field, &g.Because, &g.Policy, &g.Source, &g.EventID, &g.Type, &g.Time,
			&g.Subject, &g.Controller, &g.Holder, &g.Recipient, &g.Place, &g.DetectedAt, &g.State); err != nil {
			return nil, fmt.Errorf("read findings: %w", err)
		}
		found = append(found, g)
	}
	if err = rows.Err(); err == nil && len(found) > limit {
		err = fmt.Errorf("%w of %d", ErrTooMany, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	return found, nil
}

// FindingGroups counts the findings that stand and that f picks, those groups first
// in which most is open.
func (db *DB) FindingGroups(ctx context.Context, f ledger.FindingFilter) (groups []ledger.FindingGroup, err error) {
	where, args := whichFindings(f)
	limit := cmp.Or(f.Limit, defaultLimit)
	rows, err := db.conn.Query(ctx, `SELECT rule, source, recipient, any(severity), any(article), count(), countIf(state = 'open') AS open,
		countIf(state = 'acknowledged'), countIf(state = 'false-positive'), countIf(state = 'resolved'),
		uniqExactIf((subject_namespace, subject), subject_namespace != ''), min(time) AS first, max(time) AS last, argMax(finding, (state = 'open', time, finding))
		FROM custody.standing_findings WHERE `+where+` GROUP BY rule, source, recipient
		ORDER BY open DESC, count() DESC, rule, source, recipient LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, fmt.Errorf("count findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g ledger.FindingGroup
		if err := rows.Scan(&g.Rule, &g.Source, &g.Recipient, &g.Severity, &g.Article, &g.Findings, &g.Open, &g.Acknowledged, &g.FalsePositive, &g.Resolved,
			&g.Persons, &g.First, &g.Last, &g.Sample); err != nil {
			return nil, fmt.Errorf("count findings: %w", err)
		}
		groups = append(groups, g)
	}
	if err = rows.Err(); err == nil && len(groups) > limit {
		err = fmt.Errorf("%w of %d", ErrTooMany, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("count findings: %w", err)
	}
	return groups, nil
}

// Marks gives what persons said of a finding, in the order in which they did.
func (db *DB) Marks(ctx context.Context, finding string) (marks []ledger.Mark, err error) {
	rows, err := db.conn.Query(ctx, `SELECT state, actor, note, time, recorded_at FROM custody.log
		WHERE `+noSubject+` AND type = 'org.datacustody.finding.marked.v1' AND outcome = 'accepted' AND finding = ?
		ORDER BY time, recorded_at, kafka_partition, kafka_offset`, finding)
	if err != nil {
		return nil, fmt.Errorf("read what was said of a finding: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m ledger.Mark
		if err := rows.Scan(&m.State, &m.Actor, &m.Note, &m.Time, &m.RecordedAt); err != nil {
			return nil, fmt.Errorf("read what was said of a finding: %w", err)
		}
		marks = append(marks, m)
	}
	return marks, rows.Err()
}
