package main

import (
	"context"
	"fmt"
	"os"

	"github.com/datacustody/custody/internal/testkit/apache"
)

// startApache starts three brokers and a controller; of three replicas two must
// be in sync.
func startApache(ctx context.Context, version, dir string, advertise func(broker int, addr string) string) (brokers, error) {
	c, err := apache.Start(ctx, apache.Options{
		Version: version, Brokers: 3, Dir: dir, Advertise: advertise,
		Progress: func(what string) { fmt.Fprintln(os.Stderr, what) },
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}
