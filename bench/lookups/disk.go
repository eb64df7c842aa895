package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const partsQuery = `SELECT count(), uniqExact(partition), max(rows), formatReadableSize(sum(bytes_on_disk)),
	round(sum(bytes_on_disk) / sum(rows), 1), formatReadableSize(sum(primary_key_bytes_in_memory))
FROM system.parts WHERE database = 'custody' AND table = 'log' AND active`

// parts says what the log is made of, and what it took to make it.
func (s *site) parts(ctx context.Context, b *strings.Builder, o settings, f filling) error {
	r, err := s.ask(ctx, "admin", partsQuery)
	if err != nil {
		return err
	}
	persons, err := s.ask(ctx, "admin", "SELECT uniqExact(subject_namespace, subject), round(count() / uniqExact(subject_namespace, subject), 1) FROM bench.base WHERE subject_namespace != ''")
	if err != nil {
		return err
	}
	var n int
	if _, err := fmt.Sscan(persons[0][0], &n); err != nil {
		return err
	}
	merged := "as merges left them, past years in one part each"
	if o.unmerged {
		merged = "as they were inserted, none merged"
	}
	fmt.Fprintf(b, "The rows are those of a simulated shop over %d months, and %d copies of them with other persons, ids, hashes and moments: %s pseudonyms with %s rows each.\n",
		months, f.copies, grouped(n*(f.copies+1)), persons[0][1])
	fmt.Fprintf(b, "They lie in %s parts of %s years, %s; the largest has %s rows. On disk they take %s, **%s bytes a row**; their primary key takes %s of memory.\n",
		r[0][0], r[0][1], merged, r[0][2], r[0][3], r[0][4], r[0][5])
	if f.added > 0 {
		fmt.Fprintf(b, "This run added %s of them in %v, and %.0f µs of the server's CPU for each, merges and making the copies included.\n",
			grouped(f.added), f.took.Round(time.Second), float64(f.cpu.Microseconds())/float64(f.added))
	}
	return nil
}

// A table of the report is one question to the system's own tables.
type table struct{ title, head, query string }

// ours are the log's parts.
const ours = `database = 'custody' AND table = 'log' AND active`

var tables = []table{
	{
		"What takes the bytes of a row", "| what | bytes a row |\n|---|--:|",
		`SELECT what, round(bytes / (SELECT sum(rows) FROM system.parts WHERE ` + ours + `), 2) FROM (
			SELECT 'columns' AS what, sum(data_compressed_bytes) AS bytes FROM system.parts WHERE ` + ours + `
			UNION ALL SELECT 'marks of the columns', sum(marks_bytes) FROM system.parts WHERE ` + ours + `
			UNION ALL SELECT concat('projection ', name), sum(bytes_on_disk) FROM system.projection_parts WHERE ` + ours + ` GROUP BY name
			UNION ALL SELECT concat('index ', name), data_compressed_bytes + marks_bytes FROM system.data_skipping_indices WHERE database = 'custody' AND table = 'log'
		) ORDER BY bytes DESC`,
	}, {
		"The columns that take the most", "Of parts that hold each column in a file of its own.\n\n| column | bytes a row | with marks | compressed to | codec |\n|---|--:|--:|--:|---|",
		`SELECT column, round(bytes / rows, 2), round((bytes + marks) / rows, 2), concat(toString(round(100 * bytes / raw)), ' %'), codec FROM (
			SELECT column, sum(rows) AS rows, sum(column_data_compressed_bytes) AS bytes, sum(column_marks_bytes) AS marks, sum(column_data_uncompressed_bytes) AS raw
			FROM system.parts_columns WHERE ` + ours + ` AND part_type = 'Wide' GROUP BY column) AS p
		LEFT JOIN (SELECT name, if(compression_codec = '', 'default', compression_codec) AS codec FROM system.columns WHERE database = 'custody' AND table = 'log') AS c ON c.name = p.column
		ORDER BY bytes DESC LIMIT 24`,
	}, {
		"The columns of the projections", "Of such parts as well, for each row of the log.\n\n| projection | column | bytes a row | with marks |\n|---|---|--:|--:|",
		`SELECT name, column, round(sum(column_data_compressed_bytes) / sum(parent_rows), 2) AS bytes, round(sum(column_bytes_on_disk) / sum(parent_rows), 2)
		FROM system.projection_parts_columns WHERE ` + ours + ` AND part_type = 'Wide' GROUP BY name, column HAVING bytes >= 0.2 ORDER BY name, bytes DESC`,
	},
}

func (s *site) table(ctx context.Context, b *strings.Builder, t table) error {
	rows, err := s.ask(ctx, "admin", t.query)
	if err != nil {
		return fmt.Errorf("%s: %w", t.title, err)
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n", t.title, t.head)
	for _, r := range rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(r, " | "))
	}
	return nil
}
