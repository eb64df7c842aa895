package embedded

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Kafka is a broker in this process with a TCP port of its own. Acknowledged
// records are in the operating system's hands: they survive kill -9 of the
// process, not a power cut (as with Kafka's own defaults on one broker).
type Kafka struct {
	cluster *kfake.Cluster
	release func()
	close   sync.Once
}

// StartKafka starts the broker on 127.0.0.1 with what dir holds; port 0 is any
// free one. It does not wait for ctx; Close ends it.
func StartKafka(_ context.Context, dir string, port int) (*Kafka, error) {
	release, err := claimDir(dir)
	if err != nil {
		return nil, err
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1),
		kfake.Ports(port),
		kfake.ClusterID("custody-embedded"),
		kfake.DataDir(dir),
		kfake.ListenFn(func(_, _ string) (net.Listener, error) { return listen("Kafka", port) }),
		kfake.BrokerConfigs(map[string]string{"group.initial.rebalance.delay.ms": "0"}),
	)
	if err != nil {
		release()
		return nil, fmt.Errorf("start embedded Kafka: %w", err)
	}
	return &Kafka{cluster: cluster, release: release}, nil
}

// Addr is the broker's address.
func (k *Kafka) Addr() string { return strings.Join(k.cluster.ListenAddrs(), ",") }

// Close ends the broker; what it holds stays in its directory.
func (k *Kafka) Close() error {
	k.close.Do(func() {
		k.cluster.Close()
		k.release()
	})
	return nil
}
