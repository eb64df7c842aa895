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

// engineSettings are those of the Kafka engine's table: a batch and an age as
// Custody has them, a consumer for each core, and the reader that knows zones.
const engineSettings = "kafka_format = 'JSONEachRow', kafka_num_consumers = 2, kafka_thread_per_consumer = 1, " +
	"kafka_max_block_size = 65536, kafka_poll_max_batch_size = 65536, kafka_poll_timeout_ms = 100, kafka_flush_interval_ms = 1000, " +
	"date_time_input_format = 'best_effort'"

// engineSource is the table that reads Kafka: the envelope, and data as a tuple
// with a name for each field of the contract. Its strings are plain ones, as the
// engine makes all columns anew for each message, which costs ten times as much
// where they are of low cardinality; the view makes them so, block by block.
func engineSource(brokers []string, group, settings string) string {
	return "CREATE TABLE bench.source (id String, source String, type String, subject String, time DateTime64(9, 'UTC'), " +
		"traceparent String, correlationid String, data " + dataTuple() + ") ENGINE = Kafka SETTINGS " +
		fmt.Sprintf("kafka_broker_list = '%s', kafka_topic_list = '%s', kafka_group_name = '%s', ", strings.Join(brokers, ","), topic, group) + settings
}

// dataTuple is data as it is written; objects in it are tuples of their own.
func dataTuple() string {
	var parts []string
	objects := map[string][]string{}
	for _, f := range event.Fields() {
		if object, member, inside := strings.Cut(f.Name, "."); inside {
			objects[object] = append(objects[object], member+" "+read(f.Shape))
		} else {
			parts = append(parts, fmt.Sprintf("`%s` %s", f.Name, read(f.Shape)))
		}
	}
	for _, object := range []string{"sdk", "evidence"} {
		parts = append(parts, object+" Tuple("+strings.Join(objects[object], ", ")+")")
	}
	return "Tuple(" + strings.Join(parts, ", ") + ", parents Array(Tuple(source String, id String)))"
}

// read is how a field is read: as it is stored, but for strings.
func read(s event.Shape) string {
	return strings.ReplaceAll(types[s], "LowCardinality(String)", "String")
}

// intoPlain moves what the engine reads into the plain table.
func intoPlain() string {
	columns := []string{
		"toInt32(_partition) AS kafka_partition", "toInt64(_offset) AS kafka_offset", "source", "id", "type", "subject", "time", "traceparent", "correlationid",
		"data.parents.source AS parent_sources", "data.parents.id AS parent_ids",
	}
	return view(plain, append(columns, fields()...))
}

// intoLog does so into a table like the log. What nobody has judged is accepted:
// no event is checked, compared or hashed as Custody does, but its key needs a hash.
func intoLog() string {
	columns := []string{
		"'kafka' AS kafka_cluster", "_topic AS kafka_topic", "toInt32(_partition) AS kafka_partition", "toInt64(_offset) AS kafka_offset",
		"toInt64(-1) AS lost_from", "_offset AS seq", "'accepted' AS outcome", "assumeNotNull(_timestamp_ms) AS kafka_time",
		"now64(6) AS recorded_at", "now64(6) + INTERVAL 1 MINUTE AS lease_until", "sipHash128(source, id) AS event_hash",
		"source", "id", "type", "time", "substringIndex(s.subject, ':', 1) AS subject_namespace", "toUUIDOrZero(substringIndex(s.subject, ':', -1)) AS subject",
		"map('traceparent', traceparent, 'correlationid', correlationid) AS extensions",
		"data.parents.source AS parent_sources", "data.parents.id AS parent_ids",
		"substringIndex(data.linked_subject, ':', 1) AS linked_subject_namespace", "toUUIDOrZero(substringIndex(data.linked_subject, ':', -1)) AS linked_subject",
	}
	return view(likeLog, append(columns, fields("linked_subject")...))
}

func view(to string, columns []string) string {
	return "CREATE MATERIALIZED VIEW bench.pipe TO " + to + " AS SELECT " + strings.Join(columns, ", ") + " FROM bench.source AS s"
}

// fields are those of data under the names of their columns.
func fields(without ...string) (columns []string) {
	for _, f := range event.Fields() {
		if len(without) == 0 || f.Name != without[0] {
			columns = append(columns, fmt.Sprintf("data.`%s` AS `%s`", strings.ReplaceAll(f.Name, ".", "`.`"), f.Column))
		}
	}
	return columns
}
