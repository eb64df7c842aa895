package store

import (
	"context"
	"errors"
	"io/fs"
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
	Version int
	Name    string
	SQL     []string // the statements, in their order
}

// Migrate brings the database up to the newest migration of files, one process at
// a time; the others wait until ctx ends. Each step that is done is told to
// progress, which may be nil.
func (db *DB) Migrate(ctx context.Context, files fs.FS, progress func(Step)) error { return nil }

// Plan returns what Migrate would do.
func (db *DB) Plan(ctx context.Context, files fs.FS) ([]Step, error) { return nil, nil }
