package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
)

// noSubject is the condition that a row is of no person: such rows lie together.
const noSubject = `subject_namespace = '' AND subject = toUUID('` + nobody + `')`

// What settles a refusal is what the view custody.dead_letters says: an operator,
// or for a rejected record an accepted event of the same source and id. The view
// looks for that among all ids that were ever refused; here it is looked for where
// the key leads to, among the rows of the same persons, and for the hundred newest
// in the projection by_event, among the events of the same hour. So a look-up
// stays fast however much was refused; what is not found stays unresolved.
const (
	unresolvedQuery = `WITH
	s -> concat(if(length(s) < 128, char(length(s)), char(modulo(length(s), 128) + 128, intDiv(length(s), 128))), s) AS framed,
	refused AS (
		SELECT outcome, source, id, recorded_at,
			toStartOfHour(time) AS hour, toFixedString(substring(SHA256(concat(framed(source), framed(id))), 1, 16), 16) AS hash,
			concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)) AS letter
		FROM custody.log WHERE outcome IN ('rejected', 'conflict') AND %[1]s AND %[2]s)
SELECT countIf(outcome = 'rejected'), countIf(outcome = 'conflict') FROM refused
WHERE letter NOT IN (
		SELECT record_ref FROM custody.log
		WHERE ` + noSubject + ` AND type = 'org.datacustody.operation.logged.v1' AND outcome = 'accepted' AND action IN ('replay', 'heal') AND %[2]s)
	AND (outcome = 'conflict' OR id = '' OR (source, id) NOT IN (
		SELECT source, id FROM custody.log WHERE outcome = 'accepted' AND %[3]s AND %[2]s)%[4]s)`

	// of anyone, an event that was sent again is looked for as the view does it
	anyone      = `1`
	anyoneAgain = `id IN (SELECT id FROM refused WHERE outcome = 'rejected' AND id != '')`

	sentAgainElsewhere = ` AND (hour, hash) NOT IN (
		SELECT toStartOfHour(time), event_hash FROM custody.log
		WHERE outcome = 'accepted' AND (toStartOfHour(time), event_hash) IN (
			SELECT hour, hash FROM refused WHERE outcome = 'rejected' AND id != '' ORDER BY recorded_at DESC LIMIT 100) AND %s)`
)

// Unresolved counts the refused records of the subjects, without subjects the
// rejected ones of anyone, and the rejected ones of nobody, that are not settled
// in the part of the log that k is.
func (db *DB) Unresolved(ctx context.Context, k ledger.Known, subjects ...string) (d ledger.DeadLetters, err error) {
	if len(subjects) > 0 {
		who, args := isOneOf("subject", subjects)
		d.OfSubject, d.Conflicts, err = db.unresolved(ctx, k, who, args)
	} else {
		d.OfAnyone, _, err = db.unresolved(ctx, k, anyone, nil)
	}
	if err == nil {
		d.Unattributable, _, err = db.unresolved(ctx, k, noSubject, nil)
	}
	if err != nil {
		return ledger.DeadLetters{}, fmt.Errorf("count the dead letters: %w", err)
	}
	return d, nil
}

func (db *DB) unresolved(ctx context.Context, k ledger.Known, who string, whose []any) (rejected, conflicts uint64, err error) {
	known, bounds := isKnown(k)
	again, elsewhere, args := who, "", slices.Concat(whose, bounds, bounds, whose, bounds)
	switch {
	case who == anyone:
		again = anyoneAgain
	case k.At.IsZero(): // the projection has no recorded_at
		elsewhere, args = fmt.Sprintf(sentAgainElsewhere, known), append(args, bounds...)
	}
	err = db.conn.QueryRow(ctx, fmt.Sprintf(unresolvedQuery, who, known, again, elsewhere), args...).Scan(&rejected, &conflicts)
	return rejected, conflicts, err
}
