package main

import "regexp"

// A layout is the log's table made otherwise: what is to be found in its
// definition, and what is put there.
type layout struct {
	name  string
	edits []edit
}

type edit struct {
	old *regexp.Regexp
	new string
}

func swap(old, new string) edit { return edit{regexp.MustCompile(old), new} }

// Definitions of one projection, one index and one column.
func projection(name, new string) edit {
	return swap(`(?s)    PROJECTION `+name+`\n    \(.*?\n    \)(,\n|\n\))`, new+"$1")
}

func dropped(name string) edit {
	return swap(`(?s),\n    PROJECTION `+name+`\n    \(.*?\n    \)`, "")
}

func codec(column, codec string) edit {
	return swap("(    `"+column+"` [^\n]*?COMMENT '[^']*')( CODEC[^\n]*)?,\n", "$1 CODEC("+codec+"),\n")
}

func granularity(rows string) edit {
	return swap(`index_granularity = 1024`, "index_granularity = "+rows)
}

// ids is the definition of the index of ids.
const ids = `    INDEX \w+ id TYPE [^\n]*\n`

// layouts are what was thought of; the first is as shipped.
var layouts = []layout{
	{"as shipped", nil},

	{"granularity 512", []edit{granularity("512")}},
	{"granularity 2048", []edit{granularity("2048")}},
	{"granularity 8192", []edit{granularity("8192")}},

	{"compact parts only", []edit{swap(`min_bytes_for_wide_part = \d+`, "min_bytes_for_wide_part = 1000000000000")}},
	{"wide parts only", []edit{swap(`min_bytes_for_wide_part = \d+`, "min_bytes_for_wide_part = 0")}},
	{"compressed in blocks of 16 KiB", []edit{swap(`index_granularity = 1024`, "index_granularity = 1024, min_compress_block_size = 16384")}},
	{"no automatic statistics", []edit{swap(`index_granularity = 1024`, "index_granularity = 1024, auto_statistics_types = ''")}},
	{"no vertical merges", []edit{swap(`index_granularity = 1024`, "index_granularity = 1024, enable_vertical_merge_algorithm = 0")}},
	{"merges in steps of 65536 rows", []edit{swap(`index_granularity = 1024`, "index_granularity = 1024, merge_max_block_size = 65536")}},

	{"no by_event", []edit{dropped("by_event")}},
	{"by_event: row numbers only", []edit{projection("by_event", "    PROJECTION by_event (SELECT _part_offset ORDER BY toStartOfHour(time), event_hash)")}},
	{"by_event: row numbers, by hash alone", []edit{projection("by_event", "    PROJECTION by_event (SELECT _part_offset ORDER BY event_hash)")}},
	{"by_event: without what is the same in all rows of a log", []edit{projection("by_event", `    PROJECTION by_event (SELECT toStartOfHour(time), event_hash, content_hash, time, outcome, kafka_partition, kafka_offset ORDER BY toStartOfHour(time), event_hash)`)}},
	{"no by_recipient", []edit{dropped("by_recipient")}},
	{"by_recipient: row numbers only", []edit{projection("by_recipient", "    PROJECTION by_recipient (SELECT _part_offset ORDER BY recipient, time)")}},
	{"by_recipient: by day, then by person", []edit{projection("by_recipient", `    PROJECTION by_recipient (SELECT recipient, toStartOfDay(time), time, subject_namespace, subject, outcome, type, controller, holder, relationship, country, categories, purpose, legal_basis, mechanism ORDER BY recipient, toStartOfDay(time), subject_namespace, subject)`)}},
	{"no by_source", []edit{dropped("by_source")}},
	{"no projection", []edit{dropped("ingest"), dropped("by_recipient"), dropped("by_event"), dropped("by_source")}},

	{"no index of ids", []edit{swap(ids, "")}},
	{"index of ids: 1 granule in 1000 passes", []edit{swap(ids, "    INDEX ids id TYPE bloom_filter(0.001) GRANULARITY 1,\n")}},
	{"index of ids: 1 in 10,000, over 8 granules", []edit{swap(ids, "    INDEX ids id TYPE bloom_filter(0.0001) GRANULARITY 8,\n")}},
	{"ids: row numbers in a projection, no index", []edit{swap(ids, ""), swap(`    PROJECTION ingest`, "    PROJECTION ids (SELECT _part_offset ORDER BY id),\n    PROJECTION ingest")}},
	{"ids: row numbers by 64 bits of the id, no index", []edit{swap(ids, ""), swap(`    PROJECTION ingest`, "    PROJECTION ids (SELECT _part_offset ORDER BY cityHash64(id)),\n    PROJECTION ingest")}},

	{"ZSTD(1) where no codec is given", []edit{swap(`index_granularity = 1024`, "index_granularity = 1024, default_compression_codec = 'ZSTD(1)'")}},
	{"ZSTD(3) for ZSTD(1)", []edit{swap(`ZSTD\(1\)`, "ZSTD(3)")}},
	{"recorded_at, lease_until: Delta", []edit{codec("recorded_at", "Delta(8), ZSTD(1)"), codec("lease_until", "Delta(8), ZSTD(1)")}},
	{"recorded_at, lease_until: DoubleDelta", []edit{codec("recorded_at", "DoubleDelta, ZSTD(1)"), codec("lease_until", "DoubleDelta, ZSTD(1)")}},
	{"recorded_at, lease_until: T64", []edit{codec("recorded_at", "T64, ZSTD(1)"), codec("lease_until", "T64, ZSTD(1)")}},
	{"time: DoubleDelta", []edit{codec("time", "DoubleDelta, ZSTD(1)")}},
	{"time: T64", []edit{codec("time", "T64, ZSTD(1)")}},
	{"time: ZSTD(1) alone", []edit{codec("time", "ZSTD(1)")}},
	{"time: GCD, Delta", []edit{codec("time", "GCD, Delta(8), ZSTD(1)")}},
	{"kafka_offset, seq: Delta", []edit{codec("kafka_offset", "Delta(8), ZSTD(1)"), codec("seq", "Delta(8), ZSTD(1)")}},
	{"kafka_offset, seq: ZSTD(1) alone", []edit{codec("kafka_offset", "ZSTD(1)"), codec("seq", "ZSTD(1)")}},
	{"subject: ZSTD(1)", []edit{codec("subject", "ZSTD(1)")}},
	{"kafka_time: Delta", []edit{codec("kafka_time", "Delta(8), ZSTD(1)")}},
}
