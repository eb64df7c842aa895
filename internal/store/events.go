package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// envelope is what an Event holds beside its data, in the order of Event.scan.
const envelope = `kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, lost_from, seq,
	recorded_at, kafka_time, outcome, reason, reason_field, misplaced, findings,
	policy, policy_digest, catalog_digest, event_hash, content_hash,
	source, id, type, kind, if(subject_namespace = '', '', concat(subject_namespace, ':', toString(subject))), time,
	extensions, parent_sources, parent_ids`

// defaultLimit is how many rows an answer may hold that was given no limit.
const defaultLimit = 100_000

// Events returns the rows that f picks, by time and then by identity; with Newest by recorded_at.
func (db *DB) Events(ctx context.Context, f Filter) ([]Event, error) {
	if f.Limit == 0 {
		f.Limit = defaultLimit
	}
	order, limit := "time, kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset", f.Limit+1
	if f.Newest {
		order, limit = "recorded_at DESC, kafka_partition, kafka_offset DESC", f.Limit
	}
	where, args := f.where()
	events, err := db.events(ctx, where+" ORDER BY "+order+" LIMIT ?", append(args, limit))
	if err == nil && len(events) > f.Limit {
		err = fmt.Errorf("%w of %d", ErrTooMany, f.Limit)
	}
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return events, nil
}

// Event returns the rows of one event in the part of the log that k is, the
// accepted one first. An empty source stands for any. There may be none, and there
// may be several: duplicates.
func (db *DB) Event(ctx context.Context, k ledger.Known, source, id string) ([]Event, error) {
	where, args := Filter{Source: source, ID: id, Known: k}.where()
	events, err := db.events(ctx, where+" ORDER BY outcome != 'accepted', source, recorded_at, kafka_partition, kafka_offset LIMIT ?",
		append(args, defaultLimit+1))
	if err == nil && len(events) > defaultLimit {
		err = ErrTooMany
	}
	if err != nil {
		return nil, fmt.Errorf("read an event: %w", err)
	}
	return events, nil
}

func (db *DB) events(ctx context.Context, where string, args []any) (events []Event, err error) {
	cells := dataCells()
	columns := []string{envelope}
	for _, c := range cells {
		columns = append(columns, c.columns...)
	}
	rows, err := db.conn.Query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM custody.log WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e Event
		if err := e.scan(rows.Scan, cells); err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

func (e *Event) scan(scan func(...any) error, cells []cell) error {
	var sources, ids []string
	into := []any{
		&e.Cluster, &e.Topic, &e.Epoch, &e.Partition, &e.Offset, &e.LostFrom, &e.Seq,
		&e.RecordedAt, &e.KafkaTime, &e.Outcome, &e.Reason, &e.ReasonField, &e.Misplaced, &e.Findings,
		&e.Judged.Policy, &e.Judged.PolicyDigest, &e.Judged.CatalogDigest,
		&e.EventHash, &e.ContentHash, &e.Source, &e.ID, &e.Type, &e.Kind, &e.Subject, &e.Time,
		&e.Extensions, &sources, &ids,
	}
	for i := range cells {
		into = append(into, cells[i].into()...)
	}
	if err := scan(into...); err != nil {
		return err
	}
	e.EventHash, e.ContentHash = hex.EncodeToString([]byte(e.EventHash)), hex.EncodeToString([]byte(e.ContentHash))
	if e.Time.UnixNano() == 0 {
		e.Time = time.Time{}
	}
	if e.KafkaTime.UnixNano() == 0 {
		e.KafkaTime = time.Time{}
	}
	e.Parents = refs(sources, ids)
	if e.Outcome != "accepted" {
		return nil
	}
	for i := range cells {
		if v := cells[i].value(); v != nil {
			e.Data = append(e.Data, Value{cells[i].Name, v})
		}
	}
	return nil
}
