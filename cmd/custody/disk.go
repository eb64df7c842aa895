package main

import (
	"context"
	"fmt"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/embedded"
)

// scarce is the free space below which the servers of a house begin to refuse.
const scarce = 160 << 20

// space checks that the disk of dir is not full.
func space(dir string) daemon.Check {
	return func(context.Context) error {
		free, err := embedded.Free(dir)
		if err != nil {
			return fmt.Errorf("space in %s: %w", dir, err)
		}
		if free < scarce {
			return fmt.Errorf("the disk of %s is full: %d MB free, %d MB are needed; nothing is lost, and all goes on when there is space", dir, free>>20, scarce>>20)
		}
		return nil
	}
}
