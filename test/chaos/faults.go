package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"time"
)

// A fault is one thing that goes wrong. Inject does it, and undoes what has to
// be undone before it returns; hit says whether it met what it was meant for.
type fault struct {
	name, doc string
	weight    int // how often it comes, against the others
	inject    func(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error)
}

// faults are all that there are.
var faults = []fault{
	{"consumer-kill", "kill -9 of a consumer; it comes back within 3 s", 5, killConsumer},
	{"consumer-kill-all", "kill -9 of all consumers at once", 2, killConsumers},
	{"consumer-kill-before-intent", "kill -9 when the commit with the intent leaves", 2, killConsumerAt(intending)},
	{"consumer-kill-after-intent", "kill -9 when the intent is acknowledged, before the insert", 3, killConsumerAt(intended)},
	{"consumer-kill-in-block", "kill -9 in the middle of the block", 3, killConsumerAt(inBlock)},
	{"consumer-kill-before-answer", "kill -9 when the block is sent and not answered", 3, killConsumerAt(beforeAnswer)},
	{"consumer-kill-after-answer", "kill -9 when the insert is answered, before the dead letters", 3, killConsumerAt(answering)},
	{"consumer-nap", "SIGSTOP of a consumer for less than its session, then SIGCONT", 3, nap},
	{"consumer-sleep", "SIGSTOP of a consumer for longer than session and lease: another takes over, then it wakes", 4, sleepLong},
	{"consumer-sleep-after-intent", "the same between its intent and its insert: it wakes and sends the block", 6, sleepAt(intended)},
	{"consumer-sleep-in-block", "the same in the middle of the block", 3, sleepAt(inBlock)},
	{"consumer-sleep-before-answer", "the same while its insert is answered", 2, sleepAt(beforeAnswer)},
	{"rebalance", "one more consumer joins, and leaves", 5, joinAndLeave},
	{"producer-kill", "kill -9 of a producer; it sends again what it does not know to be acknowledged, and more", 4, killProducer},

	{"kafka-kill", "kill -9 of a broker; it comes back within 3 s", 5, killBroker},
	{"kafka-roll", "every broker is restarted in order, one after the other", 1, rollBrokers},
	{"kafka-pause", "SIGSTOP of a broker for up to 9 s", 3, pauseBroker},
	{"kafka-cut", "all connections to Kafka are reset, for a while new ones too", 4, cutKafka},
	{"kafka-half-open", "nothing comes through to or from Kafka, and nobody is told", 3, stallKafka},
	{"commit-late", "the connection of an intent is reset, and the intent arrives later", 3, lateCommit},
	{"commit-unanswered", "the connection of an intent is reset when its answer is on the way", 3, unansweredCommit},

	{"clickhouse-kill", "kill -9 of ClickHouse, whatever it is doing", 4, killServer},
	{"clickhouse-kill-before-data", "kill -9 of ClickHouse when an INSERT is there and not a byte of its data", 3, killServerAt(beforeData)},
	{"clickhouse-kill-in-block", "kill -9 of ClickHouse in the middle of a block", 3, killServerAt(inBlock)},
	{"clickhouse-kill-before-answer", "kill -9 of ClickHouse after the last byte of a block and before the answer", 5, killServerAt(beforeAnswer)},
	{"clickhouse-kill-after-answer", "kill -9 of ClickHouse when the answer has begun; the writer sees it or not", 4, killServerAt(answering)},
	{"part-lost", "the part of an insert, or of some that were merged, is gone when ClickHouse comes back", 4, losePart},
	{"backup-restored", "ClickHouse comes back without its newest 5 to 40 inserts", 3, restoreBackup},
	{"rename-fails", "new parts cannot be renamed to their names, as on a disk that is full at that moment", 3, failRename},
	{"clickhouse-read-only", "ClickHouse comes back read-only, for a while", 2, configured(readOnly)},
	{"clickhouse-too-many-parts", "ClickHouse refuses inserts: too many parts", 2, configured(tooManyParts)},
	{"clickhouse-disk-full", "ClickHouse refuses inserts: no space left", 2, configured(diskFull)},
	{"clickhouse-slow", "SIGSTOP of ClickHouse for longer than the rebalance time-out, while the group is rebalanced", 2, freezeServer},
	{"clickhouse-cut", "a consumer's connections to ClickHouse are reset, for a while new ones too", 4, cutServer},
	{"clickhouse-half-open", "nothing comes through between a consumer and ClickHouse, one way or both, and nobody is told", 4, stallServer},
	{"insert-late", "the connection of an insert is reset, and its block arrives later, before its lease ends or after", 6, lateInsert},
	{"insert-unanswered", "the connection of an insert is reset when its answer is on the way", 4, unansweredInsert},
	{"clock-step", "ClickHouse's clock, as writers read it, steps by up to nine tenths of the margin, and back", 4, stepClock},
}

func named(name string) *fault {
	for i := range faults {
		if faults[i].name == name {
			return &faults[i]
		}
	}
	return nil
}

// between draws a time.
func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)+1))
}

const ms = time.Millisecond

// patience is how long a trap waits for a batch to come.
const patience = 12 * time.Second

var errSprung = errors.New("the trap has sprung")

// at springs a trap on the first batch that comes to a step; false if none does.
func (w *world) at(ctx context.Context, s step, spring func(l *link, to *net.TCPConn, b []byte) error) (hit bool) {
	w.traps.Lock()
	defer w.traps.Unlock()
	t := newTrap(s, spring)
	w.arm(t)
	select {
	case <-t.sprung:
		hit = true
	case <-ctx.Done():
	case <-time.After(patience):
	}
	w.arm(nil)
	return hit || !t.take() // it may have sprung this moment
}

func (w *world) arm(t *trap) {
	for _, c := range w.consumers {
		c.network.set(t)
	}
	for _, p := range w.network {
		p.set(t)
	}
}

// owner is the consumer whose connection it is.
func (w *world) owner(l *link) *consumer {
	c, isCommit := l.tap.(*commit)
	for _, owner := range w.consumers {
		if owner.network == l.proxy || isCommit && owner.name == c.of() {
			return owner
		}
	}
	return nil
}
