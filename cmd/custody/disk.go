package main

import (
	"context"
	"fmt"
	"syscall"

	"github.com/datacustody/custody/internal/daemon"
)

// scarce is the free space below which the servers of a house begin to refuse.
const scarce = 160 << 20

// space checks that the disk of dir is not full.
func space(dir string) daemon.Check {
	return func(context.Context) error {
		var disk syscall.Statfs_t
		if err := syscall.Statfs(dir, &disk); err != nil {
			return fmt.Errorf("space in %s: %w", dir, err)
		}
		if free := disk.Bavail * uint64(disk.Bsize); free < scarce {
			return fmt.Errorf("the disk of %s is full: %d MB free, %d MB are needed; nothing is lost, and all goes on when there is space", dir, free>>20, scarce>>20)
		}
		return nil
	}
}
