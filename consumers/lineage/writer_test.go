package lineage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// batches gives how many rows each batch of the log has, in order.
func (w *world) batches() (sizes []int) {
	rows := w.log.table()
	for i, r := range rows {
		if i == 0 || !r.recordedAt.Equal(rows[i-1].recordedAt) {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
	}
	return sizes
}

func TestBatchesAreCut(t *testing.T) {
	m := message("event 0", "once", time.Now().Truncate(time.Second))
	size := len(m.Key) + len(m.Value) + len(m.Headers[0].Name) + len(m.Headers[0].Value)
	for name, c := range map[string]struct {
		tune func(*lineage.Options)
		n    int
		want string
	}{
		"by rows":  {func(o *lineage.Options) { o.MaxRows = 4 }, 10, "[4 4 2]"},
		"by bytes": {func(o *lineage.Options) { o.MaxRows, o.MaxBytes = 1000, 3*size }, 7, "[3 3 1]"},
		"by block": {func(o *lineage.Options) { o.MaxRows, o.Store = 1000, heavyStore{o.Store} }, 7, "[3 3 1]"},
		"by age":   {func(o *lineage.Options) { o.MaxRows = 1000 }, 20, "[20]"},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, 1, func(w *world) {
				w.tune = c.tune
				for i := range c.n {
					w.send(fmt.Sprint("event ", i), "once")
				}
				began := time.Now()
				w.kafka.commit(0, ledger.Idle(time.Time{}))
				w.start()
				w.logged()
				if got := fmt.Sprint(w.batches()); got != c.want {
					t.Errorf("batches = %s, want %s", got, c.want)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("took %v, want a second's age", took)
				}
				w.rested()
				w.check()
			})
		})
	}
}

// A heavyStore's rows are so large that the fourth would make a block too large to send.
type heavyStore struct{ lineage.Store }

func (heavyStore) NewBlock() ledger.Block { return &block{rowBytes: 60 << 20} }

// TestOrderOfSteps is the order that everything rests on: intent, rows, dead
// letters, and only then another commit.
func TestOrderOfSteps(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.kafka.commit(0, ledger.Idle(time.Time{}))
		trace := make(chan string, 100)
		w.tune = func(o *lineage.Options) {
			o.Store = tracedStore{o.Store, trace}
			o.Letters = tracedLetters{o.Letters, trace}
		}
		w.kafka.onCommit = func(metadata string) { trace <- "commit " + strings.Join(strings.Fields(metadata)[1:3], " ") }
		w.sendBad("a")
		w.start()
		w.rested()
		w.sendBad("b")
		w.rested()
		close(trace)
		var got []string
		for s := range trace {
			got = append(got, s)
		}
		last := w.log.table()[1].recordedAt.UnixMicro()
		first := w.log.table()[0].recordedAt.UnixMicro()
		want := fmt.Sprintf("commit 0 0, insert, publish, commit idle %d, commit 0 1, insert, publish, commit idle %d", first, last)
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("steps = %s\nwant %s", s, want)
		}
	})
}

type tracedStore struct {
	lineage.Store
	trace chan<- string
}

func (s tracedStore) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error {
	s.trace <- "insert"
	return s.Store.Insert(ctx, b, i)
}

type tracedLetters struct {
	lineage.Letters
	trace chan<- string
}

func (l tracedLetters) Publish(ctx context.Context, ls []stream.Letter) error {
	l.trace <- "publish"
	return l.Letters.Publish(ctx, ls)
}

func TestCleanHandOverWaitsForNothing(t *testing.T) {
	simulate(t, 1, func(w *world) {
		p := w.start()
		w.send("a", "1")
		w.logged()
		w.send("b", "1") // in the open batch when the partition is given up
		synctest.Wait()
		time.Sleep(1100 * time.Millisecond)
		p.leave()
		<-p.done
		if got := w.log.end(); got != 2 {
			t.Errorf("drained log ends at %d, want 2", got)
		}
		began := time.Now()
		w.send("c", "1")
		w.start()
		w.logged()
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the next owner took %v", took)
		}
		w.check()
	})
}

func TestWithoutAUsableIntentAWholeLeaseIsWaited(t *testing.T) {
	offsets := map[string]int64{"": -1, "x": 3}
	for name, metadata := range map[string]string{"no commit": "", "another's commit": "x"} {
		t.Run(name, func(t *testing.T) {
			simulate(t, 1, func(w *world) {
				// A writer intends and sends; its rows land late. Then the commit is lost.
				w.faults.plan["insert"] = []fault{late}
				w.kafka.commit(0, ledger.Idle(time.Time{}))
				for i := range 5 {
					w.send(fmt.Sprint("event ", i), "1")
				}
				p := w.start()
				w.await("an intent", func() bool { return w.kafka.view().commits > 0 })
				p.life.dead.Store(true)
				p.leave()
				w.kafka.commit(offsets[metadata], metadata)
				began := time.Now()
				w.start()
				w.logged()
				if took := time.Since(began); took < 30*time.Second && w.log.prompt() > 0 {
					t.Errorf("inserted after %v, before the lease was over", took)
				}
				w.rested()
				w.check()
			})
		})
	}
}

func TestDrainIsBounded(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.kafka.commit(0, ledger.Idle(time.Time{}))
		w.tune = func(o *lineage.Options) { o.Store = deafStore{o.Store} }
		w.send("a", "1")
		p := w.start()
		time.Sleep(3 * time.Second)
		began := time.Now()
		p.leave()
		<-p.done
		if took := time.Since(began); took > 11*time.Second {
			t.Errorf("left after %v, want at most the drain's 10 s", took)
		}
	})
}

// A deafStore's inserts hang for as long as they may.
type deafStore struct{ lineage.Store }

func (deafStore) Insert(ctx context.Context, _ ledger.Block, _ ledger.Intent) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestFetchingPausesWhileTheLogIsAway(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.kafka.commit(0, ledger.Idle(time.Time{}))
		var away atomic.Bool
		away.Store(true)
		w.tune = func(o *lineage.Options) { o.Store = awayStore{o.Store, &away} }
		for i := range 500 {
			w.send(fmt.Sprint("event ", i), "1")
		}
		p := w.start()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if p.ended() {
			t.Fatalf("the partition was given up: %v", p.err)
		}
		// One batch in flight, one open, one fetched and one being fetched.
		if got := w.kafka.view().furthest; got > 40 {
			t.Errorf("fetched up to %d with two batches of 10 rows unsent", got)
		}
		away.Store(false)
		w.rested()
		w.check()
	})
}

// An awayStore does not take inserts while it is away.
type awayStore struct {
	lineage.Store
	away *atomic.Bool
}

func (s awayStore) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error {
	if s.away.Load() {
		return errBefore
	}
	return s.Store.Insert(ctx, b, i)
}

func TestCertainRefusalIsNotWaitedFor(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.kafka.commit(0, ledger.Idle(time.Time{}))
		w.tune = func(o *lineage.Options) { o.NotStored = func(err error) bool { return errors.Is(err, errBefore) } }
		w.faults.plan["insert"] = []fault{before, before}
		began := time.Now()
		w.send("a", "1")
		w.start()
		w.rested()
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("took %v, as if a lease had been waited for", took)
		}
		w.check()
	})
}

func TestWriterStopsWhereKafkaIsBehindTheLog(t *testing.T) {
	simulate(t, 1, func(w *world) {
		p := w.start()
		for i := range 20 {
			w.send(fmt.Sprint("event ", i), "1")
		}
		w.rested()
		p.leave()
		<-p.done
		w.kafka.mu.Lock() // the topic is made anew
		w.kafka.records, w.kafka.end = nil, 0
		w.kafka.mu.Unlock()
		w.kafka.produce(message("x", "1", time.Now()))
		p = w.start()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if n := len(w.log.table()); n != 20 || p.ended() {
			t.Errorf("%d rows, ended %v; want the 20 before, and a writer that says so and waits", n, p.ended())
		}
	})
}

func TestWriterStopsWhenThePartitionIsNotItsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		trouble func(*world)
		want    error
	}{
		"fenced":                   {func(w *world) { w.kafka.join(&life{}) }, stream.ErrFenced},
		"commit without an answer": {func(w *world) { w.faults.plan["commit"] = []fault{late} }, stream.ErrNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, 1, func(w *world) {
				p := w.start()
				w.send("a", "1")
				w.rested()
				c.trouble(w)
				w.send("b", "1")
				w.await("it stops", p.ended)
				if !errors.Is(p.err, c.want) {
					t.Errorf("Write = %v, want %v", p.err, c.want)
				}
				if n := len(w.log.table()); n != 1 {
					t.Errorf("%d rows, want the one before", n)
				}
			})
		})
	}
}

// A beginner is a log of a topic that nobody has begun.
type beginner struct {
	sink
	mu    sync.Mutex
	began int
}

func (b *beginner) Begun(context.Context, string, string, uint32) ([]int32, error) { return nil, nil }

func (b *beginner) Begin(context.Context, []ledger.Floor, time.Time) error {
	b.mu.Lock()
	b.began++
	b.mu.Unlock()
	time.Sleep(time.Second)
	return nil
}

func (b *beginner) Insert(context.Context, ledger.Block, ledger.Intent) error { return nil }

// Loops that find at once that a topic has not begun record it once.
func TestATopicIsBegunOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &beginner{sink: sink{make: func() ledger.Block { return &block{rowBytes: 700} }}}
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		w := lineage.New(lineage.Options{Store: b, Cluster: "main", Letters: newFeed(0, 1), Idle: time.Hour, Check: time.Hour})
		for id := range int32(4) {
			all.Go(func() { _ = w.Write(ctx, "t", id, 4, newFeed(5, 5)) })
		}
		time.Sleep(time.Minute)
		cancel()
		all.Wait()
		if b.began != 1 {
			t.Errorf("the topic was begun %d times, want once", b.began)
		}
	})
}
