package lineage_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// TestRepeats is G3: the same event is accepted once, another under its name is
// parked, however long ago the first came and however small the window.
func TestRepeats(t *testing.T) {
	for _, window := range []int{1, 3, 20, 1000} {
		t.Run(fmt.Sprint("window ", window), func(t *testing.T) {
			simulate(t, 1, func(w *world) {
				w.tune = func(o *lineage.Options) { o.Window = window }
				w.start()
				old := time.Now()
				for i := range 60 {
					w.sendAt(fmt.Sprint("event ", i), "1", old.Add(time.Duration(i)*time.Minute))
				}
				w.sendAt("event 59", "1", old.Add(59*time.Minute)) // within the batch
				w.logged()
				for i := range 60 { // a replay of everything
					content := "1"
					if i%10 == 0 {
						content = "2"
					}
					w.sendAt(fmt.Sprint("event ", i), content, old.Add(time.Duration(i)*time.Minute))
				}
				w.send("new", "1")
				w.rested()
				w.check()
			})
		})
	}
}

// A slowLog takes a while to insert, and counts the look-ups meanwhile.
type slowLog struct {
	lineage.Store
	inserting atomic.Bool
	meanwhile atomic.Int32
	find      time.Duration
}

func (s *slowLog) Insert(ctx context.Context, b ledger.Block, i ledger.Intent) error {
	s.inserting.Store(true)
	defer s.inserting.Store(false)
	time.Sleep(time.Second)
	return s.Store.Insert(ctx, b, i)
}

func (s *slowLog) Find(ctx context.Context, p ledger.Partition, keys []ledger.Key) ([]ledger.Seen, error) {
	time.Sleep(s.find)
	if s.inserting.Load() {
		s.meanwhile.Add(1)
	}
	return s.Store.Find(ctx, p, keys)
}

// An insert and the look-ups of the next batch do not wait for one another.
func TestRepeatsAreLookedUpWhileABatchIsInFlight(t *testing.T) {
	simulate(t, 1, func(w *world) {
		log := &slowLog{find: 100 * time.Millisecond}
		w.tune = func(o *lineage.Options) { o.Window, log.Store, o.Store = 3, o.Store, log }
		w.start()
		old := time.Now()
		for range 3 {
			for i := range 60 {
				w.sendAt(fmt.Sprint("event ", i), "1", old.Add(time.Duration(i)*time.Minute))
			}
		}
		w.rested()
		w.check()
		if log.meanwhile.Load() == 0 {
			t.Error("no event was looked up while a batch was inserted")
		}
	})
}

// Of an event that the window forgot come its repeat, contradictions and more of
// both in one batch: all are held against what the log has, and so are those of one
// that it does not have.
func TestRepeatsOfAnEventInDoubt(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.tune = func(o *lineage.Options) { o.Window = 3 }
		w.start()
		old := time.Now()
		for i := range 40 {
			w.sendAt(fmt.Sprint("event ", i), "1", old.Add(time.Duration(i)*time.Minute))
		}
		w.rested()
		for _, id := range []string{"event 5", "late"} {
			w.sendAt(id, "1", old.Add(5*time.Minute))
			w.sendAt(id, "4", old.Add(time.Hour)) // later than anything forgotten
		}
		for _, content := range []string{"1", "2", "3"} {
			w.sendAt("event 5", content, old.Add(5*time.Minute))
			w.sendAt("late", content, old.Add(5*time.Minute))
		}
		w.rested()
		w.check()
	})
}

// An event is known as soon as its batch is sent: the log has it only later.
func TestRepeatsOfABatchInFlight(t *testing.T) {
	simulate(t, 1, func(w *world) {
		log := new(slowLog)
		w.tune = func(o *lineage.Options) { log.Store, o.Store = o.Store, log }
		w.start()
		for i := range 100 {
			w.send(fmt.Sprint("event ", i/20*10+i%10), "1") // ten, and the same ten again
		}
		w.rested()
		w.check()
	})
}

// A batch is not cut because its look-up took longer than a batch's age.
func TestABatchInDoubtStaysWhole(t *testing.T) {
	simulate(t, 1, func(w *world) {
		log := &slowLog{find: 3 * time.Second}
		w.tune = func(o *lineage.Options) { o.MaxRows, o.Window, log.Store, o.Store = 100, 3, o.Store, log }
		old := time.Now()
		for range 2 {
			for i := range 300 {
				w.sendAt(fmt.Sprint("event ", i), "1", old.Add(time.Duration(i)*time.Second))
			}
		}
		w.start()
		w.rested()
		w.check()
		if got, want := fmt.Sprint(w.batches()), "[100 100 100 100 100 100]"; got != want {
			t.Errorf("batches = %s, want %s", got, want)
		}
	})
}

func TestRepeatsAreKnownAfterATakeover(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.tune = func(o *lineage.Options) { o.Window = 5 }
		old := time.Now()
		for round := range 4 {
			p := w.start()
			for i := range 20 {
				w.sendAt(fmt.Sprint("event ", i), fmt.Sprint(round/2), old.Add(time.Duration(i)*time.Minute))
			}
			w.rested()
			p.leave()
			<-p.done
		}
		w.check()
	})
}

func TestRefusedRecordsThatLookPersonalGoAsPointers(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.start()
		m := bad("a", time.Now())
		m.Value = []byte(string(m.Value[:len(m.Value)-2]) + `,"recipient_ref":"x","phone":"13912345678"}}`)
		w.kafka.produce(m)
		w.await("it is logged", func() bool { return w.log.end() == 1 })
		w.await("its letter", func() bool { return len(w.kafka.view().published) > 0 })
		r := w.log.table()[0]
		if r.Outcome != ledger.Rejected || r.Reason.String() != "personal-value" {
			t.Errorf("row = %v for %v, want rejected for personal-value", r, r.Reason)
		}
		l := w.kafka.view().published[0]
		if l.Message.Value != nil || headerOf(l, stream.HeaderSHA256) == "" || headerOf(l, stream.HeaderReason) != "personal-value" {
			t.Errorf("dead letter = %+v, want a pointer", l)
		}
	})
}

func TestDeadLetterOfARecordThatIsGoneIsAPointer(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.faults.plan["publish"] = []fault{before}
		w.kafka.commit(0, ledger.Idle(time.Time{}))
		w.sendBad("a")
		w.tune = func(o *lineage.Options) { o.Backoff = 10 * time.Second }
		w.start()
		w.logged()
		w.kafka.expire(1)
		w.await("its letter", func() bool { return len(w.kafka.view().published) > 0 })
		l := w.kafka.view().published[0]
		if l.Message.Value != nil || headerOf(l, stream.HeaderReason) != "missing-field" || headerOf(l, stream.HeaderField) != "data.purpose" {
			t.Errorf("dead letter = %+v, want a pointer with the stored reason", l)
		}
	})
}
