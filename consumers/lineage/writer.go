package lineage

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/singleflight"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// Options of a writer. Store, Letters and Cluster are needed; every other zero
// value stands for its default.
type Options struct {
	Store   Store
	Letters Letters
	Cluster string // the configured name of the Kafka cluster
	Log     *zap.Logger
	Metrics *Metrics
	Event   event.Options
	Rules   Rules // nil: nothing is found
	// NotStored tells errors of Store.Insert that are certain to have stored
	// nothing, so that nothing need be waited for; nil = none is.
	NotStored func(error) bool

	MaxRows  int           // rows that end a batch; 65,536
	MaxBytes int           // bytes of records that end a batch; 32 MiB
	MaxAge   time.Duration // what a row waits for others at the most; 0.6 s
	Window   int           // events that one generation of the id window holds, there are two; 24,576

	Lease   time.Duration // how long a batch may still be inserted; 30 s
	Margin  time.Duration // what is waited beyond a lease; 2 s
	Drain   time.Duration // how long a partition given up may go on; 10 s
	Check   time.Duration // between comparisons with the log; 1 min
	Idle    time.Duration // without a record, after which the commit says so; 5 s
	Backoff time.Duration // before the first try again; 100 ms, doubled up to 100 times as much
}

// A Writer writes partitions to the log. It is safe for concurrent use.
type Writer struct {
	Options
	watched watched
	large   *large

	beginning singleflight.Group // epochs
	began     time.Time          // batches that are not full are sent whole MaxAges later
}

// New returns a writer.
func New(o Options) *Writer {
	standard(&o.MaxRows, 65536)
	standard(&o.MaxBytes, 32<<20)
	standard(&o.MaxAge, 600*time.Millisecond)
	standard(&o.Window, 24_576)
	standard(&o.Lease, 30*time.Second)
	standard(&o.Margin, 2*time.Second)
	standard(&o.Drain, 10*time.Second)
	standard(&o.Check, time.Minute)
	standard(&o.Idle, 5*time.Second)
	standard(&o.Backoff, 100*time.Millisecond)
	if o.NotStored == nil {
		o.NotStored = func(error) bool { return false }
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	return &Writer{Options: o, large: newLarge(o.Store), began: time.Now()}
}

func standard[T int | time.Duration](v *T, value T) {
	if *v == 0 {
		*v = value
	}
}

// Serve writes a partition for as long as it is ours. It is what Group.Run calls.
func (w *Writer) Serve(ctx context.Context, p *stream.Partition) error {
	return w.Write(ctx, p.Topic, p.ID, p.Of, p)
}

// Write writes partition id of a topic that has so many until ctx ends; then it
// finishes what it has begun, for at most Drain. It returns an error only where
// the partition is ours no longer; all else it mends by taking over again.
func (w *Writer) Write(ctx context.Context, topic string, id int32, of int, s Source) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(w.Drain, cancel) })()
	p := ledger.Partition{Cluster: w.Cluster, Topic: topic, ID: id}
	st, end := w.watch(work, p, s)
	defer end()
	wait := w.Backoff
	var void ledger.Intent
	for {
		l := w.loop(p, of, s, st)
		l.void = void
		err := l.takeOver(ctx, work)
		if err == nil {
			err = l.run(ctx, work)
		}
		l.release(l.open)
		switch {
		case errors.Is(err, stream.ErrFenced), errors.Is(err, stream.ErrNoAnswer):
			return err
		case ctx.Err() != nil:
			l.leave(err)
			return nil
		}
		st.ill(err)
		if void = l.void; l.stored > 0 {
			wait = w.Backoff
		}
		w.Metrics.takeovers.WithLabelValues(reason(err)).Inc()
		w.Log.Warn("take the partition over again",
			zap.String("topic", topic), zap.Int32("partition", id), zap.Duration("after", wait), zap.Error(err))
		if !pause(ctx, wait) {
			return nil
		}
		wait = min(2*wait, 100*w.Backoff)
	}
}

// leave says how a partition was given up; what is left is the next owner's.
func (l *loop) leave(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		l.w.Log.Warn("partition given up before it was drained",
			zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID), zap.Error(err))
	}
}

// reason is the error as a metric's label.
func reason(err error) string {
	var offset *stream.OffsetError
	var stranger *StrangerError
	switch {
	case errors.Is(err, errDiffers):
		return "differs"
	case errors.As(err, &stranger):
		return "stranger"
	case errors.As(err, &offset):
		return "offset"
	}
	return "failure"
}

// pause sleeps for wait with jitter, between half and all of it; false if ctx ended.
func pause(ctx context.Context, wait time.Duration) bool {
	return sleep(ctx, wait/2+rand.N(wait/2+1)) == nil
}
