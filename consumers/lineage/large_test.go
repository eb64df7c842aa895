package lineage_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

const partitions = 20

// A hopper takes a second to store a block, and notes how many large ones wait for it.
type hopper struct {
	sink
	mu              sync.Mutex
	rows            int
	small           int // rows that are not yet a large block
	large, now, all int // large blocks, at this moment and at most
}

func (h *hopper) Insert(_ context.Context, b ledger.Block, _ ledger.Intent) error {
	h.count(b, 1)
	time.Sleep(time.Second)
	h.count(b, -1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rows += b.Rows()
	return nil
}

func (h *hopper) count(b ledger.Block, by int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b.Rows() <= h.small {
		return
	}
	h.now += by
	h.all = max(h.all, h.now)
	h.large += max(by, 0)
}

func (h *hopper) Begun(context.Context, string, string, uint32) (ids []int32, err error) {
	for id := range int32(partitions) {
		ids = append(ids, id)
	}
	return ids, nil
}

// However many partitions are behind, memory is that of a few large batches; and
// each gets its turn.
func TestPartitionsShareTheLargeBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const each, rows = 1000, 80
		h := &hopper{sink: sink{make: func() ledger.Block { return &block{rowBytes: 700} }}, small: rows / 8}
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		w := lineage.New(lineage.Options{Store: h, Cluster: "main", MaxRows: rows, Idle: time.Hour, Check: time.Hour, Letters: newFeed(0, 1)})
		for id := range int32(partitions) {
			k := newKafka(newFaults(1))
			for n := range each {
				k.produce(message(fmt.Sprint("event ", n), "once", time.Now()))
			}
			k.commit(0, ledger.Idle(time.Time{}))
			m := k.join(new(life))
			all.Go(func() { _ = w.Write(ctx, "t", id, partitions, m) })
		}
		time.Sleep(10 * time.Minute)
		h.mu.Lock()
		if h.rows != partitions*each {
			t.Errorf("%d rows stored, want %d", h.rows, partitions*each)
		}
		if h.all > 4 || h.all < 2 {
			t.Errorf("%d large blocks were under way at once, want 2 to 4", h.all)
		}
		if h.large < partitions*each/rows/2 {
			t.Errorf("%d large blocks, want most of %d", h.large, partitions*each/rows)
		}
		h.mu.Unlock()
		cancel()
		all.Wait()
	})
}

// A trickle is a feed whose every fetch takes a while.
type trickle struct {
	*feed
	each time.Duration
}

func (f trickle) Fetch(ctx context.Context, offset int64, b *stream.Batch) error {
	time.Sleep(f.each)
	return f.feed.Fetch(ctx, offset, b)
}

// Who is behind waits until a large batch is full, however old it grows, up to
// eight ages; who has read all that there is does not wait.
func TestLargeBatchesHavePatience(t *testing.T) {
	cases := map[string]struct {
		each  time.Duration // of a fetch of ten records; a batch's age is a second
		sizes []int
	}{
		"fetches in no time":                 {time.Millisecond, []int{80, 25}},
		"full after more than three seconds": {400 * time.Millisecond, []int{80, 25}},
		"not full after eight seconds":       {1900 * time.Millisecond, []int{50, 50, 5}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{sink: sink{make: func() ledger.Block { return &block{rowBytes: 700} }}}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				f := newFeed(105, 10)
				w := lineage.New(lineage.Options{Store: s, Cluster: "main", MaxRows: 80, MaxAge: time.Second, Letters: f, Idle: time.Hour, Check: time.Hour})
				go func() { _ = w.Write(ctx, "t", 0, 1, trickle{f, c.each}) }()
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := s.sizes; !slices.Equal(got, c.sizes) {
					t.Errorf("blocks of %v rows, want %v", got, c.sizes)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}

// A shelf notes the rows of each block.
type shelf struct {
	sink
	sizes []int
}

func (s *shelf) Insert(_ context.Context, b ledger.Block, _ ledger.Intent) error {
	s.sizes = append(s.sizes, b.Rows())
	return nil
}

// Two large batches are filled at once, so that others can be inserted meanwhile.
func TestLargeBatchesAreFilledInTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func() trickle { return trickle{newFeed(80, 10), 400 * time.Millisecond} }
		after := sentAfter(t, slow(), slow(), slow(), slow())
		if first, second, third := after[0], after[1], after[2]; second-first > time.Second || third-second < time.Second {
			t.Errorf("blocks were full after %v and %v more, want two at about the same time and others later", second-first, third-second)
		}
	})
}

// Who has read all that there is lets others have the turn at once: many partitions with
// less than a large batch each would else take an age for every two.
func TestLargeBatchesThatCaughtUpGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short := func() trickle { return trickle{newFeed(25, 25), 10 * time.Millisecond} }
		if last := sentAfter(t, short(), short(), short(), short())[3]; last >= time.Second {
			t.Errorf("the last block was sent after %v, want less than a batch may be old", last)
		}
	})
}

// Small batches of all partitions are sent at the same moments, whenever each began, so
// that they can go in one insert; and none is older than a second.
func TestSmallBatchesGoTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		few := func(first time.Duration) trickle { return trickle{newFeed(5, 5), first * time.Millisecond} }
		after := sentAfter(t, few(100), few(350), few(999), few(1500))
		if want := []time.Duration{time.Second, time.Second, time.Second, 2 * time.Second}; !slices.Equal(after, want) {
			t.Errorf("blocks were sent after %v, want %v", after, want)
		}
	})
}

// sentAfter writes a partition of each feed, of a block each, and gives after what
// times the blocks were sent.
func sentAfter(t *testing.T, feeds ...trickle) (after []time.Duration) {
	t.Helper()
	s := &clocked{sink: sink{make: func() ledger.Block { return &block{rowBytes: 700} }}}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	began := time.Now()
	w := lineage.New(lineage.Options{Store: s, Cluster: "main", MaxRows: 80, MaxAge: time.Second, Letters: newFeed(0, 1), Idle: time.Hour, Check: time.Hour})
	for id, f := range feeds {
		all.Go(func() { _ = w.Write(ctx, "t", int32(id), len(feeds), f) })
	}
	time.Sleep(time.Minute)
	cancel()
	all.Wait()
	if n := len(s.times); n != len(feeds) {
		t.Fatalf("%d blocks, want %d", n, len(feeds))
	}
	for _, at := range s.times {
		after = append(after, at.Sub(began))
	}
	return after
}

// A clocked sink notes when blocks came.
type clocked struct {
	sink
	mu    sync.Mutex
	times []time.Time
}

func (s *clocked) Insert(context.Context, ledger.Block, ledger.Intent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = append(s.times, time.Now())
	return nil
}

func (s *clocked) Begun(context.Context, string, string, uint32) ([]int32, error) {
	return []int32{0, 1, 2, 3}, nil
}
