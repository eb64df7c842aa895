package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// maxActs is how many events of cases one answer may hold.
const maxActs = 1_000_000

var actKinds = []event.Kind{
	event.KindErasureRequested, event.KindErasureNotified, event.KindErasureAcknowledged, event.KindErasureExecuted,
	event.KindErasureRestricted, event.KindErasureRefused, event.KindErasureVerified,
}

const actsQuery = `SELECT source, id, type, if(subject_namespace = '', '', concat(subject_namespace, ':', toString(subject))), time, recorded_at,
	parent_sources, parent_ids, controller, holder, recipient, request_id, ground, scope, categories, recipients,
	ifNull(deadline, fromUnixTimestamp64Nano(toInt64(0), 'UTC')), notice_channel, delivery, attempt, method, exemption, refusal,
	ifNull(toString(until), ''), evidence_uri, evidence_sha256, actor, note
FROM custody.log
WHERE outcome = 'accepted' AND type IN ? AND %s AND %s
ORDER BY %s
LIMIT ?`

const (
	byTime      = "time, kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset"
	newestFirst = "time DESC, source DESC, id DESC"
)

// Acts returns every event of erasure cases of the subjects, and of cases about
// everyone, that is in the part of the log that k is, by time.
func (db *DB) Acts(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Act, error) {
	where, args := isOneOf("subject", subjects)
	acts, err := db.acts(ctx, k, actKinds, "("+noSubject+" OR "+where+")", args)
	if err != nil {
		return nil, fmt.Errorf("read the cases of %d subjects: %w", len(subjects), err)
	}
	return acts, nil
}

// Requests returns every request to erase, by time, but for those that were seen.
func (db *DB) Requests(ctx context.Context, k, seen ledger.Known) ([]lineage.Act, error) {
	unseen, bounds := isUnseen(seen)
	requests, err := db.acts(ctx, k, actKinds[:1], unseen, bounds)
	if err != nil {
		return nil, fmt.Errorf("read the requests to erase: %w", err)
	}
	return requests, nil
}

// Case returns the requests of a case, whatever their controllers.
func (db *DB) Case(ctx context.Context, k ledger.Known, id string) ([]lineage.Act, error) {
	requests, err := db.acts(ctx, k, actKinds[:1], "(request_id = ? OR request_id = '' AND id = ?)", []any{id, id})
	if err != nil {
		return nil, fmt.Errorf("read a request to erase: %w", err)
	}
	return requests, nil
}

// RequestsAfter returns requests to erase, the newest first, up to limit: those
// after one that was made at a time, or where that is zero from the first on.
func (db *DB) RequestsAfter(ctx context.Context, k ledger.Known, at time.Time, request lineage.Ref, limit int) ([]lineage.Act, error) {
	where, which := "1", []any(nil)
	if !at.IsZero() {
		where, which = "(time, source, id) < (fromUnixTimestamp64Nano(?), ?, ?)", []any{at.UnixNano(), request.Source, request.ID}
	}
	requests, err := db.some(ctx, k, actKinds[:1], where, which, newestFirst, limit)
	if err != nil {
		return nil, fmt.Errorf("read %d requests to erase: %w", limit, err)
	}
	return requests, nil
}

func (db *DB) acts(ctx context.Context, k ledger.Known, kinds []event.Kind, where string, which []any) ([]lineage.Act, error) {
	acts, err := db.some(ctx, k, kinds, where, which, byTime, maxActs+1)
	if err == nil && len(acts) > maxActs {
		err = ErrTooMany
	}
	return acts, err
}

func (db *DB) some(ctx context.Context, k ledger.Known, kinds []event.Kind, where string, which []any, order string, limit int) (acts []lineage.Act, err error) {
	known, bounds := isKnown(k)
	args := slices.Concat([]any{types(kinds)}, which, bounds, []any{limit})
	rows, err := db.conn.Query(ctx, fmt.Sprintf(actsQuery, where, known, order), args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a lineage.Act
		var kind string
		var attempt uint16
		var sources, ids []string
		if err := rows.Scan(&a.Event.Source, &a.Event.ID, &kind, &a.Subject, &a.Time, &a.RecordedAt,
			&sources, &ids, &a.Controller, &a.Holder, &a.Recipient, &a.RequestID, &a.Ground, &a.Scope, &a.Categories, &a.Recipients,
			&a.Deadline, &a.Channel, &a.Delivery, &attempt, &a.Method, &a.Exemption, &a.Refusal,
			&a.Until, &a.Evidence.URI, &a.Evidence.SHA256, &a.Actor, &a.Note); err != nil {
			return nil, err
		}
		if a.Deadline.UnixNano() == 0 {
			a.Deadline = time.Time{}
		}
		a.Kind, a.Attempt, a.Parents = kindOf(kind), int(attempt), refs(sources, ids)
		acts = append(acts, a)
	}
	return acts, rows.Err()
}

// Links returns every word on the pseudonyms that were ever linked with the
// subjects, over any number of links: what they amount to at a moment
// lineage.Aliases says.
func (db *DB) Links(ctx context.Context, k ledger.Known, subjects ...string) (links []lineage.Link, err error) {
	known, asked := map[string]bool{}, map[lineage.Link]bool{}
	for front := subjects; len(front) > 0; {
		for _, s := range front {
			known[s] = true
		}
		found, err := db.linksOf(ctx, k, front)
		if err != nil {
			return nil, fmt.Errorf("follow the links of %d subjects: %w", len(front), err)
		}
		front = nil
		for _, l := range found {
			if asked[l] {
				continue
			}
			asked[l] = true
			links = append(links, l)
			for _, s := range []string{l.A, l.B} {
				if !known[s] {
					known[s] = true
					front = append(front, s)
				}
			}
		}
		if len(known) > maxAliases+len(subjects) {
			return nil, fmt.Errorf("more than %d pseudonyms that are linked: %w", maxAliases, ErrTooMany)
		}
	}
	return links, nil
}

const consentsQuery = `SELECT concat(subject_namespace, ':', toString(subject)), controller, consent_id, categories, time, kind = 'consent.granted'
FROM custody.log
WHERE outcome = 'accepted' AND type IN ('org.datacustody.consent.granted.v1', 'org.datacustody.consent.withdrawn.v1') AND %s AND %s
LIMIT ?`

// Consents returns what the subjects allowed and forbade.
func (db *DB) Consents(ctx context.Context, k ledger.Known, subjects ...string) (consents []lineage.Consent, err error) {
	where, who := isOneOf("subject", subjects)
	known, bounds := isKnown(k)
	rows, err := db.conn.Query(ctx, fmt.Sprintf(consentsQuery, where, known), slices.Concat(who, bounds, []any{maxFlows + 1})...)
	if err != nil {
		return nil, fmt.Errorf("read the consents of %d subjects: %w", len(subjects), err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c lineage.Consent
		var granted uint8
		if err := rows.Scan(&c.Subject, &c.Controller, &c.ID, &c.Categories, &c.Time, &granted); err != nil {
			return nil, fmt.Errorf("read the consents of %d subjects: %w", len(subjects), err)
		}
		c.Granted = granted == 1
		consents = append(consents, c)
	}
	if len(consents) > maxFlows {
		return nil, fmt.Errorf("read the consents of %d subjects: %w", len(subjects), ErrTooMany)
	}
	return consents, rows.Err()
}

const personsQuery = `SELECT concat(subject_namespace, ':', toString(subject)) FROM custody.log
WHERE outcome = 'accepted' AND type IN ? AND subject_namespace != '' AND %s AND %s
ORDER BY subject_namespace, subject
LIMIT 1 BY subject_namespace, subject
LIMIT ?`

// Persons returns up to limit subjects whose data a controller answers for, or
// gave away, and where recipients are named those of whom these had something:
// sorted as the log is, from the one behind after on. It is called until it
// returns none.
func (db *DB) Persons(ctx context.Context, k ledger.Known, controller string, recipients []string, after string, limit int) (subjects []string, err error) {
	where, which := "(controller = ? OR `from` = ?)", []any{controller, controller}
	if len(recipients) > 0 {
		where, which = "(recipient IN ? OR holder IN ? OR `from` IN ?)", []any{recipients, recipients, recipients}
	}
	if after != "" {
		behind, args := isAfter(after)
		where, which = where+" AND "+behind, append(which, args...)
	}
	known, bounds := isKnown(k)
	subjects, err = db.words(ctx, fmt.Sprintf(personsQuery, where, known), slices.Concat([]any{types(flowKinds)}, which, bounds, []any{limit})...)
	if err != nil {
		return nil, fmt.Errorf("list the persons of a controller: %w", err)
	}
	return subjects, nil
}

// changedCases finds the persons of whom something was recorded that may change
// a case: those that asked for one, and all that are linked with anybody.
const changedCases = `SELECT DISTINCT concat(subject_namespace, ':', toString(subject)) FROM custody.log
WHERE outcome = 'accepted' AND type IN ? AND %s AND subject_namespace != ''
	AND (subject_namespace, subject) IN (
		SELECT subject_namespace, subject FROM custody.log
		WHERE outcome = 'accepted' AND type IN ('org.datacustody.erasure.requested.v1', 'org.datacustody.subject.linked.v1', 'org.datacustody.subject.unlinked.v1')
		UNION ALL
		SELECT linked_subject_namespace, linked_subject FROM custody.log
		WHERE outcome = 'accepted' AND type IN ('org.datacustody.subject.linked.v1', 'org.datacustody.subject.unlinked.v1'))
	AND %s
LIMIT ?`

// Touched returns the subjects of whom something is in the log, beyond what was
// seen, that may change a case of theirs or of somebody they are linked with.
func (db *DB) Touched(ctx context.Context, k, seen ledger.Known) ([]string, error) {
	kinds := slices.Concat(flowKinds, actKinds, []event.Kind{event.KindSubjectLinked, event.KindSubjectUnlinked, event.KindConsentGranted, event.KindConsentWithdrawn})
	unseen, from := isUnseen(seen)
	known, bounds := isKnown(k)
	subjects, err := db.words(ctx, fmt.Sprintf(changedCases, unseen, known), slices.Concat([]any{types(kinds)}, from, bounds, []any{maxFlows + 1})...)
	if err != nil {
		return nil, fmt.Errorf("look for what changes a case: %w", err)
	}
	if len(subjects) > maxFlows {
		return nil, ErrTooMany
	}
	return subjects, nil
}
