package lineage

import (
	"sync"
	"time"
)

// Small batches are what partitions keep up with, each with two of its own.
// One that is far behind wants large ones: a row costs the log less in them.
// Of those the writer has few for all its partitions, so that memory does not
// grow with their number; who gets none waits, the records rest in Kafka.
const (
	largeBatches = 4
	smaller      = 8 // times, than the large ones
)

// Large are the large batches of a writer. Two are filled at once, so that others
// are inserted meanwhile: with all of them being filled, and then all inserted, one
// of the two always waits.
type large struct {
	ready chan *batch // to be filled

	mu    sync.Mutex
	free  []*batch
	turns int // how many more may be filled
}

const fillAtOnce = 2

func newLarge(s Store) *large {
	l := &large{ready: make(chan *batch, fillAtOnce), turns: fillAtOnce}
	for range largeBatches {
		l.free = append(l.free, &batch{block: s.NewBlock(), large: true})
	}
	l.offer()
	return l
}

// offer makes batches ready, while both a turn and a batch are free.
func (l *large) offer() {
	for l.turns > 0 && len(l.free) > 0 {
		b := l.free[len(l.free)-1]
		l.free, l.turns, b.filling = l.free[:len(l.free)-1], l.turns-1, true
		l.ready <- b
	}
}

// filled gives a batch's turn to another.
func (l *large) filled(b *batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end(b)
	l.offer()
}

func (l *large) end(b *batch) {
	if b.filling {
		b.filling = false
		l.turns++
	}
}

// put gives a batch back.
func (l *large) put(b *batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end(b)
	l.free = append(l.free, b)
	l.offer()
}

// limits are what ends a batch: rows, and bytes of records.
func (l *loop) limits(b *batch) (rows, bytes int) {
	if b.large {
		return l.w.MaxRows, l.w.MaxBytes
	}
	return max(1, l.w.MaxRows/smaller), max(1, l.w.MaxBytes/smaller)
}

// patience is how many times as old a large batch may become while there is more
// to read: what it holds is late already, and a row costs the log the less the
// more come with it.
const patience = 8

// ripe is when the open batch is sent though it is not full. All small ones that
// partitions have at that moment go then, and so in one insert; none waits longer
// than MaxAge. A large one that has caught up goes at once, as a full small one does,
// which it has more rows than: others wait for its turn.
func (l *loop) ripe() time.Time {
	age, opened := l.w.MaxAge, l.open.opened
	switch {
	case !l.open.large:
		return opened.Add(age - opened.Sub(l.w.began)%age)
	case l.position < l.high:
		return opened.Add(patience * age)
	}
	return opened
}

// choose takes a large batch to begin, where the partition is behind; false where
// there is none now.
func (l *loop) choose() bool {
	if l.open.large || !l.behind() {
		return true
	}
	select {
	case b := <-l.w.large.ready:
		l.grant(b)
		return true
	default:
		l.wants = true
		return false
	}
}

// behind says whether more is to be read than a small batch holds, going by the
// records at hand.
func (l *loop) behind() bool {
	if l.pending == nil || l.at == len(l.pending.Records) {
		return false
	}
	backlog := l.pending.HighWatermark - l.position
	rows, bytes := l.limits(l.open)
	if backlog > int64(rows) {
		return true
	}
	sum, records := 0, l.pending.Records[l.at:]
	for i := range records {
		sum += records[i].Size()
	}
	return backlog*int64(sum)/int64(len(records)) > int64(bytes)
}

// grant makes a large batch the open one.
func (l *loop) grant(b *batch) {
	l.own = append(l.own, l.open)
	l.open, l.wants = b, false
}

// small gives an empty batch of the partition's own.
func (l *loop) small() *batch {
	b := l.own[len(l.own)-1]
	l.own = l.own[:len(l.own)-1]
	return b
}

// release empties a batch and gives it back to where it came from.
func (l *loop) release(b *batch) {
	b.done()
	if b.large {
		l.w.large.put(b)
		return
	}
	l.own = append(l.own, b)
}
