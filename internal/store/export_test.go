package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// Columns is what a block can send: each column's type by its name.
func Columns(b ledger.Block) map[string]string {
	types := map[string]string{}
	for _, c := range b.(*block).columns {
		types[c.name] = string(c.Type())
	}
	return types
}

// The queries, for the tests that ask how they are answered.
const (
	ExtentsQuery = extentsQuery
	RecentQuery  = recentQuery
	NewestQuery  = newestQuery
	FindQuery    = findQuery
	EndsQuery    = endsQuery
	SourcesQuery = sourcesQuery
)

// AgainQuery asks for the accepted events of a few refused records.
func AgainQuery(refused string) string {
	return "WITH picked AS (" + refused + ") SELECT event_hash FROM custody.log WHERE outcome = 'accepted' AND " + fmt.Sprintf(ofRefusedID, "picked")
}

// UnresolvedQuery asks for the unsettled records of who, and of nobody.
func UnresolvedQuery(who string) string {
	who += " OR " + noSubject
	return fmt.Sprintf(unresolvedQuery, who, "1", who, fmt.Sprintf(sentAgainElsewhere, "1"))
}

// A Shared question is answered with a number.
type Shared = shared[string, nothing, int]

// NewShared returns a question that is put by put.
func NewShared(put func(context.Context, string) (int, error)) *Shared {
	return &Shared{late: late, put: func(ctx context.Context, k string, _ []nothing) (int, error) { return put(ctx, k) }}
}

// Ask asks it.
func (s *shared[K, Q, A]) Ask(ctx context.Context, k K) (A, error) {
	var q Q
	return s.ask(ctx, k, q)
}

// InsertID is the name of the insert in which blocks go together.
func InsertID(blocks []ledger.Block, intents []ledger.Intent) string {
	t := &together{intents: intents}
	for _, b := range blocks {
		t.blocks = append(t.blocks, b.(*block))
	}
	return t.id()
}

// LargeRows is how many make a block a large one.
const LargeRows = largeRows

// Gather has the log wait so long for what may go together.
func Gather(l *Log, long time.Duration) {
	for _, g := range []*gathering{&l.small, &l.large} {
		g.mu.Lock()
		g.time = long
		g.mu.Unlock()
	}
}

// UnderWay has the log take an insert of so many small blocks and one of so many large ones
// to be under way until landed is called.
func UnderWay(l *Log, blocks int) (landed func()) {
	for _, g := range []*gathering{&l.small, &l.large} {
		g.mu.Lock()
		g.busy++
		g.away += blocks
		g.mu.Unlock()
	}
	return func() { l.landed(&l.small, blocks, 0); l.landed(&l.large, blocks, 0) }
}

// After is how long small and large blocks wait for others after an insert that took so long.
func After(l *Log, took time.Duration) (small, large time.Duration) {
	for _, g := range []*gathering{&l.small, &l.large} {
		g.mu.Lock()
		g.took = took
		g.mu.Unlock()
	}
	return l.small.patience(), l.large.patience()
}

// Members is how many partitions' small blocks leave as soon as they are there.
func Members(l *Log) int {
	l.small.mu.Lock()
	defer l.small.mu.Unlock()
	return len(l.small.members)
}

// Gathered is how many blocks wait for the next insert.
func Gathered(l *Log) (n int) {
	for _, g := range []*gathering{&l.small, &l.large} {
		g.mu.Lock()
		if g.open != nil {
			n += len(g.open.blocks)
		}
		g.mu.Unlock()
	}
	return n
}

// Together is how many blocks of so many rows and bytes go in one insert.
func Together(l *Log, rows, bytes int) int {
	b := &block{rows: rows, size: bytes}
	g := &gathering{rows: l.gathering(b).rows, open: new(together)}
	for g.open.add(context.Background(), b, ledger.Intent{}); g.takes(b); {
		g.open.add(context.Background(), b, ledger.Intent{})
	}
	return len(g.open.blocks)
}

// Statements is how a migration's file is cut.
var Statements = statements

// An Encoder is what happens to a block on its way to the server, without one.
type Encoder struct {
	block *block
	zip   *compress.Writer
	raw   proto.Buffer
}

// NewEncoder returns the encoder of b's rows.
func NewEncoder(b ledger.Block) *Encoder {
	return &Encoder{block: b.(*block), zip: compress.NewWriter(0, compress.LZ4)}
}

// Encode makes the columns one Native block, and gives its size.
func (e *Encoder) Encode() (int, error) {
	used := make([]bool, len(e.block.columns))
	e.block.uses(used)
	e.block.seal(e.block.recordedAt, used)
	e.raw.Reset()
	err := proto.Block{Columns: len(e.block.input), Rows: e.block.rows}.EncodeRawBlock(&e.raw, proto.Version, e.block.input)
	return len(e.raw.Buf), err
}

// Compress compresses what Encode made as inserts do, and gives its size.
func (e *Encoder) Compress() (int, error) {
	err := e.zip.Compress(e.raw.Buf)
	return len(e.zip.Data), err
}
