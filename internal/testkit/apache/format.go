package apache

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// format makes every node's data folder. The controller's begins with the first
// records of the cluster, the user's among them, and needs Kafka's own tool. A
// broker's only says whose it is: so much we write ourselves, as each run of
// the tool takes a JVM.
func (c *Cluster) format(ctx context.Context) error {
	id := uuid()
	args := []string{"-t", id, "--standalone"}
	for _, mechanism := range c.mechanisms() {
		args = append(args, "--add-scram", fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, c.access.User, c.access.Password))
	}
	for i, n := range c.nodes() {
		var err error
		if i == 0 {
			err = n.format(ctx, args...)
		} else {
			err = n.join(id)
		}
		if err != nil {
			return fmt.Errorf("format node %d: %w", n.id, err)
		}
	}
	return nil
}

func (n *node) format(ctx context.Context, args ...string) error {
	cmd := java(ctx, n.lib, "kafka.tools.StorageTool", append([]string{"format", "-c", n.properties()}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func (n *node) join(cluster string) error {
	if err := os.MkdirAll(n.data(), 0o700); err != nil {
		return err
	}
	meta := fmt.Sprintf("version=1\ncluster.id=%s\nnode.id=%d\ndirectory.id=%s\n", cluster, n.id, uuid())
	return os.WriteFile(filepath.Join(n.data(), "meta.properties"), []byte(meta), 0o600)
}

// uuid is 16 random bytes as Kafka writes them: base64, with no dash in front.
func uuid() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[0] &= 0x7f
	return base64.RawURLEncoding.EncodeToString(b)
}
