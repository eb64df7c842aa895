package stream_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/datacustody/custody/internal/stream"
)

// fast is as fast as Kafka lets a group be.
var fast = stream.GroupOptions{Session: 6 * time.Second, Rebalance: 6 * time.Second, Heartbeat: 50 * time.Millisecond}

// A crew collects the partitions that a member is given.
type crew struct {
	mu   sync.Mutex
	have map[int32]*stream.Partition
	came chan *stream.Partition
}

func newCrew() *crew {
	return &crew{have: map[int32]*stream.Partition{}, came: make(chan *stream.Partition, 100)}
}

func (c *crew) serve(ctx context.Context, p *stream.Partition) error {
	c.mu.Lock()
	c.have[p.ID] = p
	c.mu.Unlock()
	c.came <- p
	<-ctx.Done()
	c.mu.Lock()
	delete(c.have, p.ID)
	c.mu.Unlock()
	return nil
}

func (c *crew) ids() []int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.have))
}

// join runs a member of "t"'s group until stop, which waits for its end.
func join(t *testing.T, client *stream.Client, serve func(context.Context, *stream.Partition) error) (stop func()) {
	t.Helper()
	return run(t, client.Group("g", "t", fast), serve)
}

func run(t *testing.T, g *stream.Group, serve func(context.Context, *stream.Partition) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx, serve) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestCommitIsTriedAgainWhileTheCoordinatorMoves(t *testing.T) {
	c, client := broker(t, 1)
	a := newCrew()
	join(t, client, a.serve)
	p := <-a.came
	refusals := 3
	c.ControlKey(int16(kmsg.OffsetCommit), func(r kmsg.Request) (kmsg.Response, error, bool) {
		if refusals == 0 {
			return nil, nil, false
		}
		refusals--
		c.KeepControl()
		return refuse(r, 15), nil, true // coordinator not available
	})
	if err := p.Commit(context.Background(), 3, "x"); err != nil {
		t.Errorf("Commit = %v, want it made at the fourth try", err)
	}
	if refusals != 0 {
		t.Errorf("%d refusals left", refusals)
	}
}

// refuse answers a commit with an error code.
func refuse(r kmsg.Request, code int16) kmsg.Response {
	req := r.(*kmsg.OffsetCommitRequest)
	resp := req.ResponseKind().(*kmsg.OffsetCommitResponse)
	for _, t := range req.Topics {
		rt := kmsg.NewOffsetCommitResponseTopic()
		rt.Topic = t.Topic
		for _, p := range t.Partitions {
			rp := kmsg.NewOffsetCommitResponseTopicPartition()
			rp.Partition, rp.ErrorCode = p.Partition, code
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

func TestCommitWithoutAnAnswerEndsTheMembership(t *testing.T) {
	c, client := broker(t, 1)
	a := newCrew()
	join(t, client, a.serve)
	p := <-a.came
	before := c.GroupInfo("g").Members
	c.ControlKey(int16(kmsg.OffsetCommit), func(kmsg.Request) (kmsg.Response, error, bool) {
		return nil, io.ErrUnexpectedEOF, true // the connection breaks
	})
	if err := p.Commit(context.Background(), 3, "x"); !errors.Is(err, stream.ErrNoAnswer) {
		t.Fatalf("Commit = %v, want %v", err, stream.ErrNoAnswer)
	}
	var again *stream.Partition
	eventually(t, "it joins again", func() bool {
		select {
		case again = <-a.came:
		default:
		}
		return again != nil
	})
	if err := again.Commit(context.Background(), 4, "y"); err != nil {
		t.Errorf("Commit after joining again = %v", err)
	}
	if after := c.GroupInfo("g").Members; len(after) != 1 || after[0].MemberID == before[0].MemberID {
		t.Errorf("members = %v, want one with another id than %v", after, before)
	}
	if err := p.Commit(context.Background(), 3, "x"); !errors.Is(err, stream.ErrFenced) {
		t.Errorf("late Commit = %v, want %v", err, stream.ErrFenced)
	}
}

func TestServeThatFailsIsServedAgain(t *testing.T) {
	_, client := broker(t, 1)
	calls := make(chan bool, 10)
	join(t, client, func(context.Context, *stream.Partition) error {
		calls <- true
		return errors.New("no")
	})
	<-calls
	<-calls
}

func TestEnsureTopicAndRanges(t *testing.T) {
	c, client := broker(t, 1)
	ctx := context.Background()
	topic := stream.Topic{Name: "new", Partitions: 3, Replication: 1, Config: map[string]string{"retention.ms": "-1"}}
	for _, want := range []bool{true, false} {
		if created, err := client.EnsureTopic(ctx, topic); err != nil || created != want {
			t.Errorf("EnsureTopic = %v, %v, want %v", created, err, want)
		}
	}
	produce(t, producer(t, c), &kgo.Record{Topic: "new", Partition: 2, Value: []byte("x")})
	rs, err := client.Ranges(ctx, "new")
	want := []stream.Range{{Partition: 0}, {Partition: 1}, {Partition: 2, End: 1}}
	if err != nil || !slices.Equal(rs, want) {
		t.Errorf("Ranges = %v, %v, want %v", rs, err, want)
	}
}

func TestGroupOnAFreshBroker(t *testing.T) {
	c, client := broker(t, 1)
	refusals := 2
	c.ControlKey(int16(kmsg.FindCoordinator), func(r kmsg.Request) (kmsg.Response, error, bool) {
		if refusals == 0 {
			return nil, nil, false
		}
		refusals--
		c.KeepControl()
		resp := r.(*kmsg.FindCoordinatorRequest).ResponseKind().(*kmsg.FindCoordinatorResponse)
		resp.ErrorCode, resp.NodeID = 15, -1
		return resp, nil, true
	})
	a := newCrew()
	join(t, client, a.serve)
	<-a.came
}
