package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
)

// maxAliases is how many pseudonyms one person may have.
const maxAliases = 10_000

// Aliases returns the subjects and all that are linked with them, sorted: over
// any number of links, in either direction, as the newest event on each pair says
// that is in the part of the log that k is.
func (db *DB) Aliases(ctx context.Context, k ledger.Known, subjects ...string) ([]string, error) {
	known := map[string]bool{}
	for _, s := range subjects {
		known[s] = true
	}
	for front := slices.Sorted(maps.Keys(known)); len(front) > 0; {
		pairs, err := db.links(ctx, k, front)
		if err != nil {
			return nil, fmt.Errorf("follow the links of %d subjects: %w", len(front), err)
		}
		front = nil
		for p, state := range pairs {
			for _, s := range p {
				if state.linked && !known[s] {
					known[s] = true
					front = append(front, s)
				}
			}
		}
		if len(known) > maxAliases {
			return nil, fmt.Errorf("more than %d pseudonyms of one person: %w", maxAliases, ErrTooMany)
		}
	}
	return slices.Sorted(maps.Keys(known)), nil
}

// A pair is two linked subjects, in order.
type pair [2]string

type linkState struct {
	at     time.Time
	linked bool
}

// A link in the other direction is found through an index of its own, so the two
// directions are two questions.
const linksQuery = `SELECT concat(subject_namespace, ':', toString(subject)) AS a,
	concat(linked_subject_namespace, ':', toString(linked_subject)) AS b, time, recorded_at, kind = 'subject.linked' AS linked
FROM custody.log
WHERE outcome = 'accepted' AND type IN ('org.datacustody.subject.linked.v1', 'org.datacustody.subject.unlinked.v1')
	AND `

// links returns the newest word on every pair that one of the subjects is in.
func (db *DB) links(ctx context.Context, k ledger.Known, subjects []string) (map[pair]linkState, error) {
	all, err := db.linksOf(ctx, k, subjects)
	pairs := map[pair]linkState{}
	for _, l := range all {
		p := pair{min(l.A, l.B), max(l.A, l.B)}
		// of two events of one moment the one that links wins: a recipient too many is found out, one too few is not
		if old, ok := pairs[p]; !ok || l.Time.After(old.at) || l.Time.Equal(old.at) && l.Linked {
			pairs[p] = linkState{l.Time, l.Linked}
		}
	}
	return pairs, err
}

// linksOf returns every word on every pair that one of the subjects is in.
func (db *DB) linksOf(ctx context.Context, k ledger.Known, subjects []string) (links []lineage.Link, err error) {
	known, bounds := isKnown(k)
	for _, prefix := range []string{"", "linked_"} {
		where, args := isOneOf(prefix+"subject", subjects)
		rows, err := db.conn.Query(ctx, linksQuery+where+" AND "+known, append(args, bounds...)...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var l lineage.Link
			var linked uint8
			if err := rows.Scan(&l.A, &l.B, &l.Time, &l.RecordedAt, &linked); err != nil {
				return nil, err
			}
			l.Linked = linked == 1
			links = append(links, l)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return links, nil
}

// isOneOf is the condition that a subject's two columns are one of subjects; a
// subject that is none cannot be in the log.
func isOneOf(column string, subjects []string) (where string, args []any) {
	namespaces, ids := make([]string, 0, len(subjects)), make([]string, 0, len(subjects))
	for _, s := range subjects {
		if ns, id, ok := strings.Cut(s, ":"); ok && isUUID(id) {
			namespaces, ids = append(namespaces, ns), append(ids, id)
		}
	}
	if len(ids) == 0 {
		return "0", nil
	}
	return "(" + column + "_namespace, " + column + `) IN (
		SELECT t.1, toUUID(t.2) FROM (SELECT arrayJoin(arrayZip(?, ?)) AS t))`, []any{namespaces, ids}
}

// isAfter is the condition that a row's subject is behind s, in the order of the log.
func isAfter(s string) (where string, args []any) {
	ns, id, ok := strings.Cut(s, ":")
	if !ok || !isUUID(id) {
		return "0", nil
	}
	return "(subject_namespace > ? OR subject_namespace = ? AND subject > toUUID(?))", []any{ns, ns, id}
}

func isUUID(s string) bool {
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		if dash != (c == '-') || !dash && !hex {
			return false
		}
	}
	return len(s) == 36
}
