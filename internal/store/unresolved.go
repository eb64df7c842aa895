package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
)

// noSubject is the condition that a row is of no person: such rows lie together.
const noSubject = `subject_namespace = '' AND subject = toUUID('` + nobody + `')`

// settling begins the question for letters that operators dealt with.
const settling = `SELECT record_ref FROM custody.log
		WHERE ` + noSubject + ` AND type = 'org.datacustody.operation.logged.v1' AND outcome = 'accepted'`

// What settles a refusal is what the view custody.dead_letters says: an operator,
// or for a rejected record an accepted event of the same source and id. The view
// looks for that among all events; here it is looked for where the key leads to,
// among the rows of the same persons and of nobody, and for the hundred newest of
// either in the projection by_event, among the events of the same hour. What is not
// found stays unresolved.
const (
	unresolvedQuery = `WITH refused AS (
		SELECT outcome, id, letter, event_hash, recorded_at, toStartOfHour(time) AS hour, ` + noSubject + ` AS unattributable
		FROM custody.exceptions WHERE outcome != 'lost' AND (%[1]s) AND %[2]s)
SELECT countIf(NOT unattributable AND outcome = 'rejected'), countIf(NOT unattributable AND outcome = 'conflict'), countIf(unattributable AND outcome = 'rejected')
FROM refused
WHERE letter NOT IN (
		` + settling + ` AND action IN ('replay', 'heal') AND %[2]s)
	AND (outcome = 'conflict' OR id = '' OR event_hash NOT IN (
		SELECT event_hash FROM custody.log WHERE outcome = 'accepted' AND (%[3]s) AND %[2]s)%[4]s)`

	// of anyone, an event that was sent again is looked for among all
	anyone = `1`

	sentAgainElsewhere = ` AND (hour, event_hash) NOT IN (
		SELECT toStartOfHour(time), event_hash FROM custody.log
		WHERE outcome = 'accepted' AND (toStartOfHour(time), event_hash) IN (
			SELECT hour, event_hash FROM refused WHERE outcome = 'rejected' AND id != '' ORDER BY recorded_at DESC LIMIT 100 BY unattributable) AND %s)`
)

// Unresolved counts the refused records of the subjects, without subjects the
// rejected ones of anyone, and the rejected ones of nobody, that are not settled
// in the part of the log that k is.
func (db *DB) Unresolved(ctx context.Context, k ledger.Known, subjects ...string) (d ledger.DeadLetters, err error) {
	if len(subjects) > 0 {
		who, args := isOneOf("subject", subjects)
		d.OfSubject, d.Conflicts, d.Unattributable, err = db.unresolved(ctx, k, who+" OR "+noSubject, args)
	} else {
		var ofSomeone uint64
		ofSomeone, _, d.Unattributable, err = db.unresolved(ctx, k, anyone, nil)
		d.OfAnyone = ofSomeone + d.Unattributable
	}
	if err != nil {
		return ledger.DeadLetters{}, fmt.Errorf("count the dead letters: %w", err)
	}
	return d, nil
}

// unresolved counts those of persons and the rejected ones of nobody.
func (db *DB) unresolved(ctx context.Context, k ledger.Known, who string, whose []any) (rejected, conflicts, unattributable uint64, err error) {
	known, bounds := isKnown(k)
	again, elsewhere := who, ""
	args := slices.Concat(whose, bounds, bounds, whose, bounds)
	switch {
	case who == anyone:
		if again, err = db.isAgain(ctx, "refused", known, bounds); err != nil {
			return 0, 0, 0, err
		}
	case k.At.IsZero(): // the projection has no recorded_at
		elsewhere, args = fmt.Sprintf(sentAgainElsewhere, known), append(args, bounds...)
	}
	err = db.conn.QueryRow(ctx, fmt.Sprintf(unresolvedQuery, who, known, again, elsewhere), args...).Scan(&rejected, &conflicts, &unattributable)
	return rejected, conflicts, unattributable, err
}
