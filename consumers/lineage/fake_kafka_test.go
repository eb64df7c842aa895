package lineage_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A fault is what befalls one call.
type fault int

const (
	none   fault = iota
	before       // it fails and was not done
	after        // it fails and was done
	late         // it fails, and may be done later
)

// faults strike by chance while rate is not zero, or where a plan says so.
type faults struct {
	mu   sync.Mutex
	rng  *rand.Rand
	rate float64
	plan map[string][]fault // by operation, taken one by one
	hits map[string]int
	late sync.WaitGroup // what is still under way
}

func newFaults(seed uint64) *faults {
	return &faults{rng: rand.New(rand.NewPCG(seed, 1)), plan: map[string][]fault{}, hits: map[string]int{}}
}

func (f *faults) draw(op string) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.plan[op]; len(p) > 0 {
		f.plan[op] = p[1:]
		return p[0]
	}
	if f.rng.Float64() >= f.rate {
		return none
	}
	f.hits[op]++
	return fault(1 + f.rng.IntN(3))
}

func (f *faults) upTo(d time.Duration) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Duration(f.rng.Int64N(int64(d)))
}

func (f *faults) chance(p float64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rng.Float64() < p
}

// A life is a writer's; a dead one's calls have no effect and no answer but an error.
type life struct{ dead atomic.Bool }

var errDead = errors.New("this process is dead")

// around does f, unless a fault or death stands in the way. A late call hangs
// and fails; it is not done (only inserts and commits can be).
func (f *faults) around(ctx context.Context, l *life, op string, do func()) error {
	if l.dead.Load() {
		return errDead
	}
	switch f.draw(op) {
	case before:
		return errBefore
	case after:
		do()
		return errAfter
	case late:
		select {
		case <-ctx.Done():
		case <-time.After(f.upTo(20 * time.Second)):
		}
		return errBefore
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	do()
	return nil
}

// kafka is one partition, its consumer group and the dead letters, in memory.
type kafka struct {
	mu         sync.Mutex
	records    []stream.Record // without those that compaction took
	end        int64
	start      int64 // records before it expired
	generation int
	offset     int64
	metadata   string
	commits    []string
	letters    map[int64]map[string]int // by offset, by reason
	published  []stream.Letter
	faults     *faults
	furthest   int64 // fetched
	troubled   bool  // the next fetch is tried twice
	onCommit   func(metadata string)
}

func newKafka(f *faults) *kafka {
	return &kafka{offset: -1, letters: map[int64]map[string]int{}, faults: f}
}

func (k *kafka) produce(ms ...event.Message) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range ms {
		k.records = append(k.records, stream.Record{Message: m, Offset: k.end, Timestamp: time.Now().UnixMilli()})
		k.end++
	}
}

// skip uses up an offset as a transaction marker or compaction does.
func (k *kafka) skip() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.end++
}

// expire drops the records before an offset.
func (k *kafka) expire(to int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.start = max(k.start, min(to, k.end))
	k.records = slices.DeleteFunc(k.records, func(r stream.Record) bool { return r.Offset < k.start })
}

// member is one generation's owner of the partition.
type member struct {
	*kafka
	generation int
	life       *life
}

func (k *kafka) join(l *life) member {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.generation++
	return member{k, k.generation, l}
}

func (m member) Committed(ctx context.Context) (offset int64, metadata string, err error) {
	err = m.faults.around(ctx, m.life, "committed", func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		offset, metadata = m.offset, m.metadata
	})
	return offset, metadata, err
}

// Commit is fenced by the generation. Without an answer it may be made at any
// time while the generation lasts.
func (m member) Commit(_ context.Context, offset int64, metadata string) error {
	commit := func() error {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.generation != m.kafka.generation {
			return stream.ErrFenced
		}
		m.offset, m.metadata = offset, metadata
		m.commits = append(m.commits, fmt.Sprintf("%d %s", offset, metadata))
		if m.onCommit != nil {
			m.onCommit(metadata)
		}
		return nil
	}
	if m.life.dead.Load() {
		return errDead
	}
	switch m.faults.draw("commit") {
	case before:
		return errBefore
	case after:
		commit() //nolint:errcheck // nobody hears of it
		return stream.ErrNoAnswer
	case late:
		m.faults.late.Go(func() {
			time.Sleep(m.faults.upTo(10 * time.Second))
			commit() //nolint:errcheck // nobody hears of it
		})
		return stream.ErrNoAnswer
	}
	return commit()
}

func (m member) Fetch(ctx context.Context, offset int64, b *stream.Batch) error {
	if m.life.dead.Load() {
		return errDead
	}
	if m.faults.draw("fetch") != none {
		return errBefore
	}
	for waited := false; ; waited = true {
		m.mu.Lock()
		*b = stream.Batch{Next: offset, HighWatermark: m.end, LogStart: m.start, Troubled: m.troubled}
		m.troubled = false
		if offset < m.start || offset > m.end {
			err := &stream.OffsetError{Offset: offset, First: m.start, End: m.end}
			m.mu.Unlock()
			return err
		}
		i, _ := slices.BinarySearchFunc(m.records, offset, func(r stream.Record, o int64) int { return int(r.Offset - o) })
		if i < len(m.records) {
			b.Records = slices.Clone(m.records[i:min(i+7, len(m.records))])
			b.Next = b.Records[len(b.Records)-1].Offset + 1
		} else {
			b.Next = m.end
		}
		m.furthest = max(m.furthest, b.Next)
		m.mu.Unlock()
		if len(b.Records) > 0 || waited {
			return nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m member) Range(context.Context) (first, end int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.start, m.end, nil
}

func (m member) Publish(ctx context.Context, letters []stream.Letter) error {
	if len(letters) == 0 {
		return nil
	}
	return m.faults.around(ctx, m.life, "publish", func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, l := range letters {
			if m.letters[l.ID.Offset] == nil {
				m.letters[l.ID.Offset] = map[string]int{}
			}
			m.letters[l.ID.Offset][headerOf(l, stream.HeaderReason)]++
			m.published = append(m.published, l)
		}
	})
}

func headerOf(l stream.Letter, name string) string {
	for _, h := range l.Message.Headers {
		if h.Name == name {
			return string(h.Value)
		}
	}
	return ""
}

// A view is what a test looks at.
type view struct {
	end, offset, furthest int64
	metadata              string
	commits               int
	published             []stream.Letter
}

func (k *kafka) view() view {
	k.mu.Lock()
	defer k.mu.Unlock()
	return view{k.end, k.offset, k.furthest, k.metadata, len(k.commits), slices.Clone(k.published)}
}

// commit puts a commit there, as somebody before us might have left it.
func (k *kafka) commit(offset int64, metadata string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.offset, k.metadata = offset, metadata
}

func (k *kafka) reasons(offset int64) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Sorted(maps.Keys(k.letters[offset]))
}
