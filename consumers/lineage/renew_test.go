package lineage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
)

// cut loses the records from an offset on, as a broker does that was not in sync.
func (k *kafka) cut(from int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, r := range k.records {
		if r.Offset >= from {
			k.records = k.records[:i]
			break
		}
	}
	k.start, k.end, k.troubled = min(k.start, from), from, true
}

// from gives the offsets of the records from an offset on.
func (k *kafka) from(offset int64) (all []int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range k.records {
		if r.Offset >= offset {
			all = append(all, r.Offset)
		}
	}
	return all
}

// events sends n new ones.
func (w *world) events(name string, n int) {
	for i := range n {
		w.send(fmt.Sprint(name, " ", i), "once")
	}
}

// wrote lets a writer log n events, and leave.
func (w *world) wrote(n int) {
	p := w.start()
	w.events("event", n)
	w.rested()
	p.leave()
	<-p.done
}

// renew begins the topic's next epoch, as the only member of the group.
func (w *world) renew(decide func(*lineage.Renewal) bool) error {
	return w.renewBy(func(s lineage.Store) lineage.Store { return s }, decide)
}

func (w *world) renewBy(through func(lineage.Store) lineage.Store, decide func(*lineage.Renewal) bool) error {
	l := &life{}
	m := w.kafka.join(l)
	o := lineage.Options{Store: through(hand{w.log, l}), Letters: m, Cluster: "main"}
	return lineage.New(o).Renew(context.Background(), "t", []lineage.Source{m}, "operator", decide)
}

// TestWriterKnowsAStrangersRecord: where Kafka has other records than the logged
// ones, nothing is written under their offsets, however far the topic has grown
// again; once it is renewed, all that Kafka has is logged in the new epoch.
func TestWriterKnowsAStrangersRecord(t *testing.T) {
	for name, c := range map[string]struct {
		trouble func(*world)
		change  lineage.Change
		start   int64
	}{
		"made anew, and smaller":  {func(w *world) { w.kafka.cut(0); w.events("new", 5) }, lineage.Recreated, 0},
		"made anew, and as large": {func(w *world) { w.kafka.cut(0); w.events("new", 20) }, lineage.Recreated, 0},
		"made anew, and larger":   {func(w *world) { w.kafka.cut(0); w.events("new", 33) }, lineage.Recreated, 0},
		"made anew, a marker at the log's end": {func(w *world) {
			w.kafka.cut(0)
			w.events("new", 19)
			w.kafka.skip()
			w.events("newer", 3)
		}, lineage.Recreated, 0},
		"cut short":                    {func(w *world) { w.kafka.cut(13) }, lineage.CutShort, 13},
		"cut short, and others behind": {func(w *world) { w.kafka.cut(13); w.events("new", 30) }, lineage.CutShort, 13},
		"its last record is another":   {func(w *world) { w.kafka.cut(19); w.events("new", 4) }, lineage.CutShort, 19},
	} {
		for when, running := range map[string]bool{"while nobody looked": false, "under a running writer": true} {
			t.Run(name+", "+when, func(t *testing.T) {
				simulate(t, 1, func(w *world) {
					var writer *lineage.Writer
					p := w.startAs(&writer)
					w.events("old", 20)
					w.rested()
					if !running {
						p.leave()
						<-p.done
					}
					time.Sleep(time.Second)
					c.trouble(w)
					if !running {
						p = w.startAs(&writer)
					}
					time.Sleep(5 * time.Minute)
					synctest.Wait()
					var stranger *lineage.StrangerError
					if err := writer.Ready(t.Context()); !errors.As(err, &stranger) || !strings.Contains(err.Error(), "custody topic renew") {
						t.Errorf("Ready = %v, want that the topic is to be renewed", err)
					}
					if n := len(w.log.table()); n != 20 || p.ended() {
						t.Fatalf("%d rows, ended %v; want the 20 before, and a writer that says so and waits", n, p.ended())
					}
					p.leave()
					<-p.done
					var found lineage.Beginning
					if err := w.renew(func(r *lineage.Renewal) bool { found = r.Beginnings[0]; return r.Needed() }); err != nil {
						t.Fatal(err)
					}
					if found.Change != c.change || found.Start != c.start || found.Logged != 20 {
						t.Errorf("the renewal found %+v, want %s from %d", found, c.change, c.start)
					}
					began := time.Now()
					w.start()
					w.await("the new epoch is logged", func() bool { return w.log.end() == w.kafka.view().end })
					if took := time.Since(began); took > 3*time.Second {
						t.Errorf("the first writer of the epoch took %v, want no lease waited for", took)
					}
					rows := w.log.of(1)
					for i, r := range w.kafka.from(c.start) {
						if i >= len(rows) || rows[i].Offset != r || rows[i].Seq != uint64(i) || rows[i].Outcome != ledger.Accepted {
							t.Errorf("the new epoch has %v, want offset %d at %d", rows, r, i)
							break
						}
					}
				})
			})
		}
	}
}

// TestRenewOfATopicThatIsAsLogged changes nothing but the epoch, and only if told to.
func TestRenewOfATopicThatIsAsLogged(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.wrote(20)
		w.kafka.expire(7)
		for _, renew := range []bool{false, true} {
			if err := w.renew(func(r *lineage.Renewal) bool {
				if r.Needed() || r.Beginnings[0].Start != 20 {
					t.Errorf("the renewal found %+v, want nothing", r)
				}
				return renew
			}); err != nil {
				t.Fatal(err)
			}
		}
		w.send("event 20", "once")
		w.start()
		w.await("the event is logged", func() bool { return w.log.end() == 21 })
		if n, rows := len(w.log.table()), w.log.of(1); n != 20 || len(rows) != 1 || rows[0].Offset != 20 || rows[0].Seq != 0 {
			t.Errorf("%d rows and then %v, want 20 and offset 20 in the new epoch", n, rows)
		}
	})
}

// TestWriterReadsTheEpochAfterAnOpenRenewal: a renewal that died before it was
// done keeps writers away as long as it may still be recorded.
func TestWriterReadsTheEpochAfterAnOpenRenewal(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.wrote(20)
		w.faults.plan["begin"] = []fault{late}
		if err := w.renew(func(*lineage.Renewal) bool { return true }); err == nil {
			t.Fatal("Renew = nil, want the fault")
		}
		w.send("event 20", "once")
		w.start()
		go func() { // the floors arrive all the same
			time.Sleep(10 * time.Second)
			w.log.mu.Lock()
			defer w.log.mu.Unlock()
			w.log.floors = append(w.log.floors, ledger.Floor{Partition: ledger.Partition{Epoch: 1}, Offset: 20, Why: ledger.EpochBegins})
			w.log.epoch = 1
		}()
		w.await("the event is logged", func() bool { return w.log.end() == 21 })
		if n, rows := len(w.log.table()), w.log.of(1); n != 20 || len(rows) != 1 {
			t.Errorf("%d rows in the old epoch, then %v, want all of the new in the new one", n, rows)
		}
	})
}

// TestLettersOfTheOldEpochAreNotLost: who died before it published them did so in
// an epoch that no writer takes over any more.
func TestLettersOfTheOldEpochAreNotLost(t *testing.T) {
	simulate(t, 1, func(w *world) {
		p := w.start()
		w.events("event", 3)
		w.rested()
		w.faults.plan["publish"] = slices.Repeat([]fault{before}, 1000)
		w.sendBad("bad")
		w.await("its row is there", func() bool { return len(w.log.table()) == 4 })
		p.life.dead.Store(true)
		p.leave()
		<-p.done
		delete(w.faults.plan, "publish")
		if len(w.kafka.view().published) > 0 {
			t.Fatal("the letter is published: the test shows nothing")
		}
		if err := w.renew(func(*lineage.Renewal) bool { return true }); err != nil {
			t.Fatal(err)
		}
		if got := w.kafka.reasons(3); len(got) != 1 {
			t.Errorf("dead letters of offset 3 = %v, want one", got)
		}
	})
}

// TestGrownTopicIsAlarmed: a partition that the topic did not have is written,
// and said to be new.
func TestGrownTopicIsAlarmed(t *testing.T) {
	simulate(t, 1, func(w *world) {
		metrics := lineage.NewMetrics()
		w.tune = func(o *lineage.Options) { o.Metrics = metrics }
		w.log.floors = []ledger.Floor{{Partition: ledger.Partition{ID: 1}, Why: ledger.EpochBegins}}
		w.start()
		w.events("event", 3)
		w.rested()
		if got := gauge(metrics, "custody_lineage_unannounced_partition"); got != 1 {
			t.Errorf("unannounced = %v, want 1", got)
		}
		w.check()
	})
}

// A sleeper's floors leave a while after they were due.
type sleeper struct{ lineage.Store }

func (s sleeper) Begin(ctx context.Context, floors []ledger.Floor, leaseUntil time.Time) error {
	time.Sleep(45 * time.Second)
	return s.Store.Begin(ctx, floors, leaseUntil)
}

// TestARenewalThatSleepsBeginsNothing: the server refuses its floors, as a writer
// has gone on in the old epoch since.
func TestARenewalThatSleepsBeginsNothing(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.wrote(20)
		renewed := make(chan error, 1)
		go func() {
			renewed <- w.renewBy(func(s lineage.Store) lineage.Store { return sleeper{s} }, func(*lineage.Renewal) bool { return true })
		}()
		time.Sleep(5 * time.Second)
		w.start()
		w.events("later", 5)
		w.logged()
		if err := <-renewed; err == nil {
			t.Error("Renew = nil, want that its lease was over")
		}
		w.send("last", "once")
		w.logged()
		w.rested()
		w.check() // all in the old epoch, each once
	})
}

// TestAStrangerBehindALostRow: where the last row stands for no record, Kafka's
// end and the rows before it tell.
func TestAStrangerBehindALostRow(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.wrote(20)
		w.events("unread", 10)
		w.kafka.expire(30)
		p := w.start()
		w.await("the loss is logged", func() bool { return w.log.end() == 30 })
		w.rested()
		p.leave()
		<-p.done
		w.kafka.cut(0)
		w.events("new", 5)
		var writer *lineage.Writer
		w.startAs(&writer)
		time.Sleep(time.Minute)
		synctest.Wait()
		var stranger *lineage.StrangerError
		if err := writer.Ready(t.Context()); !errors.As(err, &stranger) {
			t.Errorf("Ready = %v, want that the topic is to be renewed", err)
		}
	})
}

// TestNoStrangerForItsLateTime: an older log has a Kafka time that the log holds no
// more as it came; the record is still the logged one.
func TestNoStrangerForItsLateTime(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.wrote(20)
		late := time.Date(2299, 12, 31, 23, 59, 59, 0, time.UTC)
		w.kafka.records[19].Timestamp = late.UnixMilli()
		w.log.rows[19].KafkaTime = late
		var writer *lineage.Writer
		p := w.startAs(&writer)
		w.events("new", 5)
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := writer.Ready(t.Context()); err != nil || len(w.log.table()) != 25 {
			t.Errorf("Ready = %v, with %d rows; want it well, and 25", err, len(w.log.table()))
		}
		p.leave()
		<-p.done
	})
}

// TestARenewalHealsTheEpochThatItEnds: nobody looks for its holes afterwards.
func TestARenewalHealsTheEpochThatItEnds(t *testing.T) {
	simulate(t, 1, func(w *world) {
		w.wrote(20)
		w.log.drop(func(r row) bool { return r.Offset >= 5 && r.Offset < 9 })
		if err := w.renew(func(*lineage.Renewal) bool { return true }); err != nil {
			t.Fatal(err)
		}
		if n := len(w.log.table()); n != 20 {
			t.Errorf("the old epoch has %d rows, want all 20", n)
		}
	})
}

// TestReadyAgainAfterAPassingError: an idle partition says that it is well as soon as it is.
func TestReadyAgainAfterAPassingError(t *testing.T) {
	simulate(t, 1, func(w *world) {
		var writer *lineage.Writer
		w.startAs(&writer)
		w.events("event", 3)
		w.rested()
		w.faults.plan["extent"] = []fault{before}
		w.await("the fault is met", func() bool {
			w.faults.mu.Lock()
			defer w.faults.mu.Unlock()
			return len(w.faults.plan["extent"]) == 0
		})
		w.await("it is well", func() bool { return writer.Ready(t.Context()) == nil })
	})
}
