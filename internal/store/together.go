package store

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// A block costs the server some 20 ms however small it is, and a part for its merges;
// and a row is merged the less often the larger the part is that it begins in. So blocks
// of as many partitions go together in one insert, which is one part too: there as a
// whole or not at all, as each of them. Two are under way at once, as each is one thread
// there (docs/decisions/0904); what comes meanwhile waits and goes in the next: the slower
// the server is, the fewer inserts it gets (0903).
const (
	insertsAtOnce = 2 // unless what gathers is full
	gatherTime    = 50 * time.Millisecond
	gatherLong    = time.Second // at most, however long inserts take
	lately        = 4           // inserts
	largeRows     = 16_384
	largeBytes    = 8 << 20
	maxBlocks     = 64       // in one insert; their names are in its query id
	smallRows     = 65_536   // of all small blocks of an insert
	togetherRows  = 131_072  // of all large ones
	togetherBytes = 64 << 20 // of all: ours is an estimate, and by its own count the server must not cut between two
)

// A gathering holds the insert that blocks may still join. Of partitions that keep up
// the blocks are small, come at the same moments and wait for one another; those of the
// ones that are far behind are large, come when they are full, and gather apart: small
// ones never wait for them.
type gathering struct {
	rows    int           // that go in one insert
	time    time.Duration // what the first waits for others, at least; 0 where none waits
	mu      sync.Mutex
	open    *together
	busy    int                      // inserts under way
	away    int                      // blocks in them
	took    time.Duration            // by the insert that landed last
	left    int                      // inserts
	members map[ledger.Partition]int // whose blocks were in the latest inserts, with the number of the last
}

// Together are blocks on their way in one insert, all of one year: of another they
// would be of another part.
type together struct {
	blocks      []*block
	intents     []ledger.Intent
	contexts    []context.Context
	rows, bytes int
	timer       *time.Timer   // when it is to leave
	over        chan struct{} // closed once err is what became of all of them
	err         error
}

// share inserts b, perhaps with others; what becomes of one becomes of all.
func (l *Log) share(ctx context.Context, b *block, i ledger.Intent) error {
	t := l.join(ctx, l.gathering(b), b, i)
	<-t.over // not ctx: until then the block is lent
	return t.err
}

func (l *Log) gathering(b *block) *gathering {
	if b.rows >= largeRows || b.size >= largeBytes {
		return &l.large
	}
	return &l.small
}

// join adds b to the insert that gathers.
func (l *Log) join(ctx context.Context, g *gathering, b *block, i ledger.Intent) *together {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open != nil && !g.takes(b) {
		l.leave(g)
	}
	t := g.open
	if t == nil {
		t = &together{over: make(chan struct{})}
		t.timer = time.AfterFunc(g.patience(), func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.open == t && g.busy < insertsAtOnce { // else see landed
				l.leave(g)
			}
		})
		g.open = t
	}
	t.add(ctx, b, i)
	if !g.takes(t.blocks[0]) || g.busy < insertsAtOnce && g.complete() { // nor will it take more of the kind
		l.leave(g)
	}
	return t
}

// leave sends what gathered; the next block begins anew.
func (l *Log) leave(g *gathering) {
	t := g.open
	g.open = nil
	g.depart(t)
	go func() {
		began := time.Now()
		t.err = l.send(t)
		close(t.over)
		l.landed(g, len(t.blocks), time.Since(began))
	}()
}

// landed ends an insert of so many blocks that took so long. What gathered meanwhile
// waits for those that were in it: else there would be groups for ever, one under way
// while the other gathers.
func (l *Log) landed(g *gathering, blocks int, took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	g.away -= blocks
	g.took = took
	switch {
	case g.open == nil:
	case g.busy < insertsAtOnce && g.complete():
		l.leave(g)
	default:
		g.open.timer.Reset(g.patience())
	}
}

// depart notes what left, and whose blocks those were.
func (g *gathering) depart(t *together) {
	g.busy++
	g.away += len(t.blocks)
	g.left++
	for _, b := range t.blocks {
		g.members[b.partition] = g.left
	}
	maps.DeleteFunc(g.members, func(_ ledger.Partition, last int) bool { return g.left-last >= lately })
}

// patience is how long others get: they look events up and commit what they intend first,
// which takes the longer the busier the machines are, as inserts do.
func (g *gathering) patience() time.Duration {
	if g.time == 0 {
		return 0
	}
	return max(g.time, min(g.took, gatherLong))
}

// complete says that all have come who came lately, but for those that are under way: a
// partition has one block on its way at a time.
func (g *gathering) complete() bool {
	return len(g.members) > 0 && len(g.open.blocks)+g.away >= len(g.members)
}

// takes says whether b may go with those that are there.
func (g *gathering) takes(b *block) bool {
	t := g.open
	return len(t.blocks) < maxBlocks && t.rows+b.rows <= g.rows && t.bytes+b.size <= togetherBytes &&
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
