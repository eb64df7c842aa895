//go:build unix

package apache

import (
	"fmt"
	"os"
	"syscall"
)

const (
	pause     = syscall.SIGSTOP
	resume    = syscall.SIGCONT
	terminate = syscall.SIGTERM
)

// lock waits for the file, and holds it until release.
func lock(name string) (release func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return func() { _ = f.Close() }, nil
}
