package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
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
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		release()
		return nil, fmt.Errorf("space in %s: %w", dir, err)
	}
	if free := disk.Bavail * uint64(disk.Bsize); free < spare {
		release()
		return nil, fmt.Errorf("%s: the disk is full: %d MB free, want %d MB", dir, free>>20, spare>>20)
	}
	return release, nil
}
