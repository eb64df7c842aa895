package stream_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/datacustody/custody/internal/stream"
)

func (k kept) group() string { return k.topic + "-group" }

// join runs a member of the topic's group until stop, which waits for its end.
func (k kept) join(serve func(context.Context, *stream.Partition) error) (stop func()) {
	k.t.Helper()
	return run(k.t, k.client.Group(k.group(), k.topic, fast), serve)
}

func TestPartitionsAreSharedAndHandedOver(t *testing.T) {
	k := keptTopic(t, 4, nil)
	a, b := newCrew(), newCrew()
	stopA := k.join(a.serve)
	eventually(t, "a has all", func() bool { return slices.Equal(a.ids(), []int32{0, 1, 2, 3}) })
	k.join(b.serve)
	eventually(t, "both have two", func() bool { return len(a.ids()) == 2 && len(b.ids()) == 2 })
	stopA()
	eventually(t, "b has all", func() bool { return len(b.ids()) == 4 })
	if p := <-b.came; p.Of != 4 || p.Topic != k.topic {
		t.Errorf("partition = %+v, want one of 4 of %s", p, k.topic)
	}
}

func TestCommitIsReadBackWithItsMetadata(t *testing.T) {
	k := keptTopic(t, 1, nil)
	a := newCrew()
	k.join(a.serve)
	p := <-a.came
	ctx := context.Background()
	if offset, _, err := p.Committed(ctx); err != nil || offset != -1 {
		t.Errorf("Committed before any commit = %d, %v, want -1", offset, err)
	}
	if err := p.Commit(ctx, 7, "v1 0 7 9 1 2"); err != nil {
		t.Fatal(err)
	}
	if offset, metadata, err := p.Committed(ctx); err != nil || offset != 7 || metadata != "v1 0 7 9 1 2" {
		t.Errorf("Committed = %d %q, %v", offset, metadata, err)
	}
}

func TestCommitOfAPartitionGivenUpIsFenced(t *testing.T) {
	k := keptTopic(t, 1, nil)
	a := newCrew()
	stop := k.join(a.serve)
	old := <-a.came
	stop()
	b := newCrew()
	k.join(b.serve)
	<-b.came
	if err := old.Commit(context.Background(), 5, ""); !errors.Is(err, stream.ErrFenced) {
		t.Errorf("Commit by the former owner = %v, want %v", err, stream.ErrFenced)
	}
}

func TestInitGroup(t *testing.T) {
	k := keptTopic(t, 2, nil)
	ctx := context.Background()
	for range 2 { // the second time it finds all done
		if err := k.client.InitGroup(ctx, k.group(), k.topic); err != nil {
			t.Fatal(err)
		}
	}
	a := newCrew()
	k.join(a.serve)
	p := <-a.came
	if offset, metadata, err := p.Committed(ctx); err != nil || offset != 0 || metadata != "v1 idle 0" {
		t.Errorf("Committed = %d %q, %v, want an idle 0", offset, metadata, err)
	}
}
