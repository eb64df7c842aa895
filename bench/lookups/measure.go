package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// An answer is what the server says that one asking of a question took, over all
// of its queries.
type answer struct {
	began, ended time.Time
	took, cpu    time.Duration
	rows, bytes  int // read
}

// A measurement is a question with the answers to it.
type measurement struct {
	question
	cold, warm []answer
}

// Measurements of one run.
type measurements struct {
	all    []measurement
	rooted bool // the page cache was dropped, too
	cut    bool // it was stopped before the last question
}

// measure asks every question: first a quarter of the draws, each with all caches
// dropped before it, which takes long; then all of them twice, of which the second
// time counts as warm.
// Then the marks and the pages are in memory, and no answer is: the cache of
// conditions is dropped as well.
func (s *site) measure(ctx context.Context, o settings) (m measurements, err error) {
	known, copies, err := s.known(ctx)
	if err != nil {
		return m, err
	}
	m.rooted = dropPages() == nil
	draws, err := s.draws(ctx, o, 0, copies, o.draws)
	if err != nil {
		return m, err
	}
	only := regexp.MustCompile(o.only)
	for _, q := range s.questions(known) {
		if !only.MatchString(q.name) {
			continue
		}
		one, err := s.answers(ctx, q, draws[:max(1, len(draws)/q.share)])
		if ctx.Err() != nil {
			m.cut = true
			return m, nil
		}
		if err != nil {
			return m, fmt.Errorf("%s: %w", q.name, err)
		}
		m.all = append(m.all, one)
		tell(one.String())
	}
	return m, nil
}

// known is all of the log as a certificate would have it, and of how many copies it is.
func (s *site) known(ctx context.Context) (k ledger.Known, copies int, err error) {
	ends, err := s.db.Ends(ctx)
	if err != nil {
		return k, 0, err
	}
	k.Below = map[ledger.Partition]int64{}
	for _, e := range ends {
		k.Below[e.Partition] = e.Next
	}
	copies, err = s.number(ctx, "SELECT toUInt64(count() / (SELECT count() FROM bench.base)) - 1 FROM custody.log")
	return k, copies, err
}

func (s *site) answers(ctx context.Context, q question, draws []draw) (measurement, error) {
	cold, err := s.pass(ctx, q, draws[:max(1, len(draws)/4)], s.cool)
	if err != nil {
		return measurement{}, err
	}
	m, err := s.warm(ctx, q, draws)
	m.cold = cold
	return m, err
}

// warm asks all draws twice, and keeps the second answers.
func (s *site) warm(ctx context.Context, q question, draws []draw) (m measurement, err error) {
	m.question = q
	if _, err := s.pass(ctx, q, draws, nil); err != nil {
		return m, err
	}
	if err := s.do(ctx, "SYSTEM DROP QUERY CONDITION CACHE"); err != nil {
		return m, err
	}
	m.warm, err = s.pass(ctx, q, draws, nil)
	return m, err
}

// pass asks each draw once, after before.
func (s *site) pass(ctx context.Context, q question, draws []draw, before func(context.Context) error) ([]answer, error) {
	answers := make([]answer, len(draws))
	for i, d := range draws {
		if before != nil {
			if err := before(ctx); err != nil {
				return nil, err
			}
		}
		answers[i].began = time.Now()
		if err := q.ask(ctx, d); err != nil {
			return nil, err
		}
		answers[i].ended = time.Now()
	}
	return answers, s.look(ctx, answers)
}

// caches hold what an earlier question read, in the server.
var caches = []string{"MARK CACHE", "INDEX MARK CACHE", "UNCOMPRESSED CACHE", "INDEX UNCOMPRESSED CACHE", "MMAP CACHE", "PRIMARY INDEX CACHE", "QUERY CONDITION CACHE"}

// cool drops them, and the kernel's where we may.
func (s *site) cool(ctx context.Context) error {
	for _, c := range caches {
		if err := s.do(ctx, "SYSTEM DROP "+c); err != nil {
			return err
		}
	}
	_ = dropPages() // measurements.rooted tells
	return nil
}

// look finds in the server's query log what the answers took.
func (s *site) look(ctx context.Context, answers []answer) error {
	if err := s.do(ctx, "SYSTEM FLUSH LOGS query_log"); err != nil {
		return err
	}
	first, last := answers[0].began, answers[len(answers)-1].ended
	rows, err := s.ask(ctx, "admin", fmt.Sprintf(`SELECT toUnixTimestamp64Micro(query_start_time_microseconds) AS began,
			toUnixTimestamp64Micro(event_time_microseconds) - began, ProfileEvents['OSCPUVirtualTimeMicroseconds'], read_rows, read_bytes
		FROM system.query_log WHERE type = 'QueryFinish' AND is_initial_query AND user IN ('auditor', 'eraser', 'writer')
			AND began BETWEEN %d AND %d AND event_date >= toDate('%s') ORDER BY began`, first.UnixMicro(), last.UnixMicro(), first.UTC().Format(time.DateOnly)))
	if err != nil {
		return err
	}
	at := 0
	for _, r := range rows {
		var n [5]int
		for i := range n {
			if n[i], err = strconv.Atoi(r[i]); err != nil {
				return err
			}
		}
		for at < len(answers)-1 && answers[at].ended.UnixMicro() < int64(n[0]) {
			at++
		}
		a := &answers[at]
		a.took += time.Duration(n[1]) * time.Microsecond
		a.cpu += time.Duration(n[2]) * time.Microsecond
		a.rows, a.bytes = a.rows+n[3], a.bytes+n[4]
	}
	if i := slices.IndexFunc(answers, func(a answer) bool { return a.took == 0 }); i >= 0 {
		return fmt.Errorf("the query log has nothing on the %d. asking", i+1)
	}
	return nil
}

// of is the value at a share of the answers, from the least on.
func of(share float64, answers []answer, value func(answer) int) int {
	all := make([]int, len(answers))
	for i, a := range answers {
		all[i] = value(a)
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(share*float64(len(all))))]
}

func took(a answer) int { return int(a.took / time.Microsecond) }
func cpu(a answer) int  { return int(a.cpu / time.Microsecond) }
func read(a answer) int { return a.rows }

func millis(micros int) string { return strconv.FormatFloat(float64(micros)/1000, 'f', 1, 64) }

// String is what is told while more is measured.
func (m measurement) String() string {
	return fmt.Sprintf("%s ms p50/p99 warm, %s cold, %d rows read, n = %d: %s", both(m.warm), both(m.cold), of(0.5, m.warm, read), len(m.warm), m.name)
}

func both(answers []answer) string {
	return millis(of(0.5, answers, took)) + "/" + millis(of(0.99, answers, took))
}
