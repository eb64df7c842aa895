package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// spare is the disk space without which nothing is started: a server that
// starts on a full disk loses its way in the middle.
const spare = 256 << 20

// claimDir makes dir and holds it for this process until release.
func claimDir(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second) // a former owner may still be ending
	defer cancel()
	release, err = lockFile(ctx, filepath.Join(dir, "lock"))
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("%s is in use by another process", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if err := roomIn(dir); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// roomIn says that dir's disk has space to spare.
func roomIn(dir string) error {
	space, err := Free(dir)
	if err != nil {
		return fmt.Errorf("space in %s: %w", dir, err)
	}
	if space < spare {
		return fmt.Errorf("%s: the disk is full: %d MB free, want %d MB", dir, space>>20, spare>>20)
	}
	return nil
}
