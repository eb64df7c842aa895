package lineage_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/ledger"
)

// traffic sends a few records: new ones, repeats, other contents under the same
// id, bad ones, and offsets that no record has.
func (w *world) traffic() {
	f := w.faults
	for range 1 + int(f.upTo(12)) {
		n := len(w.sent)
		switch {
		case n > 0 && f.chance(0.15): // a repeat, most likely of late
			s := w.sent[n-1-int(f.upTo(time.Duration(min(n, 40))))]
			if !s.bad {
				w.sendAt(s.id, s.content, w.firstSent(s.id))
			}
		case n > 0 && f.chance(0.1):
			s := w.sent[int(f.upTo(time.Duration(n)))]
			if !s.bad {
				w.sendAt(s.id, s.content+"!", w.firstSent(s.id))
			}
		case f.chance(0.1):
			w.sendBad(fmt.Sprint("bad ", n))
		case f.chance(0.05):
			w.kafka.skip()
		default:
			w.send(fmt.Sprint("event ", n), "once")
			w.times[fmt.Sprint("event ", n)] = time.Now()
		}
	}
}

func (w *world) firstSent(id string) time.Time { return w.times[id] }

// TestEveryOffsetOnce is G1 and G2: whatever step fails, whoever dies, wakes
// late or takes over, each record has one row with the right verdict.
func TestEveryOffsetOnce(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			simulate(t, seed, func(w *world) {
				w.battle(40)
				w.check()
			})
		})
	}
}

// battle lets so many steps of traffic and trouble pass, and then peace return.
func (w *world) battle(steps int) {
	f := w.faults
	f.rate = []float64{0, 0.02, 0.1, 0.3}[f.upTo(4)]
	owner := w.start()
	for range steps {
		w.traffic()
		time.Sleep(f.upTo(6 * time.Second))
		synctest.Wait()
		switch {
		case owner.ended():
			owner = w.start()
		case f.chance(0.08): // a rebalance, drained
			owner.leave()
			<-owner.done
			owner = w.start()
		case f.chance(0.08): // a rebalance whose old owner goes on a while
			owner.leave()
			owner = w.start()
		case f.chance(0.08): // a zombie: nobody told it
			owner = w.start()
		case f.chance(0.08): // kill -9
			owner.life.dead.Store(true)
			owner.leave()
			owner = w.start()
		}
	}
	f.mu.Lock()
	f.rate = 0
	f.mu.Unlock()
	w.await("peace", func() bool {
		if owner.ended() {
			owner = w.start()
		}
		return w.log.end() > w.sent[len(w.sent)-1].offset
	})
	w.send("the last", "once")
	w.rested()
}

// TestEachStepMayFail strikes each operation once, in each way.
func TestEachStepMayFail(t *testing.T) {
	for _, op := range []string{
		"epoch", "begun", "committed", "has", "clock", "inserting", "extent", "trace", "newest", "recent",
		"fetch", "find", "commit", "insert", "publish",
	} {
		for kind, name := range map[fault]string{before: "before", after: "after", late: "late"} {
			t.Run(op+" "+name, func(t *testing.T) {
				simulate(t, 1, func(w *world) {
					w.tune = func(o *lineage.Options) { o.Window = 2 } // so that old events must be looked up
					old := time.Now()
					for i := range 8 {
						w.sendAt(fmt.Sprint("event ", i), "1", old)
					}
					w.start()
					w.logged()
					w.faults.plan["insert"] = []fault{before} // so that the partition is taken over
					w.faults.plan[op] = []fault{kind}
					w.sendAt("event 8", "1", old)
					w.sendAt("event 1", "1", old)
					w.sendAt("event 2", "2", old)
					w.sendBad("event 9")
					w.await("the fault is met", func() bool {
						w.faults.mu.Lock()
						defer w.faults.mu.Unlock()
						return len(w.faults.plan[op]) == 0
					})
					w.sendAt("event 10", "1", old)
					w.await("all is logged", func() bool {
						if w.all[len(w.all)-1].ended() {
							w.start()
						}
						return w.log.end() == w.kafka.view().end
					})
					w.rested()
					w.check()
				})
			})
		}
	}
}

// TestLogLosesRows is G2.6: the log is the authority; what it lost is written
// again where Kafka still has it.
func TestLogLosesRows(t *testing.T) {
	for name, gone := range map[string]func(row) bool{
		"its end":      func(r row) bool { return r.Offset >= 30 },
		"its start":    func(r row) bool { return r.Offset < 10 },
		"a part of it": func(r row) bool { return r.Offset >= 20 && r.Offset < 30 },
		"two parts":    func(r row) bool { return r.Offset >= 10 && r.Offset < 20 || r.Offset >= 30 && r.Offset < 35 },
		"everything":   func(row) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, 3, func(w *world) {
				w.start()
				for i := range 40 {
					if i%7 == 3 {
						w.sendBad(fmt.Sprint("bad ", i))
					} else {
						w.send(fmt.Sprint("event ", i), "once")
					}
				}
				w.rested()
				before := w.log.table()
				if w.log.drop(gone) == 0 {
					t.Fatal("nothing was dropped")
				}
				w.await("the rows are back", func() bool {
					return len(w.log.table()) == len(before)
				})
				for i, r := range w.log.table() {
					if b := before[i]; r.Offset != b.Offset || r.Seq != b.Seq || r.Outcome != b.Outcome || r.ContentHash != b.ContentHash {
						t.Errorf("row %d was %v with seq %d, is %v with seq %d", i, b, b.Seq, r, r.Seq)
					}
				}
			})
		})
	}
}

// TestHealOfWhatKafkaNoLongerHas leaves one lost row for each missing seq.
func TestHealOfWhatKafkaNoLongerHas(t *testing.T) {
	simulate(t, 3, func(w *world) {
		w.start()
		for i := range 40 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.rested()
		w.kafka.expire(16)
		w.log.drop(func(r row) bool { return r.Offset >= 10 && r.Offset < 20 })
		w.await("the hole is filled", func() bool { return len(w.log.table()) == 40 })
		for i, r := range w.log.table() {
			want := ledger.Accepted
			if i >= 10 && i < 16 {
				want = ledger.Lost
			}
			if r.Offset != int64(i) || r.Seq != uint64(i) || r.Outcome != want {
				t.Errorf("row %d = %v with seq %d, want %v", i, r, r.Seq, want)
			}
		}
	})
}

// TestExpiredBeforeRead is G1: one lost row stands for what Kafka dropped.
func TestExpiredBeforeRead(t *testing.T) {
	simulate(t, 3, func(w *world) {
		for i := range 40 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.kafka.expire(25)
		w.start()
		w.logged()
		rows := w.log.table()
		if len(rows) != 16 {
			t.Fatalf("%d rows, want 16: %v", len(rows), rows)
		}
		if r := rows[0]; r.Outcome != ledger.Lost || r.LostFrom != 0 || r.Offset != 24 || r.Seq != 0 {
			t.Errorf("first row = %v from %d, want lost from 0 to 24", r, r.LostFrom)
		}
		for i, r := range rows[1:] {
			if r.Outcome != ledger.Accepted || r.Offset != int64(25+i) || r.Seq != uint64(i+1) {
				t.Errorf("row %d = %v with seq %d", i+1, r, r.Seq)
			}
		}
	})
}

// TestReconnectionComparesAtOnce is G2.6: a server that comes back from a backup
// is found out before much is written on top of what is missing.
func TestReconnectionComparesAtOnce(t *testing.T) {
	simulate(t, 3, func(w *world) {
		w.tune = func(o *lineage.Options) { o.Check, o.Idle = time.Hour, time.Hour }
		w.start()
		for i := range 20 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.logged()
		w.log.drop(func(r row) bool { return r.Offset >= 5 })
		w.log.mu.Lock()
		w.log.connections++
		w.log.mu.Unlock()
		began := time.Now()
		w.send("event 20", "once")
		w.await("all is there again", func() bool {
			return len(w.log.table()) == 21
		})
		if took := time.Since(began); took > 40*time.Second { // a lease is waited out, as its last row is not there
			t.Errorf("found after %v, want at once", took)
		}
		w.check()
	})
}

// TestComparesBeforeIdling is G2.6: no commit says that all is well unless it is.
func TestComparesBeforeIdling(t *testing.T) {
	simulate(t, 3, func(w *world) {
		w.tune = func(o *lineage.Options) { o.Check = 24 * time.Hour }
		w.start()
		for i := range 20 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.logged()
		w.log.drop(func(r row) bool { return r.Offset >= 5 })
		w.await("all is there again", func() bool { return len(w.log.table()) == 20 })
		w.rested()
		w.check()
	})
}

// TestRowsThatStandTwiceAreAlarmed: nothing can mend them, so somebody must know.
func TestRowsThatStandTwiceAreAlarmed(t *testing.T) {
	simulate(t, 3, func(w *world) {
		metrics := lineage.NewMetrics()
		w.tune = func(o *lineage.Options) { o.Metrics = metrics }
		w.start()
		for i := range 20 {
			w.send(fmt.Sprint("event ", i), "once")
		}
		w.rested()
		w.log.mu.Lock()
		w.log.rows = append(w.log.rows, w.log.rows[3], w.log.rows[7])
		w.log.mu.Unlock()
		w.await("the alarm", func() bool { return gauge(metrics, "custody_lineage_surplus_rows") == 2 })
	})
}

// gauge is a gauge's value, over all partitions.
func gauge(m *lineage.Metrics, name string) (sum float64) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(m)
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			for _, metric := range f.GetMetric() {
				sum += metric.GetGauge().GetValue()
			}
		}
	}
	return sum
}
