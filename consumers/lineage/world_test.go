package lineage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// A world is a partition, its log, and the processes that fight over it.
type world struct {
	t      *testing.T
	kafka  *kafka
	log    *clickhouse
	faults *faults
	sent   []sent
	all    []*process
	times  map[string]time.Time // when an id was first sent
	tune   func(*lineage.Options)
}

// What was sent at an offset.
type sent struct {
	offset      int64
	id, content string
	bad         bool
}

// A process is one writer with the partition.
type process struct {
	life  *life
	leave context.CancelFunc
	done  chan struct{}
	err   error
}

func newWorld(t *testing.T, seed uint64) *world {
	f := newFaults(seed)
	return &world{t: t, faults: f, kafka: newKafka(f), times: map[string]time.Time{}, log: &clickhouse{faults: f}}
}

// simulate runs a test in virtual time; afterwards every process leaves.
func simulate(t *testing.T, seed uint64, run func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed)
		defer func() {
			for _, p := range w.all {
				p.leave()
				<-p.done
			}
			w.faults.late.Wait()
			time.Sleep(time.Minute) // timers end
		}()
		run(w)
	})
}

// start lets a process take the partition in a generation of its own.
func (w *world) start() *process { return w.startAs(new(*lineage.Writer)) }

// startAs is start; the writer is told.
func (w *world) startAs(writer **lineage.Writer) *process {
	ctx, cancel := context.WithCancel(context.Background())
	p := &process{life: &life{}, leave: cancel, done: make(chan struct{})}
	m := w.kafka.join(p.life)
	o := lineage.Options{
		Store: hand{w.log, p.life}, Letters: m, Cluster: "main", MaxRows: 10, Window: 50,
	}
	if w.tune != nil {
		w.tune(&o)
	}
	*writer = lineage.New(o)
	go func(w *lineage.Writer) {
		defer close(p.done)
		p.err = w.Write(ctx, "t", 0, 1, m)
	}(*writer)
	w.all = append(w.all, p)
	return p
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

const subject = "tmall:0192d3a4-0000-8000-8000-000000000001"

// message is a valid event; content goes into its note.
func message(id, content string, at time.Time) event.Message {
	value := fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/shop/orders","type":"org.datacustody.data.used.v1",`+
		`"subject":%q,"time":%q,"data":{"controller":"tmall","categories":["name"],"purpose":"payment","note":%q}}`,
		id, subject, at.UTC().Format(time.RFC3339Nano), content)
	return event.Message{
		Key: []byte(subject), Value: []byte(value),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
	}
}

// bad is an event that lacks its purpose.
func bad(id string, at time.Time) event.Message {
	m := message(id, "x", at)
	m.Value = []byte(strings.Replace(string(m.Value), `,"purpose":"payment"`, "", 1))
	return m
}

// send produces an event; its time is that at which its id was first sent.
func (w *world) send(id, content string) { w.sendAt(id, content, time.Now()) }

func (w *world) sendAt(id, content string, at time.Time) {
	w.sent = append(w.sent, sent{offset: w.kafka.view().end, id: id, content: content})
	w.kafka.produce(message(id, content, at))
}

func (w *world) sendBad(id string) {
	w.sent = append(w.sent, sent{offset: w.kafka.view().end, id: id, bad: true})
	w.kafka.produce(bad(id, time.Now()))
}

// await lets time pass until ok.
func (w *world) await(what string, ok func() bool) {
	w.t.Helper()
	for range 10_000 {
		synctest.Wait()
		if ok() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.t.Fatalf("never: %s; log ends at %d, kafka at %d", what, w.log.end(), w.kafka.view().end)
}

// logged waits until the log holds all that was sent.
func (w *world) logged() {
	w.t.Helper()
	w.await("all is logged", func() bool {
		n := int64(0)
		if len(w.sent) > 0 {
			n = w.sent[len(w.sent)-1].offset + 1
		}
		return w.log.end() >= n
	})
}

// rested waits until the commit says that nothing is under way.
func (w *world) rested() {
	w.t.Helper()
	w.logged()
	w.await("the commit is idle", func() bool {
		v := w.kafka.view()
		return strings.HasPrefix(v.metadata, "v1 idle") && v.offset == w.log.end()
	})
}

// outcomes is what the log must say of what was sent, by offset.
func (w *world) outcomes() map[int64]ledger.Outcome {
	first := map[string]string{}
	want := map[int64]ledger.Outcome{}
	for _, s := range w.sent {
		content, known := first[s.id]
		switch {
		case s.bad:
			want[s.offset] = ledger.Rejected
		case !known:
			want[s.offset] = ledger.Accepted
			first[s.id] = s.content
		case content == s.content:
			want[s.offset] = ledger.Duplicate
		default:
			want[s.offset] = ledger.Conflict
		}
	}
	return want
}

// check is the oracle: every offset once, seqs dense and in order, verdicts
// right, a dead letter with its reason for each refused record and no other,
// batches of one moment each, later and later.
func (w *world) check() {
	w.t.Helper()
	w.faults.late.Wait()
	rows := w.log.table()
	want := w.outcomes()
	if len(rows) != len(want) {
		w.t.Errorf("%d rows, want %d: %v", len(rows), len(want), rows)
	}
	for i, r := range rows {
		if i > 0 && r.Offset == rows[i-1].Offset {
			w.t.Errorf("offset %d twice", r.Offset)
		}
		if r.Seq != uint64(i) {
			w.t.Errorf("offset %d has seq %d, want %d", r.Offset, r.Seq, i)
		}
		if r.Outcome != want[r.Offset] {
			w.t.Errorf("offset %d is %v, want %v", r.Offset, r.Outcome, want[r.Offset])
		}
		if i > 0 && r.recordedAt.Before(rows[i-1].recordedAt) {
			w.t.Errorf("offset %d was recorded before %d", r.Offset, rows[i-1].Offset)
		}
		w.checkLetter(r)
	}
}

func (w *world) checkLetter(r row) {
	w.t.Helper()
	var reason []string
	switch r.Outcome {
	case ledger.Rejected:
		reason = []string{r.Reason.String()}
	case ledger.Conflict:
		reason = []string{"conflict"}
	}
	if got := w.kafka.reasons(r.Offset); !slices.Equal(got, reason) {
		w.t.Errorf("dead letters of offset %d (%v): %v, want %v", r.Offset, r.Outcome, got, reason)
	}
}
