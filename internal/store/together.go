package store

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// A block costs the server some 20 ms however small it is, and a part for its merges.
// So small ones that come at the same moment, of as many partitions, go together in one
// insert, which is one part too: there as a whole or not at all, as each of them
// (docs/decisions/0903). A large one goes alone.
const (
	gatherTime    = 20 * time.Millisecond
	aloneRows     = 16_384
	aloneBytes    = 8 << 20
	maxBlocks     = 64       // in one insert; their names are in its query id
	togetherBytes = 32 << 20 // of all: ours is an estimate, and by its own count the server must not cut between two
)

// A gathering holds the insert that small blocks may still join.
type gathering struct {
	time time.Duration // since the first came
	mu   sync.Mutex
	open *together
}

// Together are blocks on their way in one insert, all of one year: of another they
// would be of another part.
type together struct {
	blocks      []*block
	intents     []ledger.Intent
	contexts    []context.Context
	rows, bytes int
	over        chan struct{} // closed once err is what became of all of them
	err         error
}

// share inserts b, perhaps with others; what becomes of one becomes of all.
func (l *Log) share(ctx context.Context, b *block, i ledger.Intent) error {
	if b.rows >= aloneRows || b.size >= aloneBytes {
		t := &together{}
		t.add(ctx, b, i)
		return l.send(t)
	}
	t := l.join(ctx, b, i)
	<-t.over // not ctx: until then the block is lent
	return t.err
}

// join adds b to the insert that gathers. The first one sets when it leaves.
func (l *Log) join(ctx context.Context, b *block, i ledger.Intent) *together {
	g := &l.gathering
	g.mu.Lock()
	defer g.mu.Unlock()
	if t := g.open; t == nil || !t.takes(b) {
		t = &together{over: make(chan struct{})}
		g.open = t
		time.AfterFunc(g.time, func() { l.leave(t) })
	}
	g.open.add(ctx, b, i)
	return g.open
}

// leave sends what came together.
func (l *Log) leave(t *together) {
	l.gathering.mu.Lock()
	if l.gathering.open == t {
		l.gathering.open = nil
	}
	l.gathering.mu.Unlock()
	t.err = l.send(t)
	close(t.over)
}

func (t *together) takes(b *block) bool {
	return len(t.blocks) < maxBlocks && t.rows+b.rows < maxBlockRows && t.bytes+b.size <= togetherBytes &&
		t.blocks[0].recordedAt.Year() == b.recordedAt.Year()
}

func (t *together) add(ctx context.Context, b *block, i ledger.Intent) {
	t.blocks, t.intents, t.contexts = append(t.blocks, b), append(t.intents, i), append(t.contexts, ctx)
	t.rows += b.rows
	t.bytes += b.size
}

// send inserts the blocks, one after the other in one query, which the server makes one.
func (l *Log) send(t *together) error {
	ctx, cancel := context.WithTimeout(context.Background(), insertTime)
	defer cancel()
	for _, c := range t.contexts { // who gives up gives all up: then nobody knows, and each looks
		defer context.AfterFunc(c, cancel)()
		if c.Err() != nil {
			cancel()
		}
	}
	t.seal()
	q := ch.Query{Input: slices.Clone(t.blocks[0].input), QueryID: t.id()}
	q.Body = "INSERT INTO " + table + " " + q.Input.Columns() + " VALUES"
	if len(t.blocks) > 1 {
		q.OnInput = t.rest(q.Input)
	}
	err := l.inserts.do(ctx, q)
	switch {
	case err == nil:
		return nil
	case refusedWith(err, proto.ErrViolatedConstraint):
		return fmt.Errorf("%w: %w", ErrLease, err)
	case !t.blocks[0].sent:
		return fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	return err
}

// seal makes the blocks ready. What no row of any has is not sent at all: most kinds of
// events leave most columns empty.
func (t *together) seal() {
	used := make([]bool, len(t.blocks[0].columns))
	for _, b := range t.blocks {
		b.uses(used)
	}
	for n, b := range t.blocks {
		b.seal(t.intents[n].LeaseUntil, used)
	}
}

// id names the insert by all its blocks, so that Inserting finds it for each of their
// partitions.
func (t *together) id() string {
	id := make([]byte, 0, 64*len(t.blocks))
	for n, b := range t.blocks {
		id = append(id, ' ')
		id = append(id, queryID(b.partition, t.intents[n])...)
	}
	return string(id[1:])
}

// rest puts the second block in the place of the first, and so on; io.EOF comes with the last.
func (t *together) rest(input proto.Input) func(context.Context) error {
	next := 1
	return func(context.Context) error {
		copy(input, t.blocks[next].input)
		if next++; next == len(t.blocks) {
			return io.EOF
		}
		return nil
	}
}
