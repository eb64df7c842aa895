package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A Finding is one that stands, as people read it: a row of custody.standing_findings.
type Finding struct {
	ID, Rule, Severity, Article, Field, Because, Policy string
	Source, EventID, Type                               string
	Time                                                time.Time
	Subject, Controller, Holder, Recipient, Place       string
	DetectedAt                                          time.Time
	State                                               string
}

// A FindingGroup is the findings of a rule, a source and a recipient: what one bad
// deployment does.
type FindingGroup struct {
	Rule, Source, Recipient, Severity, Article            string
	Findings, Open, Acknowledged, FalsePositive, Resolved uint64
	Persons                                               uint64
	First, Last                                           time.Time // of the events
	Sample                                                string    // id of one: an open one if there is one
}

// A FindingFilter picks findings that stand. Its zero value picks all; set members must all hold.
type FindingFilter struct {
	ID, Rule, Source, Recipient, Severity, State string
	From, To                                     time.Time // of the event, [From, To)
	Since                                        time.Time // found at or after Since
	Limit                                        int       // 0 = 100,000
}

func (f FindingFilter) where() (string, []any) {
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

func (f FindingFilter) limit() int {
	if f.Limit == 0 {
		return defaultLimit
	}
	return f.Limit
}

// Findings returns the findings that stand and that f picks, the latest found first.
func (db *DB) Findings(ctx context.Context, f FindingFilter) (found []Finding, err error) {
	where, args := f.where()
	rows, err := db.conn.Query(ctx, `SELECT finding, rule, severity, article, field, because, policy, source, id, type, time,
		if(subject_namespace = '', '', concat(subject_namespace, ':', toString(subject))), controller, holder, recipient, place, detected_at, state
		FROM custody.standing_findings WHERE `+where+` ORDER BY detected_at DESC, time DESC, finding LIMIT ?`, append(args, f.limit()+1)...)
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g Finding
		if err := rows.Scan(&g.ID, &g.Rule, &g.Severity, &g.Article, &g.Field, &g.Because, &g.Policy, &g.Source, &g.EventID, &g.Type, &g.Time,
			&g.Subject, &g.Controller, &g.Holder, &g.Recipient, &g.Place, &g.DetectedAt, &g.State); err != nil {
			return nil, fmt.Errorf("read findings: %w", err)
		}
		found = append(found, g)
	}
	if err = rows.Err(); err == nil && len(found) > f.limit() {
		err = fmt.Errorf("%w of %d", ErrTooMany, f.limit())
	}
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	return found, nil
}

// FindingGroups counts the findings that stand and that f picks, those groups first
// in which most is open.
func (db *DB) FindingGroups(ctx context.Context, f FindingFilter) (groups []FindingGroup, err error) {
	where, args := f.where()
	rows, err := db.conn.Query(ctx, `SELECT rule, source, recipient, any(severity), any(article), count(), countIf(state = 'open') AS open,
		countIf(state = 'acknowledged'), countIf(state = 'false-positive'), countIf(state = 'resolved'),
		uniqExactIf((subject_namespace, subject), subject_namespace != ''), min(time) AS first, max(time) AS last, argMax(finding, (state = 'open', time, finding))
		FROM custody.standing_findings WHERE `+where+` GROUP BY rule, source, recipient
		ORDER BY open DESC, count() DESC, rule, source, recipient LIMIT ?`, append(args, f.limit()+1)...)
	if err != nil {
		return nil, fmt.Errorf("count findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g FindingGroup
		if err := rows.Scan(&g.Rule, &g.Source, &g.Recipient, &g.Severity, &g.Article, &g.Findings, &g.Open, &g.Acknowledged, &g.FalsePositive, &g.Resolved,
			&g.Persons, &g.First, &g.Last, &g.Sample); err != nil {
			return nil, fmt.Errorf("count findings: %w", err)
		}
		groups = append(groups, g)
	}
	if err = rows.Err(); err == nil && len(groups) > f.limit() {
		err = fmt.Errorf("%w of %d", ErrTooMany, f.limit())
	}
	if err != nil {
		return nil, fmt.Errorf("count findings: %w", err)
	}
	return groups, nil
}

// A Mark is what a person said of a finding.
type Mark struct {
	State, Actor, Note string
	Time, RecordedAt   time.Time
}

// Marks gives what persons said of a finding, in the order in which they did.
func (db *DB) Marks(ctx context.Context, finding string) (marks []Mark, err error) {
	rows, err := db.conn.Query(ctx, `SELECT state, actor, note, time, recorded_at FROM custody.log
		WHERE `+noSubject+` AND type = 'org.datacustody.finding.marked.v1' AND outcome = 'accepted' AND finding = ?
		ORDER BY time, recorded_at, kafka_partition, kafka_offset`, finding)
	if err != nil {
		return nil, fmt.Errorf("read what was said of a finding: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m Mark
		if err := rows.Scan(&m.State, &m.Actor, &m.Note, &m.Time, &m.RecordedAt); err != nil {
			return nil, fmt.Errorf("read what was said of a finding: %w", err)
		}
		marks = append(marks, m)
	}
	return marks, rows.Err()
}
