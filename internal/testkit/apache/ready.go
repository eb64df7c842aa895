package apache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// peers are the ids of the brokers that the node knows, itself among them once
// the controller lets it serve.
func (n *node) peers(ctx context.Context) (ids map[int]bool, err error) {
	r, err := n.metadata(ctx, []kmsg.MetadataRequestTopic{})
	if err != nil {
		return nil, err
	}
	ids = map[int]bool{}
	for _, b := range r.Brokers {
		ids[int(b.NodeID)] = true
	}
	return ids, nil
}

// metadata asks the node itself, past any proxy; nil topics are all of them.
func (n *node) metadata(ctx context.Context, topics []kmsg.MetadataRequestTopic) (*kmsg.MetadataResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(n.brokers.addr), kgo.DialTimeout(time.Second), kgo.RequestRetries(0))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ask := kmsg.NewPtrMetadataRequest()
	ask.Topics = topics
	answer, err := client.SeedBrokers()[0].Request(ctx, ask)
	if err != nil {
		return nil, err
	}
	return answer.(*kmsg.MetadataResponse), nil
}

// Whole returns when every broker is there and every replica in sync: then any
// one broker may go.
func (c *Cluster) Whole(ctx context.Context) error {
	for {
		behind, err := c.behind(ctx)
		if err == nil && behind == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("the cluster is not whole: %d partitions lack replicas: %w", behind, ctx.Err()), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// behind counts the partitions that some broker thinks are not everywhere.
func (c *Cluster) behind(ctx context.Context) (n int, err error) {
	for _, b := range c.brokers {
		r, err := b.metadata(ctx, nil)
		if err != nil {
			return n, err
		}
		if len(r.Brokers) < len(c.brokers) {
			return n, fmt.Errorf("broker %d knows %d brokers, want %d", b.id-1, len(r.Brokers), len(c.brokers))
		}
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				if len(p.ISR) < len(p.Replicas) || p.Leader < 0 {
					n++
				}
			}
		}
	}
	return n, nil
}
