package e2e_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

// howMany is how many events the crash test sends: CUSTODY_E2E_EVENTS or enough
// for every kill to fall into the middle of them.
func howMany(t *testing.T) int {
	t.Helper()
	text := os.Getenv("CUSTODY_E2E_EVENTS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		t.Fatalf("CUSTODY_E2E_EVENTS is %q, want a number from 1,000", text)
	}
	return n
}

// Whatever is killed or put to sleep while events are logged, afterwards every record
// has exactly one row, the row that a plain judge gives it, and every refused
// one its dead letter.
func TestG1NothingVanishesAndG2ExactlyOnceUnderKills(t *testing.T) {
	n := howMany(t)
	w := newWorld(t, "kills", 4)
	w.Rows, w.Age = n/100, 100*time.Millisecond
	want := w.live(t, n)
	consumer := w.start(t)
	kills := []string{"consumer", "clickhouse", "sleep", "both", "consumer", "clickhouse"}
	for i, kill := range kills {
		w.await(t, (i+1)*n/(len(kills)+2))
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		if left := n - w.logged(); left == 0 {
			t.Fatalf("all is logged before kill %d: the test shows nothing", i)
		}
		t.Logf("kill %s at %d rows", kill, w.logged())
		if kill == "clickhouse" || kill == "both" {
			w.server.Kill(t)
		}
		switch kill {
		case "consumer", "both":
			consumer.kill()
			consumer = w.start(t)
		case "sleep": // another takes over, then the sleeper wakes and finds itself fenced
			sleeper := consumer
			sleeper.signal(t, syscall.SIGSTOP)
			consumer = w.start(t)
			w.await(t, w.logged()+n/20)
			sleeper.signal(t, syscall.SIGCONT)
		}
	}
	w.await(t, n)
	time.Sleep(2 * w.Age) // what would come too often may still come
	w.intact(t)
	w.rowsFit(t)
	if got := w.counts(t); !maps.Equal(got, want) {
		t.Errorf("the log holds %v, want %v", got, want)
	}
	for what := range want {
		if !strings.HasPrefix(what, simulate.Rejected) && what != simulate.Conflict {
			delete(want, what)
		}
	}
	w.lettersFit(t, want)
}

// live sends n events of a simulated day, all of them before it returns.
func (w *world) live(t *testing.T, n int) (want map[string]int) {
	t.Helper()
	o := simulate.Day(99, yesterday())
	o.Events, o.Conflicts = n, 0.001
	s, p := simulate.New(o), w.emitter(t)
	want = map[string]int{}
	chunk := make([]event.Message, 0, 5000)
	for i := range n {
		m, e := s.Next()
		want[strings.TrimSpace(e.Outcome+" "+e.Reason.String())]++
		if chunk = append(chunk, m); len(chunk) == cap(chunk) || i == n-1 {
			w.send(t, p, chunk)
			chunk = make([]event.Message, 0, 5000)
		}
	}
	return want
}
