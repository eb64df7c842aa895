package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// The tables that are written to.
const (
	custodyLog = "custody.log" // Custody's own, by its migrations
	likeLog    = "bench.log"   // the same for others: keys, projections, settings, constraints
	plain      = "bench.plain" // the event's columns, and where its record stood
)

// makeTables makes those that are not Custody's.
func (s *server) makeTables(ctx context.Context) error {
	return s.do(ctx, "CREATE DATABASE bench", "CREATE TABLE "+likeLog+" AS "+custodyLog, plainTable())
}

// types are the log's, by a field's shape.
var types = map[event.Shape]string{
	event.Text:        "String",
	event.PartyID:     "LowCardinality(String)",
	event.Country:     "LowCardinality(String)",
	event.OneTerm:     "LowCardinality(String)",
	event.ManyTerms:   "Array(LowCardinality(String))",
	event.PartyIDs:    "Array(LowCardinality(String))",
	event.Countries:   "Array(LowCardinality(String))",
	event.Bool:        "Bool",
	event.Integer:     "UInt16",
	event.Date:        "Nullable(Date32)",
	event.DateTime:    "Nullable(DateTime64(9, 'UTC'))",
	event.SubjectName: "String",
}

// plainTable has no more than a team needs that asks by person.
func plainTable() string {
	columns := []string{
		"kafka_partition Int32", "kafka_offset Int64",
		"source LowCardinality(String)", "id String", "type LowCardinality(String)", "subject String", "time DateTime64(9, 'UTC')",
		"traceparent String", "correlationid String", "parent_sources Array(LowCardinality(String))", "parent_ids Array(String)",
	}
	for _, f := range event.Fields() {
		columns = append(columns, fmt.Sprintf("`%s` %s", f.Column, types[f.Shape]))
	}
	return "CREATE TABLE " + plain + " (" + strings.Join(columns, ", ") + ") ENGINE = MergeTree ORDER BY (subject, time)"
}

// intoPlain is what the engine's view puts into the plain table.
func intoPlain() []string {
	return append([]string{
		"toInt32(_partition) AS kafka_partition", "toInt64(_offset) AS kafka_offset", "source", "id", "type", "subject",
		"parseDateTime64BestEffort(s.time, 9, 'UTC') AS time", "traceparent", "correlationid",
		"data.parents.source AS parent_sources", "data.parents.id AS parent_ids",
	}, fields()...)
}

// intoLog is what it puts into a table like the log. What nobody has judged is
// accepted: no event is checked, compared or hashed as Custody does, but the key
// needs a hash.
func intoLog() []string {
	return append([]string{
		"'kafka' AS kafka_cluster", "_topic AS kafka_topic", "toInt32(_partition) AS kafka_partition", "toInt64(_offset) AS kafka_offset",
		"toInt64(-1) AS lost_from", "_offset AS seq", "'accepted' AS outcome", "assumeNotNull(_timestamp_ms) AS kafka_time",
		"now64(6) AS recorded_at", "now64(6) + INTERVAL 1 MINUTE AS lease_until", "sipHash128(source, id) AS event_hash",
		"source", "id", "type", "parseDateTime64BestEffort(s.time, 9, 'UTC') AS time",
		"substringIndex(s.subject, ':', 1) AS subject_namespace", "toUUIDOrZero(substringIndex(s.subject, ':', -1)) AS subject",
		"map('traceparent', traceparent, 'correlationid', correlationid) AS extensions",
		"data.parents.source AS parent_sources", "data.parents.id AS parent_ids",
		"substringIndex(data.linked_subject, ':', 1) AS linked_subject_namespace", "toUUIDOrZero(substringIndex(data.linked_subject, ':', -1)) AS linked_subject",
	}, fields(event.FieldLinkedSubject)...)
}
