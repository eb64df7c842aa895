package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// rowRoom is the disk that a row may take while its part is being merged into another.
const rowRoom = 320

// A filling is what was done to have as many rows.
type filling struct {
	rows, copies int
	added        int // in this run
	took         time.Duration
	cpu          time.Duration // of the server, all of it
}

// fill brings the log up to about as many rows: simulates the first, and then
// adds copies of them, each of other persons and events.
func (s *site) fill(ctx context.Context, o settings) (f filling, err error) {
	if err := s.do(ctx, "CREATE DATABASE IF NOT EXISTS bench"); err != nil {
		return f, err
	}
	there, err := s.number(ctx, "SELECT count() FROM custody.log")
	if err != nil {
		return f, err
	}
	if err := s.room(o, o.rows-there); err != nil {
		return f, err
	}
	if o.unmerged {
		if err := s.do(ctx, "SYSTEM STOP MERGES custody.log"); err != nil {
			return f, err
		}
	}
	began, before := time.Now(), s.cpu()
	if there == 0 {
		if err := s.first(ctx, o); err != nil {
			return f, err
		}
	}
	if err := s.copies(ctx, o, &f); err != nil {
		return f, err
	}
	if err := s.rest(ctx, o); err != nil {
		return f, err
	}
	f.added, f.took, f.cpu = f.rows-there, time.Since(began), s.cpu()-before
	tell(fmt.Sprintf("%d rows, %d added in %v", f.rows, f.added, f.took.Round(time.Second)))
	return f, nil
}

// room refuses what the disk will not hold.
func (s *site) room(o settings, rows int) error {
	free, err := embedded.Free(s.dir)
	if err != nil {
		return err
	}
	if need := uint64(max(0, rows)+o.layouts) * rowRoom; free < need {
		return fmt.Errorf("%d rows more may take %d GB of disk while they are merged, %s has %d GB free: choose another -dir, or fewer -rows", rows, need>>30, s.dir, free>>30)
	}
	return nil
}

// first logs the simulated rows, and keeps them apart to be copied.
func (s *site) first(ctx context.Context, o settings) error {
	tell(fmt.Sprintf("simulating %d rows", o.base))
	if err := s.simulate(ctx, o.base, time.Now().UTC().Truncate(time.Hour)); err != nil {
		return err
	}
	return s.do(ctx, "DROP TABLE IF EXISTS bench.base",
		"CREATE TABLE bench.base ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM custody.log")
}

// copies adds copies of the first rows until there are enough. Who stops it waits
// for those that were begun: half a copy would be no log, and hours of work lost.
func (s *site) copies(ctx context.Context, o settings, f *filling) error {
	base, err := s.number(ctx, "SELECT count() FROM bench.base")
	if err != nil {
		return err
	}
	if f.rows, err = s.number(ctx, "SELECT count() FROM custody.log"); err != nil {
		return err
	}
	if base == 0 || f.rows%base != 0 {
		return fmt.Errorf("%s holds %d rows, no multiple of the %d that were simulated: the run that filled it was cut; remove it", s.dir, f.rows, base)
	}
	insert, err := s.copying(ctx, "custody.log")
	if err != nil {
		return err
	}
	years, err := s.ask(ctx, "admin", "SELECT DISTINCT toYear(kafka_time) FROM bench.base ORDER BY 1")
	if err != nil {
		return err
	}
	for f.copies = f.rows/base - 1; f.rows+base <= o.rows; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(together, (o.rows-f.rows)/base)
		if err := s.yearly(context.WithoutCancel(ctx), insert, f.copies+1, n, years); err != nil {
			return fmt.Errorf("copies from %d on: %w", f.copies+1, err)
		}
		f.copies, f.rows = f.copies+n, f.rows+n*base
		tell(fmt.Sprintf("%d of %d rows", f.rows, o.rows))
	}
	return nil
}

// together is how many copies are inserted at once: of a year they become one
// part, as large as parts are that were merged a few times, for merging as many
// rows would take longer than all else. Two such blocks are in memory at a time.
const together = 12

// yearly inserts n copies, from first on, a year in a block.
func (s *site) yearly(ctx context.Context, insert string, first, n int, years [][]string) error {
	errs := make([]error, len(years))
	var work sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, y := range years {
		work.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			errs[i] = s.copy(ctx, insert, first, n, y[0])
		})
	}
	work.Wait()
	return errors.Join(errs...)
}

// copySettings make one block of what is inserted.
var copySettings = []string{
	"max_threads=1", "max_insert_threads=1", "async_insert=0", "insert_deduplicate=0", "max_execution_time=0", "max_memory_usage=0",
	"max_partitions_per_insert_block=0", "min_insert_block_size_rows=100000000", "min_insert_block_size_bytes=0", "optimize_on_insert=0",
}

// copy inserts n copies, from first on: what was recorded in a year, or with year 0 all.
func (s *site) copy(ctx context.Context, insert string, first, n int, year string) error {
	_, err := s.ask(ctx, "admin", insert, append(slices.Clone(copySettings), fmt.Sprint("param_first=", first), fmt.Sprint("param_end=", first+n), "param_year="+year)...)
	return err
}

// Functions of a value v and the number k of a copy. What is random in the first
// rows is as random in a copy, and what refers to something refers to its copy.
const functions = `
	(v, k) -> if(k = 0 OR v = toFixedString('', 16), v, sipHash128(v, k)) AS hashed,
	(v, k) -> if(k = 0 OR v = toUUID('00000000-0000-0000-0000-000000000000'), v, reinterpretAsUUID(sipHash128(v, k))) AS other,
	(v, k) -> lower(hex(sipHash128(v, k))) AS digits,
	(v, k) -> multiIf(k = 0 OR v = '', v, length(v) != 36, concat(v, '-', toString(k)),
		concat(substring(v, 1, 15), substring(digits(v, k), 1, 3), '-', substring(digits(v, k), 4, 4), '-', substring(digits(v, k), 8, 12))) AS renamed,
	(v, k) -> if(k = 0 OR toUnixTimestamp64Nano(v) = 0, v, v - toIntervalMillisecond(sipHash64(k) % 86400000)) AS moved`

// copying is the statement that puts a copy into a table. A batch is what one
// partition got within a second, as the writer would have it.
func (s *site) copying(ctx context.Context, table string) (string, error) {
	columns, err := s.ask(ctx, "admin", "SELECT name FROM system.columns WHERE database = 'custody' AND table = 'log' AND default_kind = '' ORDER BY position")
	if err != nil {
		return "", err
	}
	counts, err := s.ask(ctx, "admin", "SELECT toString(groupArray(kafka_partition)), toString(groupArray(n)) FROM (SELECT kafka_partition, count() AS n FROM bench.base GROUP BY 1)")
	if err != nil {
		return "", err
	}
	before := fmt.Sprintf("transform(kafka_partition, CAST(%s AS Array(Int32)), CAST(%s AS Array(Int64)), toInt64(0)) * k", counts[0][0], counts[0][1])
	values := map[string]string{
		"kafka_offset":   "kafka_offset + " + before,
		"seq":            "seq + " + before,
		"kafka_time":     "moved(kafka_time, k) AS arrived",
		"recorded_at":    "fromUnixTimestamp64Micro((intDiv(toUnixTimestamp64Milli(arrived), 1000) + 1) * 1000000 + sipHash64(kafka_partition, intDiv(toUnixTimestamp64Milli(arrived), 1000)) % 1000000, 'UTC') AS recorded",
		"lease_until":    fmt.Sprintf("recorded + toIntervalDay(%d)", lease),
		"event_hash":     "hashed(event_hash, k)",
		"content_hash":   "hashed(content_hash, k)",
		"id":             "renamed(id, k)",
		"subject":        "other(subject, k)",
		"linked_subject": "other(linked_subject, k)",
		"time":           "moved(time, k)",
		"parent_ids":     "arrayMap(p -> renamed(p, k), parent_ids)",
	}
	var names, selected []string
	for _, c := range columns {
		name := "`" + c[0] + "`"
		value := name
		if v := values[c[0]]; v != "" {
			value = v
			delete(values, c[0])
		}
		names, selected = append(names, name), append(selected, value)
	}
	if len(values) > 0 {
		return "", errors.New("the log lacks a column that a copy changes")
	}
	return fmt.Sprintf(`INSERT INTO %s (%s) WITH %s SELECT %s
		FROM bench.base ARRAY JOIN range({first:UInt64}, {end:UInt64}) AS k WHERE {year:UInt16} IN (0, toYear(recorded))`, table, strings.Join(names, ", "), functions, strings.Join(selected, ", ")), nil
}

// rest waits until no merge runs any more, and makes one part of each past year, as
// the server itself would a week later.
func (s *site) rest(ctx context.Context, o settings) error {
	if o.unmerged {
		return nil
	}
	if err := s.quiet(ctx); err != nil {
		return err
	}
	past, err := s.ask(ctx, "admin", "SELECT partition FROM system.parts WHERE "+ours+" AND toUInt16(partition) < toYear(now()) GROUP BY 1 HAVING count() > 1 ORDER BY 1")
	if err != nil {
		return err
	}
	for _, year := range past {
		tell("merging " + year[0])
		if err := s.do(ctx, "OPTIMIZE TABLE custody.log PARTITION "+year[0]+" FINAL SETTINGS max_execution_time = 0"); err != nil {
			return err
		}
	}
	return s.quiet(ctx)
}

// quiet waits until no merge runs any more.
func (s *site) quiet(ctx context.Context) error {
	for quiet := 0; quiet < 3; {
		n, err := s.number(ctx, "SELECT count() FROM system.merges")
		if err != nil {
			return err
		}
		if quiet++; n > 0 {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	return nil
}
