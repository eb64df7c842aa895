package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"

	"github.com/datacustody/custody/internal/ledger"
)

// HistoryRules are the rules that a flow breaks by what else is logged of the person.
var HistoryRules = []string{"consent-missing", "consent-withdrawn", "consent-not-covering", "notice-superseded", "resurrected", "retention-exceeded"}

// details is what a finding says beside its id, in the order of scanFinding.
const details = `tuple(toString(rule), toString(field), toString(because), toString(policy), toString(source), toString(id), toString(type), time,
	toString(subject_namespace), subject, toString(controller), toString(holder), toString(recipient),
	toString(kafka_cluster), toString(kafka_topic), kafka_epoch, kafka_partition, kafka_offset)`

// flowsOf are the flows of the people, and historiesOf what else is logged of each.
const (
	flowsOf = `SELECT p.person AS person, toString(l.source) AS source, l.id AS id, toString(l.type) AS type, l.time AS time,
		toString(l.subject_namespace) AS subject_namespace, l.subject AS subject, toString(l.controller) AS controller, toString(l.holder) AS holder,
		toString(l.recipient) AS recipient, toString(l.country) AS country, CAST(l.categories AS Array(String)) AS categories, toString(l.purpose) AS purpose,
		l.consent_id AS consent, l.legal_basis IN ('pipl-13-1-1', 'gdpr-6-1-a') OR l.consent_id != '' AS relies, ifNull(l.retention_until, ` + forEver + `) AS keep,
		toString(l.kafka_cluster) AS kafka_cluster, toString(l.kafka_topic) AS kafka_topic, l.kafka_epoch AS kafka_epoch, l.kafka_partition AS kafka_partition, l.kafka_offset AS kafka_offset,
		%[1]s AS day, toString(l.policy) AS policy
	FROM custody.log AS l INNER JOIN people AS p ON p.namespace = l.subject_namespace AND p.subject = l.subject
	WHERE ` + ofPeople + ` AND type IN (` + flowTypes + `) AND %[2]s`

	historiesOf = `SELECT p.person AS person, %[1]s, %[2]s, %[3]s, %[4]s
	FROM (SELECT *, %[5]s AS superseded FROM custody.log WHERE ` + ofPeople + ` AND type IN (` + historyTypes + `) AND %[6]s) AS l
	INNER JOIN people AS p ON p.namespace = l.subject_namespace AND p.subject = l.subject
	GROUP BY p.person`

	ofEveryone = `SELECT tuple(requests, refusals) FROM (SELECT %[1]s FROM custody.log WHERE ` + noSubject + ` AND outcome = 'accepted' AND type IN (` + caseTypes + `) AND %[2]s)`

	// what stood before, of the same people
	standingOf = `SELECT finding, argMax(` + details + `, recorded_at) AS said FROM custody.findings
	WHERE (subject_namespace, subject) IN (SELECT namespace, subject FROM people) AND rule IN ?
	GROUP BY finding HAVING argMax(stands, recorded_at)`
)

// judged is the question what the findings of some people change to, below some
// offsets. One finding is one row, of an event that was accepted twice the first.
func (j Judging) judged(k ledger.Known) (query string, args []any) {
	known, bounds := isKnown(k)
	days, zones := j.days()
	superseded, notices := j.superseded()
	flows := fmt.Sprintf(flowsOf, days, known)
	histories := fmt.Sprintf(historiesOf,
		gathered("consent.granted", grantType, "time, controller, consent_id, purposes, categories, recipients, countries, ifNull(expires, "+forEver+"), notice, superseded")+" AS grants",
		gathered("consent.withdrawn", withdrawalType, "time, controller, consent_id, purposes, categories, recipients, "+ref)+" AS withdrawals", cases(),
		gathered("data.collected", collectionType, "time, controller, origin, categories, ifNull(retention_until, "+forEver+")")+" AS collections",
		superseded, known)
	query = `WITH ` + framed + `, ('', '', '') AS nothing, (` + fmt.Sprintf(ofEveryone, cases(), known) + `) AS everyone
SELECT finding, countIf(now) > 0 AS stands, if(stands, minIf(said, now), minIf(said, NOT now)) AS detail FROM (
	SELECT ` + findingID + ` AS finding, true AS now, ` + details + ` AS said FROM (
		SELECT *, v.1 AS rule, v.2 AS field, v.3 AS because FROM (
			SELECT f.*, ` + verdicts + ` AS found FROM (
				SELECT f.*,
					arrayFilter(w -> w.controller = f.controller AND w.at < f.time, h.withdrawals) AS withdrawals,
					arrayFilter(c -> c.controller = f.controller AND c.at <= f.time AND hasAny(c.categories, f.categories), h.collections) AS collections,
					arrayFilter(r -> r.controller = f.controller AND r.at < f.time AND (empty(r.recipients) OR has(r.recipients, f.recipient)), arrayConcat(h.requests, everyone.1)) AS requests,
					arrayFilter(x -> x.recipient IN ('', f.recipient), arrayConcat(h.refusals, everyone.2)) AS refusals,
					arrayFilter(g -> g.controller = f.controller AND g.at <= f.time AND (f.consent = '' OR g.consent = f.consent), h.grants) AS given
				FROM (` + flows + `) AS f LEFT JOIN (` + histories + `) AS h ON h.person = f.person) AS f
			WHERE notEmpty(found)) ARRAY JOIN found AS v)
	UNION ALL
	SELECT finding, false AS now, said FROM (` + standingOf + `))
GROUP BY finding
HAVING stands != (countIf(NOT now) > 0) OR minIf(said, now) != minIf(said, NOT now)
ORDER BY finding`
	return query, slices.Concat(bounds, zones, bounds, notices, bounds, []any{HistoryRules})
}

// Changes gives what the findings of people by their history change to, in the
// part of the log that k is: which begin to stand, no longer do, or are held
// against something else. Where it is asked again after the answer was stored it is empty.
func (j *Judge) Changes(ctx context.Context, k ledger.Known, people []ledger.Person) ([]ledger.Finding, error) {
	table, err := peopleTable(people)
	if err != nil {
		return nil, fmt.Errorf("judge the history of %d persons: %w", len(people), err)
	}
	query, args := j.by.judged(k)
	changes, err := j.findings(clickhouse.Context(ctx, clickhouse.WithExternalTable(table), clickhouse.WithSettings(judgeSettings())), query, args...)
	if err != nil {
		return nil, fmt.Errorf("judge the history of %d persons: %w", len(people), err)
	}
	return changes, nil
}

// judgeSettings keep the lists of many persons from being held for many flows at once.
func judgeSettings() clickhouse.Settings {
	s := clickhouse.Settings{"max_block_size": 1024, "join_use_nulls": 0, "max_threads": 2}
	for _, q := range questionSettings {
		s[q.Key] = q.Value
	}
	return s
}

func peopleTable(people []ledger.Person) (*ext.Table, error) {
	table, err := ext.NewTable("people", ext.Column("namespace", "String"), ext.Column("subject", "UUID"), ext.Column("person", "UInt32"))
	for n, p := range people {
		for _, s := range p {
			namespace, id, ok := strings.Cut(s, ":")
			if err == nil && ok && isUUID(id) {
				err = table.Append(namespace, id, uint32(n))
			}
		}
	}
	return table, err
}

// findings reads rows of an id, whether it stands, and details.
func (j *Judge) findings(ctx context.Context, query string, args ...any) (found []ledger.Finding, err error) {
	rows, err := j.db.conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f ledger.Finding
		var d []any
		if err := rows.Scan(&f.ID, &f.Stands, &d); err != nil {
			return nil, err
		}
		if err := detail(&f, d); err != nil {
			return nil, err
		}
		facts := j.by.Rules[f.Rule]
		f.Severity, f.Article = facts.Severity, facts.Article
		found = append(found, f)
	}
	return found, rows.Err()
}

func detail(f *ledger.Finding, d []any) error {
	namespace, id := "", fmt.Sprint(d[9])
	at, ok := d[7].(time.Time)
	if !ok {
		return fmt.Errorf("a time of type %T", d[7])
	}
	f.Time = at.UTC()
	for i, into := range map[int]*string{0: &f.Rule, 1: &f.Field, 2: &f.Because, 3: &f.Policy, 4: &f.Source, 5: &f.EventID, 6: &f.Type,
		8: &namespace, 10: &f.Controller, 11: &f.Holder, 12: &f.Recipient, 13: &f.Place.Cluster, 14: &f.Place.Topic} {
		*into, _ = d[i].(string)
	}
	if namespace != "" {
		f.Subject = namespace + ":" + id
	}
	f.Place.Epoch, _ = d[15].(uint32)
	f.Place.ID, _ = d[16].(int32)
	f.Place.Offset, _ = d[17].(int64)
	return nil
}
