package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/datacustody/custody/internal/ledger"
)

// A Letter is what the log knows of a refused record: a row of custody.dead_letters.
type Letter struct {
	ID            ledger.Identity
	Reason, Field string // reason "conflict" of a conflict
	Source        string // of this and the next four what is known: empty, or zero, where it is not
	EventID       string
	Type          string
	Subject       string
	Time          time.Time
	RecordedAt    time.Time
	ResolvedBy    string // empty while unresolved
}

// A LetterGroup is the letters of one source that were refused for the same.
type LetterGroup struct {
	Reason, Field, Source string
	Count, Unresolved     uint64
	First, Last           time.Time // recorded_at
	Example               string    // a key, of an unresolved one if there is one
}

// A LetterFilter picks dead letters. Its zero value picks all; set members must all hold.
type LetterFilter struct {
	Keys       []string
	Cluster    string
	Reason     string
	Field      string
	Source     string
	From, To   time.Time // recorded_at, [From, To)
	Unresolved bool
	Limit      int // 0 = 100,000
}

func (f LetterFilter) where() (string, []any) {
	words, args := []string{"1"}, []any(nil)
	and := func(word string, value any) { words, args = append(words, word), append(args, value) }
	if len(f.Keys) > 0 {
		and("letter IN ?", f.Keys)
	}
	for column, value := range map[string]string{"kafka_cluster": f.Cluster, "reason": f.Reason, "reason_field": f.Field, "source": f.Source} {
		if value != "" {
			and(column+" = ?", value)
		}
	}
	if !f.From.IsZero() {
		and("recorded_at >= fromUnixTimestamp64Micro(?)", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		and("recorded_at < fromUnixTimestamp64Micro(?)", f.To.UnixMicro())
	}
	return strings.Join(words, " AND "), args
}

func (f LetterFilter) limit() int {
	if f.Limit == 0 {
		return defaultLimit
	}
	return f.Limit
}

// picked begins a question about the letters that a filter picks: what settles one is what the view
// custody.dead_letters says, but looked for by the ids of these letters alone, the view's by all.
const picked = `WITH picked AS (SELECT * FROM custody.exceptions WHERE outcome != 'lost' AND %[1]s),
letters AS (
	SELECT *, multiIf(
		letter IN (` + settling + ` AND action = 'replay'), 'replayed',
		letter IN (` + settling + ` AND action = 'heal'), 'resolved',
		outcome = 'rejected' AND id != '' AND event_hash IN (SELECT event_hash FROM custody.log WHERE outcome = 'accepted' AND %[2]s), 'accepted',
		'') AS resolved_by
	FROM picked)
`

// letters asks a question about the letters that f picks.
func (db *DB) letters(ctx context.Context, f LetterFilter, question string) (driver.Rows, error) {
	where, args := f.where()
	again, err := db.isAgain(ctx, "picked", where, args)
	if err != nil {
		return nil, err
	}
	return db.conn.Query(ctx, fmt.Sprintf(picked, where, again)+question+" LIMIT ?", append(args, f.limit()+1)...)
}

// The condition that a row is of an event that was refused, by the table of refused records.
const (
	ofRefused   = `event_hash IN (SELECT event_hash FROM %[1]s WHERE outcome = 'rejected' AND id != '')`
	ofRefusedID = ofRefused + ` AND id IN (SELECT id FROM %[1]s WHERE outcome = 'rejected' AND id != '')`
)

// fewIDs are found by the index of ids. More would be looked for in every granule's filter to leave
// out none, and reading all hashes takes less: from some 1,500 on (docs/decisions/0905).
const fewIDs = 1000

// isAgain is the condition that a row of the log is of an event that was once refused, for refused records
// in the table from, of which where says which they are.
func (db *DB) isAgain(ctx context.Context, from, where string, args []any) (string, error) {
	var ids uint64
	err := db.conn.QueryRow(ctx, `SELECT countIf(outcome = 'rejected' AND id != '') FROM custody.exceptions WHERE `+where, args...).Scan(&ids)
	if err != nil {
		return "", err
	}
	if ids <= fewIDs {
		return fmt.Sprintf(ofRefusedID, from), nil
	}
	return fmt.Sprintf(ofRefused, from), nil
}

const lettersQuery = `SELECT kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, reason, reason_field, source, id, type,
	if(subject_namespace = '', '', concat(subject_namespace, ':', toString(subject))), time, recorded_at, resolved_by
FROM letters WHERE %s ORDER BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset`

// Letters returns the refused records that f picks, in the order of their identities.
func (db *DB) Letters(ctx context.Context, f LetterFilter) (letters []Letter, err error) {
	which := "1"
	if f.Unresolved {
		which = "resolved_by = ''"
	}
	rows, err := db.letters(ctx, f, fmt.Sprintf(lettersQuery, which))
	if err != nil {
		return nil, fmt.Errorf("read dead letters: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var l Letter
		if err := rows.Scan(&l.ID.Cluster, &l.ID.Topic, &l.ID.Epoch, &l.ID.ID, &l.ID.Offset, &l.Reason, &l.Field, &l.Source, &l.EventID, &l.Type,
			&l.Subject, &l.Time, &l.RecordedAt, &l.ResolvedBy); err != nil {
			return nil, fmt.Errorf("read dead letters: %w", err)
		}
		if l.Time.UnixNano() == 0 {
			l.Time = time.Time{}
		}
		letters = append(letters, l)
	}
	if err = rows.Err(); err == nil && len(letters) > f.limit() {
		err = fmt.Errorf("%w of %d", ErrTooMany, f.limit())
	}
	if err != nil {
		return nil, fmt.Errorf("read dead letters: %w", err)
	}
	return letters, nil
}

const letterGroupsQuery = `SELECT reason, reason_field, source, count() AS letters, countIf(resolved_by = '') AS unresolved,
	min(recorded_at), max(recorded_at), argMin(letter, (resolved_by != '', recorded_at, kafka_partition, kafka_offset))
FROM letters GROUP BY reason, reason_field, source HAVING %s
ORDER BY unresolved DESC, letters DESC, reason, reason_field, source`

// LetterGroups counts the refused records that f picks, by what they were
// refused for and by source; with Unresolved only groups that have such.
func (db *DB) LetterGroups(ctx context.Context, f LetterFilter) (groups []LetterGroup, err error) {
	which := "1"
	if f.Unresolved {
		which = "unresolved > 0"
	}
	rows, err := db.letters(ctx, f, fmt.Sprintf(letterGroupsQuery, which))
	if err != nil {
		return nil, fmt.Errorf("count dead letters: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g LetterGroup
		if err := rows.Scan(&g.Reason, &g.Field, &g.Source, &g.Count, &g.Unresolved, &g.First, &g.Last, &g.Example); err != nil {
			return nil, fmt.Errorf("count dead letters: %w", err)
		}
		groups = append(groups, g)
	}
	if err = rows.Err(); err == nil && len(groups) > f.limit() {
		err = fmt.Errorf("%w of %d", ErrTooMany, f.limit())
	}
	if err != nil {
		return nil, fmt.Errorf("count dead letters: %w", err)
	}
	return groups, nil
}

// idsAtOnce keeps a question of ids below what ClickHouse takes as one query.
const idsAtOnce = 500

// Contents gives the content hashes of the accepted events with these ids, by
// event hash: of any source that used one of the ids.
func (db *DB) Contents(ctx context.Context, ids []string) (map[[16]byte][16]byte, error) {
	contents := map[[16]byte][16]byte{}
	for some := range slices.Chunk(ids, idsAtOnce) {
		if err := db.contents(ctx, some, contents); err != nil {
			return nil, fmt.Errorf("look for %d events: %w", len(some), err)
		}
	}
	return contents, nil
}

func (db *DB) contents(ctx context.Context, ids []string, into map[[16]byte][16]byte) error {
	rows, err := db.conn.Query(ctx, `SELECT event_hash, content_hash FROM custody.log WHERE outcome = 'accepted' AND id IN ?`, ids)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e, c string // of 16 bytes each
		if err := rows.Scan(&e, &c); err != nil {
			return err
		}
		into[[16]byte([]byte(e))] = [16]byte([]byte(c))
	}
	return rows.Err()
}
