package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// A part is a folder of the log's table: the rows of one insert, or of several
// that were merged. Its name says which inserts: year_first_last_level.
type part struct {
	name                     string
	year, first, last, level int
}

// table is the folder of custody.log.
func (s *server) table(ctx context.Context) (string, error) {
	text, err := s.text(ctx, "admin", "SELECT data_paths[1] FROM system.tables WHERE database = 'custody' AND name = 'log'")
	if err == nil && text == "" {
		err = errors.New("custody.log has no folder")
	}
	if !filepath.IsAbs(text) {
		text = filepath.Join(s.dir, text)
	}
	return text, err
}

// parts are those in the table's folder, the newest insert first.
func parts(table string) (ps []part, err error) {
	files, err := os.ReadDir(table)
	for _, f := range files {
		p := part{name: f.Name()}
		var rest string
		if n, _ := fmt.Sscanf(p.name, "%d_%d_%d_%d%s", &p.year, &p.first, &p.last, &p.level, &rest); n == 4 && f.IsDir() {
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(a, b part) int { return b.last - a.last })
	return ps, err
}

// newest is the number of the newest insert.
func newest(ps []part) int {
	if len(ps) == 0 {
		return 0
	}
	return ps[0].last
}

// lose stops the server, takes away the parts of all inserts from one on, as a
// disk does that lied, and kills it. It says how many parts there were.
func (s *server) lose(ctx context.Context, choose func([]part) []part) (n int, err error) {
	table, err := s.table(ctx)
	if err != nil {
		return 0, err
	}
	s.signal(syscall.SIGSTOP)
	defer s.signal(syscall.SIGKILL)
	ps, err := parts(table)
	if err != nil {
		return 0, err
	}
	for _, p := range choose(ps) {
		if err := os.RemoveAll(filepath.Join(table, p.name)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// single is the part of one insert, or of some that were merged into one, and with
// it all that still has its rows: the parts that it was merged from.
func single(r *rand.Rand) func([]part) []part {
	return func(ps []part) []part {
		few := slices.DeleteFunc(slices.Clone(ps), func(p part) bool {
			return p.last-p.first > mostInserts || slices.ContainsFunc(ps, func(q part) bool { return q.level > p.level && q.first <= p.first && p.last <= q.last })
		})
		if len(few) == 0 {
			return nil
		}
		lost := few[r.IntN(len(few))]
		return slices.DeleteFunc(slices.Clone(ps), func(p part) bool { return p.first < lost.first || lost.last < p.last })
	}
}

// mostInserts bounds what is lost at once: each heal takes its time.
const mostInserts = 200

// since are the parts with inserts from number first on.
func since(first int) func([]part) []part {
	return func(ps []part) []part {
		return slices.DeleteFunc(slices.Clone(ps), func(p part) bool { return p.last < first })
	}
}

// obstruct lays files where the next parts are to be: a part is written under
// another name and then renamed, which fails.
func obstruct(table string, from, n int) (undo func(), err error) {
	var names []string
	undo = func() {
		for _, name := range names {
			_ = os.Remove(name)
		}
	}
	for i := from; i < from+n; i++ {
		name := filepath.Join(table, fmt.Sprintf("%d_%d_%d_0", time.Now().UTC().Year(), i, i))
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue // the insert was quicker
		}
		if err != nil {
			undo()
			return nil, err
		}
		names = append(names, name)
		_ = f.Close()
	}
	return undo, nil
}
