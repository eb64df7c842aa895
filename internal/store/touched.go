package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/datacustody/custody/internal/ledger"
)

// The persons whose findings new rows may change: those the rows are of, those
// they link, and where they are cases of everyone, all of whom their controller
// ever had data.
const touchedQuery = `SELECT DISTINCT who FROM (
	SELECT concat(subject_namespace, ':', toString(subject)) AS who FROM custody.log
	WHERE outcome = 'accepted' AND subject_namespace != '' AND type IN (` + flowTypes + `, ` + historyTypes + `, ` + linkTypes + `) AND %[1]s
	UNION ALL
	SELECT concat(linked_subject_namespace, ':', toString(linked_subject)) FROM custody.log
	WHERE outcome = 'accepted' AND type IN (` + linkTypes + `) AND %[1]s
	UNION ALL
	SELECT concat(subject_namespace, ':', toString(subject)) FROM custody.log
	WHERE outcome = 'accepted' AND type IN (` + flowTypes + `) AND %[2]s AND controller IN (
		SELECT controller FROM custody.log WHERE ` + noSubject + ` AND outcome = 'accepted' AND type IN (` + caseTypes + `) AND %[1]s))`

// isNew is the condition that a row is below the one and not below the other.
func isNew(k ledger.Known, from map[ledger.Partition]int64) (where string, args []any) {
	known, bounds := isKnown(k)
	unseen, below := isUnseen(ledger.Known{Below: from})
	return "(" + known + " AND " + unseen + ")", slices.Concat(bounds, below)
}

// Touched gives the persons whose findings may differ between the part of the log
// below from, which is not nil, and the part that k is.
func (j *Judge) Touched(ctx context.Context, k ledger.Known, from map[ledger.Partition]int64) ([]ledger.Person, error) {
	fresh, news := isNew(k, from)
	known, bounds := isKnown(k)
	subjects, err := j.db.words(ctx, fmt.Sprintf(touchedQuery, fresh, known), slices.Concat(news, news, bounds, news)...)
	if err != nil {
		return nil, fmt.Errorf("ask whom new rows are about: %w", err)
	}
	people, err := j.db.people(ctx, k, subjects)
	if err != nil {
		return nil, fmt.Errorf("follow the links of %d subjects: %w", len(subjects), err)
	}
	return people, nil
}

// words is the only column of an answer.
func (db *DB) words(ctx context.Context, query string, args ...any) (out []string, err error) {
	rows, err := db.conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

const pairsQuery = `SELECT least(a, b) AS one, greatest(a, b) AS other, argMax(linked, (time, linked)) FROM (
	SELECT concat(subject_namespace, ':', toString(subject)) AS a, concat(linked_subject_namespace, ':', toString(linked_subject)) AS b,
		time, type = 'org.datacustody.subject.linked.v1' AS linked
	FROM custody.log WHERE outcome = 'accepted' AND type IN (` + linkTypes + `) AND %s
		AND ((subject_namespace, subject) IN (SELECT namespace, subject FROM people)
			OR (linked_subject_namespace, linked_subject) IN (SELECT namespace, subject FROM people)))
GROUP BY one, other`

// people sorts the subjects, and all that were ever linked with them, into
// persons as the newest word on each pair says.
func (db *DB) people(ctx context.Context, k ledger.Known, subjects []string) ([]ledger.Person, error) {
	linked := map[pair]bool{}
	known := map[string]bool{}
	for _, s := range subjects {
		known[s] = true
	}
	for front := subjects; len(front) > 0; {
		pairs, err := db.pairs(ctx, k, front)
		if err != nil {
			return nil, err
		}
		front = nil
		for p, is := range pairs {
			linked[p] = is
			for _, s := range p {
				if !known[s] {
					known[s] = true
					front = append(front, s)
				}
			}
		}
	}
	return unite(known, linked), nil
}

func (db *DB) pairs(ctx context.Context, k ledger.Known, subjects []string) (map[pair]bool, error) {
	table, err := peopleTable([]ledger.Person{subjects})
	if err != nil {
		return nil, err
	}
	where, args := isKnown(k)
	rows, err := db.conn.Query(clickhouse.Context(ctx, clickhouse.WithExternalTable(table)), fmt.Sprintf(pairsQuery, where), args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	pairs := map[pair]bool{}
	for rows.Next() {
		var p pair
		var is uint8
		if err := rows.Scan(&p[0], &p[1], &is); err != nil {
			return nil, err
		}
		pairs[p] = is == 1
	}
	return pairs, rows.Err()
}

// unite makes one person of all subjects that links connect.
func unite(subjects map[string]bool, linked map[pair]bool) []ledger.Person {
	parent := make(map[string]string, 2*len(linked))
	var root func(string) string
	root = func(s string) string {
		p, ok := parent[s]
		if !ok || p == s {
			return s
		}
		parent[s] = root(p)
		return parent[s]
	}
	for p, is := range linked {
		if is {
			parent[root(p[0])] = root(p[1])
		}
	}
	persons := map[string]ledger.Person{}
	for s := range subjects {
		persons[root(s)] = append(persons[root(s)], s)
	}
	out := make([]ledger.Person, 0, len(persons))
	for _, r := range slices.Sorted(maps.Keys(persons)) {
		slices.Sort(persons[r])
		out = append(out, persons[r])
	}
	return out
}
