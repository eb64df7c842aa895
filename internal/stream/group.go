package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// A Group is a consumer group that we are, or want to be, a member of.
type Group struct {
	client  *Client
	id      string
	topic   string
	options GroupOptions

	mu  sync.Mutex
	out error // why we are no member
}

// errJoining is why a group that nothing went wrong with yet has no member.
var errJoining = errors.New("not joined yet")

// Joined says why we are no member of the group now, or nil. A member may have
// no partition.
func (g *Group) Joined(context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.out
}

func (g *Group) joined(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out = err
}

// GroupOptions may be left zero.
type GroupOptions struct {
	// Session is how long the group waits for a silent member; 0 = 30 s.
	Session time.Duration
	// Rebalance is how long the group waits for members to drain and join
	// again; 0 = 60 s. A partition's loop must end well within it.
	Rebalance time.Duration
	// Heartbeat is the time between heartbeats; 0 = 3 s.
	Heartbeat time.Duration
	// Report is told of each error that ends a generation or delays the next;
	// nil = nobody is.
	Report func(error)
}

// Group returns the group; nothing is joined before Run.
func (c *Client) Group(id, topic string, o GroupOptions) *Group {
	if o.Session == 0 {
		o.Session = 30 * time.Second
	}
	if o.Rebalance == 0 {
		o.Rebalance = 60 * time.Second
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 3 * time.Second
	}
	if o.Report == nil {
		o.Report = func(error) {}
	}
	return &Group{client: c, id: id, topic: topic, options: o, out: errJoining}
}

// Run is a member of the group until ctx ends. For each partition assigned it
// runs serve in a goroutine of its own. Serve's context ends when the partition
// is to be given up or ctx ends: serve then finishes what it has begun, commits
// and returns. When one serve returns, the generation ends for all of them, and
// the group is joined again. No broker's absence makes Run return.
func (g *Group) Run(ctx context.Context, serve func(context.Context, *Partition) error) error {
	for ctx.Err() == nil {
		if err := g.member(ctx, serve); err != nil {
			return fmt.Errorf("group %s: %w", g.id, err)
		}
	}
	return nil
}

// member is one membership: it ends with ctx or when the member id must not be
// used again, because a commit under it may still be on its way.
func (g *Group) member(ctx context.Context, serve func(context.Context, *Partition) error) error {
	cg, err := kafka.NewConsumerGroup(g.config())
	if err != nil {
		return err
	}
	membership, abandon := context.WithCancel(ctx)
	defer abandon()
	defer cg.Close() //nolint:errcheck // always nil; waits for every serve, then leaves the group
	defer abandon()
	for {
		gen, err := cg.Next(membership)
		switch {
		case membership.Err() != nil:
			return nil
		case errors.Is(err, kafka.ErrGroupClosed):
			return nil
		case err != nil:
			err = fmt.Errorf("join group %s: %w", g.id, err)
			g.joined(err)
			g.options.Report(err)
		default:
			g.joined(nil)
			g.start(membership, abandon, gen, serve)
		}
	}
}

func (g *Group) config() kafka.ConsumerGroupConfig {
	c := g.client.config
	return kafka.ConsumerGroupConfig{
		ID: g.id, Topics: []string{g.topic}, Brokers: c.Brokers,
		Dialer:                &kafka.Dialer{ClientID: c.ClientID, TLS: c.TLS, SASLMechanism: c.SASL, Timeout: 5 * time.Second, DualStack: true},
		GroupBalancers:        []kafka.GroupBalancer{kafka.RangeGroupBalancer{}},
		HeartbeatInterval:     g.options.Heartbeat,
		SessionTimeout:        g.options.Session,
		RebalanceTimeout:      g.options.Rebalance,
		JoinGroupBackoff:      time.Second,
		WatchPartitionChanges: true, PartitionWatchInterval: 15 * time.Second,
	}
}

// start serves each partition of a generation.
func (g *Group) start(ctx context.Context, abandon func(), gen *kafka.Generation, serve func(context.Context, *Partition) error) {
	count := sync.OnceValues(func() (int, error) {
		ids, err := g.client.partitions(ctx, g.topic)
		return len(ids), err
	})
	for _, a := range gen.Assignments[g.topic] {
		p := &Partition{
			Topic: g.topic, ID: int32(a.ID),
			client: g.client, group: g.id, generation: int(gen.ID), member: gen.MemberID, abandon: abandon,
		}
		gen.Start(func(generation context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(generation, cancel)()
			n, err := count()
			if err == nil {
				p.Of = n
				err = serve(ctx, p)
			}
			if err != nil && ctx.Err() == nil {
				g.options.Report(fmt.Errorf("%s/%d: %w", p.Topic, p.ID, err))
				pause(ctx, time.Second)
			}
		})
	}
}
