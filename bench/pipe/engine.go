package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// engineSettings are those of the Kafka engine's table: a batch and an age as
// Custody has them, and a consumer for each core.
const engineSettings = "kafka_num_consumers = 2, kafka_thread_per_consumer = 1, kafka_max_block_size = 65536, " +
	"kafka_poll_max_batch_size = 65536, kafka_poll_timeout_ms = 100, kafka_flush_interval_ms = 1000"

// A reading is a way in which the engine takes a record apart.
type reading struct {
	what            string
	format, columns string
	from            string // what its view reads: the envelope, and data as a tuple of all fields
}

const texts = "id String, source String, type String, subject String, time String, traceparent String, correlationid String"

// tuple is how the engine is meant to be used.
func tuple() reading {
	return reading{
		"the envelope as columns and `data` as a named tuple (`JSONEachRow`)",
		"JSONEachRow", texts + ", data " + dataTuple(), "bench.source",
	}
}

// tuned is the fastest way that was found: the engine makes all columns of its
// table anew for each record, so that a table of one column, which its view takes
// apart block by block, costs a third.
func tuned() reading {
	return reading{
		"the record as one string (`RawBLOB`), which the view takes apart (`JSONExtract` into a named tuple): the fastest of three ways that were tried",
		"RawBLOB", "raw String",
		"(SELECT _topic, _partition, _offset, _timestamp_ms, JSONExtract(raw, 'Tuple(" + texts + ", data " + dataTuple() + ")') AS e, e.id AS id, e.source AS source, " +
			"e.type AS type, e.subject AS subject, e.time AS time, e.traceparent AS traceparent, e.correlationid AS correlationid, e.data AS data FROM bench.source)",
	}
}

func (s *site) engineLog(name string, r reading) contestant {
	return s.engine(name, r, likeLog, "a table like `custody.log` (`CREATE TABLE … AS custody.log`: keys, projections, indexes, fsync, and its constraint)", intoLog())
}

func (s *site) enginePlain(name string, r reading) contestant {
	return s.engine(name, r, plain, "a plain `MergeTree` of the event's columns", intoPlain())
}

// engine is ClickHouse's own Kafka table engine with a view into a table.
func (s *site) engine(name string, r reading, table, what string, columns []string) contestant {
	return contestant{
		name: name, what: "ClickHouse's Kafka table engine and a materialized view, into " + what, settings: r.what + "; `" + s.o.engine + "`", table: table,
		reset: func(ctx context.Context, _ string) error { return s.server.do(ctx, "TRUNCATE TABLE "+table+" SYNC") },
		start: func(ctx context.Context, group string) (*process, error) {
			return nil, s.server.do(ctx,
				fmt.Sprintf("CREATE TABLE bench.source (%s) ENGINE = Kafka SETTINGS kafka_broker_list = '%s', kafka_topic_list = '%s', kafka_group_name = '%s', kafka_format = '%s', %s",
					r.columns, strings.Join(s.broker.addrs, ","), topic, group, r.format, s.o.engine),
				fmt.Sprintf("CREATE MATERIALIZED VIEW bench.pipe TO %s AS SELECT %s FROM %s AS s", table, strings.Join(columns, ", "), r.from))
		},
		stop: func(ctx context.Context) error {
			return s.server.do(ctx, "DROP VIEW IF EXISTS bench.pipe SYNC", "DROP TABLE IF EXISTS bench.source SYNC")
		},
	}
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

// read is how a field is read: strings are made to be of low cardinality, and
// times to be times, later and block by block.
func read(s event.Shape) string {
	if s == event.Date || s == event.DateTime {
		return "String"
	}
	return strings.ReplaceAll(types[s], "LowCardinality(String)", "String")
}

// fields are those of data under the names of their columns.
func fields(without ...event.Field) (columns []string) {
	for _, f := range event.Fields() {
		value := "data.`" + strings.ReplaceAll(f.Name, ".", "`.`") + "`"
		switch {
		case len(without) > 0 && f.Field == without[0]:
			continue
		case f.Shape == event.Date:
			value = "toDate32OrNull(" + value + ")"
		case f.Shape == event.DateTime:
			value = "parseDateTime64BestEffortOrNull(" + value + ", 9, 'UTC')"
		}
		columns = append(columns, fmt.Sprintf("%s AS `%s`", value, f.Column))
	}
	return columns
}
