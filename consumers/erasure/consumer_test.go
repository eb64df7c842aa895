package erasure_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// G6: data shared a millisecond before the request is in the plan, also when it
// is logged long after the request was made.
func TestARequestWaitsForTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		s.lag = 20 * time.Second
		defer s.start(t, "sto", "zto")()
		s.flow(person(1), "f1", "sto", time.Now().Add(-time.Millisecond), "name")
		s.request(person(1), "case")
		s.flow(person(1), "f2", "zto", time.Now().Add(time.Millisecond), "name")
		time.Sleep(15 * time.Second)
		if got := s.got("sto"); len(got) > 0 {
			t.Errorf("sto was told %v before the log had the request", got)
		}
		time.Sleep(45 * time.Second)
		if got := s.got("sto"); !slices.Equal(got, []string{"case [name]"}) {
			t.Errorf("sto was told %v, want to erase the name", got)
		}
		if got := s.got("zto"); len(got) > 0 {
			t.Errorf("zto was told %v: what it got it got after the request", got)
		}
	})
}

func TestWhoIsToldByHandIsLeftToPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		defer s.start(t, "sto")()
		s.flow(person(1), "f1", "by-hand", time.Now(), "name")
		s.flow(person(1), "f2", "sto", time.Now(), "name")
		time.Sleep(time.Second)
		s.request(person(1), "case")
		time.Sleep(time.Minute)
		if got := s.got("sto"); len(got) != 1 || len(s.ids) != 1 {
			t.Errorf("sto was told %v, in %d events, want one of each", got, len(s.ids))
		}
	})
}

func TestALateFlowExtendsTheCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		defer s.start(t, "sto", "zto")()
		before := time.Now()
		time.Sleep(time.Minute)
		s.flow(person(1), "f1", "sto", before, "name")
		s.request(person(1), "case")
		time.Sleep(time.Minute)
		s.answer(person(1), "case", "sto", event.KindErasureExecuted)
		time.Sleep(time.Minute)
		s.flow(person(1), "late-1", "sto", before, "order")
		s.flow(person(1), "late-2", "zto", before, "name")
		time.Sleep(time.Minute)
		if got := s.got("sto"); !slices.Equal(got, []string{"case [name]", "case [order]"}) {
			t.Errorf("sto was told %v, want first the name, then the order", got)
		}
		if got := s.got("zto"); !slices.Equal(got, []string{"case [name]"}) {
			t.Errorf("zto was told %v, want to erase the name", got)
		}
	})
}

func TestALinkFoundOutLaterExtendsTheCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		defer s.start(t, "sto")()
		s.flow(person(2), "f1", "sto", time.Now(), "name")
		time.Sleep(time.Minute)
		s.request(person(1), "case")
		time.Sleep(time.Minute)
		if got := s.got("sto"); len(got) > 0 {
			t.Errorf("sto was told %v of another person", got)
		}
		s.add(record{link: &lineage.Link{A: person(2), B: person(1), Time: time.Now(), RecordedAt: time.Now(), Linked: true}})
		time.Sleep(time.Minute)
		if got := s.got("sto"); !slices.Equal(got, []string{"case [name]"}) {
			t.Errorf("sto was told %v, want to erase the name", got)
		}
	})
}

func TestWhoeverAnswersIsNotReminded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		s.every = time.Hour
		defer s.start(t, "sto", "zto")()
		for _, party := range []string{"sto", "zto"} {
			s.flow(person(1), "f-"+party, party, time.Now(), "name")
		}
		time.Sleep(time.Second)
		s.request(person(1), "case")
		time.Sleep(24 * time.Hour)
		s.answer(person(1), "case", "sto", event.KindErasureExecuted)
		time.Sleep(20 * 24 * time.Hour)
		if got := s.got("sto"); len(got) != 1 {
			t.Errorf("sto was told %v, want one notice: it has answered", got)
		}
		if got := s.got("zto"); len(got) != 3 {
			t.Errorf("zto was told %v, want the notice, a reminder, and one when its time was over", got)
		}
	})
}

// G6: a case about everyone reaches each recipient once, whatever the number of persons.
func TestACaseAboutEveryone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		s.every = time.Hour / 2
		defer s.start(t, "sto", "zto")()
		for n := range 1200 {
			s.flow(person(n), fmt.Sprint("f", n), []string{"sto", "zto"}[n%2], time.Now(), "name")
		}
		time.Sleep(time.Second)
		s.add(record{act: &lineage.Act{
			Event: lineage.Ref{Source: "/s", ID: "all"}, Kind: event.KindErasureRequested, Time: time.Now(),
			Controller: "tmall", Holder: "tmall", Ground: "cessation", Scope: "controller",
		}})
		time.Sleep(2 * time.Hour)
		for _, party := range []string{"sto", "zto"} {
			if got := s.got(party); len(got) != 1 || !s.inbox[party][0].Everyone || len(s.inbox[party][0].References) > 0 {
				t.Errorf("%s was told %v, want once, of everyone", party, got)
			}
		}
		s.answer("", "all", "sto", event.KindErasureExecuted)
		time.Sleep(16 * 24 * time.Hour)
		if a, b := len(s.got("sto")), len(s.got("zto")); a != 1 || b != 3 {
			t.Errorf("%d and %d notices, want 1 to who answered and 3 to who did not", a, b)
		}
	})
}

// One dead party among 50 does not delay the other 49.
func TestADeadPartyDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		var parties []string
		for n := range 50 {
			parties = append(parties, fmt.Sprint("party-", n))
		}
		s.set("party-7", errors.New("connection refused"), 30*time.Second)
		defer s.start(t, parties...)()
		for n := range 200 {
			for _, p := range parties {
				s.flow(person(n), fmt.Sprint(p, n), p, time.Now(), "name")
			}
		}
		time.Sleep(time.Second)
		for n := range 200 {
			s.request(person(n), fmt.Sprint("case-", n))
		}
		time.Sleep(10 * time.Second)
		for _, p := range parties {
			if got := len(s.got(p)); p != "party-7" && got != 200 {
				t.Errorf("%s got %d notices within 10 seconds, want 200", p, got)
			}
		}
		s.set("party-7", nil, 0)
		time.Sleep(time.Hour)
		if got := len(s.got("party-7")); got != 200 {
			t.Errorf("party-7 got %d notices when it was back, want 200", got)
		}
	})
}

type busy struct{ after time.Duration }

func (busy) Error() string               { return "too many requests" }
func (b busy) RetryAfter() time.Duration { return b.after }

func TestAPartyIsLeftAloneAsLongAsItAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		s.set("sto", busy{2 * time.Hour}, 0)
		defer s.start(t, "sto")()
		for n := range 3 {
			s.flow(person(n), fmt.Sprint(n), "sto", time.Now(), "name")
		}
		time.Sleep(time.Second)
		s.request(person(0), "case-0")
		time.Sleep(time.Minute)
		s.set("sto", nil, 0)
		s.request(person(1), "case-1")
		time.Sleep(time.Hour)
		if got := s.got("sto"); len(got) > 0 {
			t.Errorf("sto got %v, want nothing for two hours", got)
		}
		time.Sleep(2 * time.Hour)
		if got := s.got("sto"); len(got) != 2 {
			t.Errorf("sto got %v, want both", got)
		}
	})
}

// A party that is away is not knocked at by every case.
func TestABreakerOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		s.set("sto", errors.New("connection refused"), 0)
		defer s.start(t, "sto")()
		for n := range 500 {
			s.flow(person(n), fmt.Sprint(n), "sto", time.Now(), "name")
		}
		time.Sleep(time.Second)
		for n := range 500 {
			s.request(person(n), fmt.Sprint("case-", n))
		}
		time.Sleep(time.Hour)
		s.mu.Lock()
		attempts := len(s.ids)
		s.mu.Unlock()
		if attempts < 8 || attempts > 20 {
			t.Errorf("%d attempts in an hour, want about a dozen: five, then one in each pause", attempts)
		}
	})
}

// G6: the consumer is killed at every step. No notice is lost, and none is sent as
// a new one twice.
func TestKilledAtEveryStep(t *testing.T) {
	places := map[string]int{} // of all seeds: which of them one meets hangs on who runs first
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { killed(t, seed, places) })
		})
	}
	if len(places) < 4 {
		t.Errorf("killed at %v only, want every step", places)
	}
}

func killed(t *testing.T, seed uint64, places map[string]int) {
	random := rand.New(rand.NewPCG(seed, 1))
	s := newSite()
	s.deadly = func(where string) bool {
		if random.IntN(6) > 0 {
			return false
		}
		places[where]++
		return true
	}
	parties := []string{"sto", "zto", "yto"}
	for n := range 12 {
		for _, p := range parties {
			s.flow(person(n), fmt.Sprint(p, n), p, time.Now(), "name")
		}
		s.request(person(n), fmt.Sprint("case-", n))
	}
	for range 60 {
		stop := s.start(t, parties...)
		time.Sleep(time.Minute)
		stop()
	}
	s.mu.Lock()
	s.deadly = nil
	s.mu.Unlock()
	stop := s.start(t, parties...)
	time.Sleep(time.Hour)
	stop()
	for _, p := range parties {
		keys := map[string]map[string]bool{}
		for _, n := range s.inbox[p] {
			if keys[n.Case] == nil {
				keys[n.Case] = map[string]bool{}
			}
			keys[n.Case][n.ID] = true
		}
		for n := range 12 {
			if k := keys[fmt.Sprint("case-", n)]; len(k) != 1 {
				t.Errorf("%s got case-%d under %d keys, want one", p, n, len(k))
			}
		}
	}
	for id, n := range s.ids {
		if n != 1 {
			t.Errorf("the event %s was emitted %d times", id, n)
		}
	}
}
