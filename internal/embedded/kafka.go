package embedded

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Kafka is a broker in this process with a TCP port of its own. Acknowledged
// records are in the operating system's hands: they survive kill -9 of the
// process, not a power cut (as with Kafka's own defaults on one broker).
type Kafka struct {
	cluster *kfake.Cluster
	log     *logFile
	release func()
	reserve atomic.Uint64
	close   sync.Once
}

// StartKafka starts the broker on 127.0.0.1 with what dir holds; port 0 is any
// free one. It does not wait for ctx; Close ends it.
func StartKafka(ctx context.Context, dir string, port int) (*Kafka, error) {
	return StartKafkaBehind(ctx, dir, port, nil)
}

// StartKafkaBehind is StartKafka for a broker whose clients are told another
// address than its own: a proxy's, with which a test cuts the network. The proxy
// is told where the broker is; nil = there is none.
func StartKafkaBehind(_ context.Context, dir string, port int, proxy func(broker net.Addr) net.Addr) (*Kafka, error) {
	release, err := claimDir(dir)
	if err != nil {
		return nil, err
	}
	log, err := openLog(filepath.Join(dir, "kafka.log"))
	if err != nil {
		release()
		return nil, fmt.Errorf("start embedded Kafka: %w", err)
	}
	k := &Kafka{log: log, release: func() { _ = log.Close(); release() }}
	k.reserve.Store(reserve)
	k.cluster, err = kfake.NewCluster(
		kfake.NumBrokers(1),
		kfake.Ports(port),
		kfake.ClusterID("custody-embedded"),
		kfake.DataDir(dir),
		kfake.ListenFn(func(_, _ string) (net.Listener, error) {
			l, err := listen("Kafka", port)
			if err == nil && proxy != nil {
				l = known{l, proxy(l.Addr())}
			}
			return l, err
		}),
		kfake.WithLogger(kfake.BasicLogger(log, kfake.LogLevelWarn)),
	)
	if err != nil {
		k.release()
		return nil, fmt.Errorf("start embedded Kafka: %w", err)
	}
	k.refuseWhenFull(dir)
	return k, nil
}

// Known is a listener that goes by another address.
type known struct {
	net.Listener
	as net.Addr
}

func (k known) Addr() net.Addr { return k.as }

// Addr is the address that the broker's clients are told.
func (k *Kafka) Addr() string { return strings.Join(k.cluster.ListenAddrs(), ",") }

// Close ends the broker; what it holds stays in its directory.
func (k *Kafka) Close() error {
	k.close.Do(func() {
		k.cluster.Close()
		k.release()
	})
	return nil
}
