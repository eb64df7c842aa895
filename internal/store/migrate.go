package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What can be wrong between the database and this binary.
var (
	// ErrNewer says that the database was migrated by a newer binary.
	ErrNewer = errors.New("the database is newer than this program")
	// ErrChanged says that a migration was applied in another form than this binary holds.
	ErrChanged = errors.New("an applied migration has changed")
)

// A Step is one migration that is still to be applied.
type Step struct {
	Version  int
	Name     string
	SQL      []string // the statements, in their order; each may be run again
	checksum string
}

// fileName is what a migration's file is called: 0001_log.sql.
var fileName = regexp.MustCompile(`^([0-9]{4})_([a-z0-9_]+)\.sql$`)

// steps reads the migrations, which are numbered from 1 without a gap.
func steps(files fs.FS) ([]Step, error) {
	names, err := fs.Glob(files, "[0-9]*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	all := make([]Step, len(names))
	for i, name := range names {
		m := fileName.FindStringSubmatch(name)
		if m == nil || number(m[1]) != i+1 {
			return nil, fmt.Errorf("migration %s: want %04d_name.sql", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all[i] = Step{Version: i + 1, Name: m[2], SQL: statements(string(text)), checksum: hex.EncodeToString(sum[:])}
	}
	return all, nil
}

func number(digits string) int { n, _ := strconv.Atoi(digits); return n }

// statements cuts a file at the semicolons that end a line.
func statements(text string) (out []string) {
	for s := range strings.SplitSeq(text+"\n", ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Migrate brings the database up to the newest migration of files, one process at
// a time; the others wait until ctx ends. Each step that is done is told to
// progress, which may be nil. It goes forward only: there is no way back.
func (db *DB) Migrate(ctx context.Context, files fs.FS, progress func(Step)) error {
	if err := db.config.checkOne(); err != nil {
		return err
	}
	if todo, err := db.Plan(ctx, files); err != nil || len(todo) == 0 {
		return err // nothing to do needs no lock
	}
	m, err := db.lock(ctx)
	if err != nil {
		return fmt.Errorf("lock the migrations: %w", err)
	}
	defer m.unlock()
	return m.migrate(ctx, files, progress)
}

func (m *migration) migrate(ctx context.Context, files fs.FS, progress func(Step)) error {
	for _, sql := range historySQL {
		if err := m.run(ctx, sql, nil); err != nil {
			return err
		}
	}
	todo, err := m.db.Plan(ctx, files) // another may have been first
	if err != nil {
		return err
	}
	for _, s := range todo {
		if err := m.apply(ctx, s); err != nil {
			return fmt.Errorf("migration %04d_%s: %w", s.Version, s.Name, err)
		}
		if progress != nil {
			progress(s)
		}
	}
	return nil
}

// apply runs a step and then records it. A crash between the two runs it again,
// which is why every statement must bear that.
func (m *migration) apply(ctx context.Context, s Step) error {
	for _, sql := range s.SQL {
		if err := m.run(ctx, sql, nil); err != nil {
			return err
		}
	}
	return m.run(ctx, recordSQL, parameters{
		"version": strconv.Itoa(s.Version), "name": s.Name, "checksum": s.checksum,
	})
}

// Plan returns what Migrate would do; in an empty database it begins with step 0,
// the place where migrations are recorded. It needs no more than the right to read.
func (db *DB) Plan(ctx context.Context, files fs.FS) ([]Step, error) {
	all, err := steps(files)
	if err != nil {
		return nil, err
	}
	done, err := db.applied(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the applied migrations: %w", err)
	}
	if done == nil {
		return append([]Step{{Name: "history", SQL: historySQL}}, all...), nil
	}
	for v, checksum := range done {
		if v > len(all) {
			return nil, fmt.Errorf("%w: it has migration %04d, this program knows %04d", ErrNewer, v, len(all))
		}
		if all[v-1].checksum != checksum {
			return nil, fmt.Errorf("%w: %04d_%s", ErrChanged, v, all[v-1].Name)
		}
	}
	return slices.DeleteFunc(all, func(s Step) bool { _, ok := done[s.Version]; return ok }), nil
}
