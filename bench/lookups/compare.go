package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// compared are the questions that a layout is asked, by their names.
var compared = regexp.MustCompile(`\((Flows|Events|Event|Find)\)|month: persons`)

// A figure is what a layout costs and gives.
type figure struct {
	layout
	insert, merge, bytes float64 // of a row: µs of CPU, µs of CPU, on disk
	asked                []measurement
}

// compare makes the table anew in every layout, from the same rows in the order
// in which they came, and asks each the same: in the place of the log itself, so
// that the questions are those of the readers.
func (s *site) compare(ctx context.Context, o settings) (err error) {
	if err := s.sample(ctx, o); err != nil {
		return fmt.Errorf("make the rows to compare with: %w", err)
	}
	asked, draws, err := s.toCompare(ctx, o)
	if err != nil {
		return err
	}
	only := regexp.MustCompile(o.only)
	out := os.Stdout
	fmt.Fprintf(out, "| layout | insert, µs CPU a row | merge to the end, µs CPU a row | bytes a row |")
	for _, q := range asked {
		fmt.Fprintf(out, " %s |", q.name)
	}
	fmt.Fprintf(out, "\n|---|--:|--:|--:|%s\n", strings.Repeat("--:|", len(asked)))
	for _, l := range layouts {
		if !only.MatchString(l.name) {
			continue
		}
		f, err := s.try(ctx, l, asked, draws)
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		fmt.Fprintln(out, f)
	}
	return s.do(ctx, "DROP TABLE bench.layout")
}

// toCompare is what each layout is asked; nothing without draws.
func (s *site) toCompare(ctx context.Context, o settings) (asked []question, draws []draw, err error) {
	if o.draws == 0 {
		return nil, nil, nil
	}
	known, _, err := s.known(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, q := range s.questions(known) {
		if compared.MatchString(q.name) {
			asked = append(asked, q)
		}
	}
	// of what is in the sample: it has no first rows, and those of a copy of its own
	draws, err = s.draws(ctx, o, 1, max(1, o.layouts/o.base), o.draws)
	return asked, draws, err
}

// String is a row of the comparison.
func (f figure) String() string {
	line := fmt.Sprintf("| %s | %.2f | %.2f | %.1f |", f.name, f.insert, f.merge, f.bytes)
	for _, m := range f.asked {
		line += fmt.Sprintf(" %s |", both(m.warm))
	}
	return line
}

// sample lays down rows of copies, in the order in which they came.
func (s *site) sample(ctx context.Context, o settings) error {
	const like = " ENGINE = MergeTree ORDER BY recorded_at AS SELECT * FROM custody.log WHERE 0"
	if err := s.do(ctx, "DROP TABLE IF EXISTS bench.copied", "DROP TABLE IF EXISTS bench.sample", "CREATE TABLE bench.copied"+like, "CREATE TABLE bench.sample"+like); err != nil {
		return err
	}
	insert, err := s.copying(ctx, "bench.copied")
	if err != nil {
		return err
	}
	if err := s.copy(ctx, insert, 1, max(1, o.layouts/o.base), "0"); err != nil {
		return err
	}
	some := fmt.Sprintf("INSERT INTO bench.sample SELECT * FROM bench.copied WHERE sipHash64(kafka_partition, kafka_offset) %% %d < %d", max(o.base, o.layouts), o.layouts)
	return s.do(ctx, some, "DROP TABLE bench.copied", "OPTIMIZE TABLE bench.sample FINAL")
}

// asWriters makes blocks as large as a writer's largest, of one year each but for the last.
var asWriters = []string{
	"max_threads=1", "max_insert_threads=1", "async_insert=0", "insert_deduplicate=0", "max_execution_time=0", "optimize_read_in_order=1",
	"max_block_size=65536", "preferred_block_size_bytes=0", "min_insert_block_size_rows=65536", "min_insert_block_size_bytes=0", "optimize_on_insert=0",
}

func (s *site) try(ctx context.Context, l layout, asked []question, draws []draw) (f figure, err error) {
	f.layout = l
	definition, err := s.definition(ctx, l)
	if err != nil {
		return f, err
	}
	if err := s.do(ctx, "DROP TABLE IF EXISTS bench.layout SYNC", definition, "SYSTEM STOP MERGES bench.layout"); err != nil {
		return f, err
	}
	if f.insert, err = s.cost(ctx, "INSERT INTO bench.layout SELECT * FROM bench.sample ORDER BY recorded_at", asWriters...); err != nil {
		return f, err
	}
	if err := s.do(ctx, "SYSTEM START MERGES bench.layout"); err != nil {
		return f, err
	}
	if f.merge, err = s.cost(ctx, "OPTIMIZE TABLE bench.layout FINAL"); err != nil {
		return f, err
	}
	rows, err := s.ask(ctx, "admin", "SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE database = 'bench' AND table = 'layout' AND active")
	if err != nil {
		return f, err
	}
	if f.bytes, err = strconv.ParseFloat(rows[0][0], 64); err != nil {
		return f, err
	}
	f.asked, err = s.inPlace(ctx, asked, draws)
	return f, err
}

// definition is the statement that makes a layout.
func (s *site) definition(ctx context.Context, l layout) (string, error) {
	lines, err := s.ask(ctx, "admin", "SHOW CREATE TABLE custody.log FORMAT TSVRaw")
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(l[0] + "\n")
	}
	sql := strings.Replace(text.String(), "custody.log", "bench.layout", 1)
	for _, e := range l.edits {
		if !e.old.MatchString(sql) {
			return "", fmt.Errorf("the table has no %s", e.old)
		}
		sql = e.old.ReplaceAllString(sql, e.new)
	}
	return sql, nil
}

// cost runs a statement and says what CPU it took for each row of the sample:
// nothing else runs in the server.
func (s *site) cost(ctx context.Context, statement string, options ...string) (float64, error) {
	rows, err := s.number(ctx, "SELECT count() FROM bench.sample")
	if err != nil {
		return 0, err
	}
	before := s.cpu()
	if _, err := s.ask(ctx, "admin", statement, options...); err != nil {
		return 0, err
	}
	return float64((s.cpu()-before)/time.Microsecond) / float64(rows), nil
}

// inPlace asks while the layout stands where the log does.
func (s *site) inPlace(ctx context.Context, asked []question, draws []draw) (all []measurement, err error) {
	const exchange = "EXCHANGE TABLES custody.log AND bench.layout"
	if err := s.do(ctx, exchange); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.do(context.WithoutCancel(ctx), exchange)) }()
	for _, q := range asked {
		m, err := s.warm(ctx, q, draws)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.name, err)
		}
		all = append(all, m)
	}
	return all, nil
}
