package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// A Log is the writer's hand. It is safe for concurrent use, a block is not. It
// reconnects by itself, but never sends anything twice.
type Log struct {
	vocabulary *event.Vocabulary
	inserts    pool
	small      gathering // of blocks that keep up
	large      gathering // of blocks that are behind
	questions  pool
	topics     shared[topic, nothing, *ends]
	clock      shared[nothing, nothing, time.Time]
	events     shared[ledger.Partition, want, map[int32][]ledger.Seen] // of an epoch: its partition is 0
}

// OpenLog returns a log that connects when it is first used.
func OpenLog(c Config) (*Log, error) {
	if err := c.checkOne(); err != nil {
		return nil, err
	}
	l := &Log{
		vocabulary: c.Vocabulary,
		small:      gathering{rows: smallRows, time: gatherTime, members: map[ledger.Partition]int{}},
		large:      gathering{rows: togetherRows, members: map[ledger.Partition]int{}},
		inserts:    pool{config: c, zip: c.compression(), session: insertSettings, slots: make(chan struct{}, maxInserts)},
		questions:  pool{config: c, zip: ch.CompressionLZ4, session: questionSettings},
	}
	l.topics.put = func(ctx context.Context, t topic, _ []nothing) (*ends, error) { return l.ends(ctx, t) }
	l.clock.put = func(ctx context.Context, _ nothing, _ []nothing) (time.Time, error) { return l.readClock(ctx) }
	l.events.put = l.find
	l.topics.late, l.clock.late, l.events.late = late, late, soonLate
	if l.vocabulary == nil {
		l.vocabulary = event.Standard()
	}
	return l, nil
}

// maxInserts is how many blocks are sent at once: each connection keeps about
// twice the block that it sent last.
const maxInserts = 4

// Close gives back every connection.
func (l *Log) Close() error { return errors.Join(l.inserts.close(), l.questions.close()) }

// Connections counts the connections made for inserts, but for those made beside
// others that last: when it has grown, the server may be another, or not have what
// it had.
func (l *Log) Connections() uint64 {
	l.inserts.mu.Lock()
	defer l.inserts.mu.Unlock()
	return l.inserts.lives
}

// NewBlock returns an empty block in the form that Insert sends.
func (l *Log) NewBlock() ledger.Block { return newBlock(l.vocabulary) }

// How long a question may take, on the server and in all.
const (
	questionTime = 60 * time.Second
	answerTime   = questionTime + 10*time.Second
)

// questionSettings hold whatever the server's profiles say: an answer is whole
// or an error, and comes from the projections where there are any.
var questionSettings = []ch.Setting{
	setting("max_execution_time", "60"),
	setting("timeout_overflow_mode", "throw"),
	setting("read_overflow_mode", "throw"),
	setting("result_overflow_mode", "throw"),
	setting("set_overflow_mode", "throw"),
	setting("optimize_use_projections", "1"),
	setting("optimize_use_implicit_projections", "1"),
	setting("optimize_use_projection_filtering", "1"),
	setting("use_query_cache", "0"),
	setting("enable_extended_results_for_datetime_functions", "0"),
}

// ask runs a query and gives each block of its answer to take, which reads the
// columns of into.
func (l *Log) ask(ctx context.Context, q ch.Query, into proto.Results, take func(rows int)) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	q.Result = into
	q.OnResult = func(_ context.Context, b proto.Block) error {
		take(b.Rows)
		return nil
	}
	return l.questions.do(ctx, q)
}

// Clock is ClickHouse's clock, to the microsecond.
func (l *Log) Clock(ctx context.Context) (time.Time, error) {
	t, err := l.clock.ask(ctx, nothing{}, nothing{})
	if err != nil {
		return time.Time{}, fmt.Errorf("ask ClickHouse for its clock: %w", err)
	}
	return t, nil
}

func (l *Log) readClock(ctx context.Context) (t time.Time, err error) {
	var now proto.ColInt64
	err = l.ask(ctx, ch.Query{Body: "SELECT toUnixTimestamp64Micro(now64(6)) AS now"},
		proto.Results{{Name: "now", Data: &now}}, func(rows int) {
			if rows > 0 {
				t = time.UnixMicro(now[0]).UTC()
			}
		})
	if err == nil && t.IsZero() {
		err = errors.New("no answer")
	}
	return t, err
}
