package apache

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"sync"
)

// format makes every node's data folder; the controller's knows the user.
func (c *Cluster) format(ctx context.Context) error {
	id := clusterID()
	errs := make([]error, len(c.nodes()))
	var all sync.WaitGroup
	for i, n := range c.nodes() {
		args := []string{"format", "--ignore-formatted", "-t", id, "-c", n.properties()}
		if i == 0 { // it has the controller
			args = append(args, "--standalone")
			for _, mechanism := range c.mechanisms() {
				args = append(args, "--add-scram", fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, c.access.User, c.access.Password))
			}
		}
		all.Go(func() { errs[i] = n.format(ctx, args) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *node) format(ctx context.Context, args []string) error {
	cmd := java(ctx, n.lib, "kafka.tools.StorageTool", args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("format node %d: %w: %s", n.id, err, out)
	}
	return nil
}

// clusterID is 16 random bytes as Kafka writes them: base64 without a dash in front.
func clusterID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[0] &= 0x7f
	return base64.RawURLEncoding.EncodeToString(b)
}
