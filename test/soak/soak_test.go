package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/schemas/event"
)

// This binary is also the writer.
func TestMain(m *testing.M) {
	embedded.ChildMain()
	if os.Getenv(ordersVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// The window forgets most of the events, and is too large for its memory to be judged.
func TestSoak(t *testing.T) {
	if err := run(t.Context(), []string{"-events", "20000", "-partitions", "2", "-window", "1300"}); err != nil {
		t.Fatal(err)
	}
}

// What the run is judged by: every event is valid, and the same one however it is told.
func TestTellings(t *testing.T) {
	now := time.Now()
	l := newLife(settings{events: 10_000_000}, now)
	d := event.NewDecoder(event.Options{})
	for _, number := range []int{1, 2, 99_999, 123_456, 9_999_999} {
		seen := map[[16]byte]bool{}
		for telling := range tellings {
			m := l.event(number, telling)
			r, rejection := d.Decode(&m, now)
			if rejection != nil {
				t.Fatalf("event %d told %d is rejected: %v", number, telling, rejection)
			}
			seen[r.ContentHash()] = true
			if len(m.Value) < 400 || len(m.Value) > 700 {
				t.Errorf("event %d has %d bytes", number, len(m.Value))
			}
		}
		if len(seen) != 1 {
			t.Errorf("event %d has %d contents, want 1", number, len(seen))
		}
	}
}

func TestFlat(t *testing.T) {
	o := settings{window: 10, partitions: 1}
	for name, c := range map[string]struct {
		second, last float64
		accepted     int
		flat         bool
	}{
		"the same":                 {400, 400, 80, true},
		"less":                     {400, 300, 80, true},
		"a little more":            {400, 459, 80, true},
		"more":                     {400, 461, 80, false},
		"more, while it must grow": {400, 461, 79, true},
		"nothing was seen":         {0, 400, 80, false},
	} {
		err := flat([4]quarter{1: {median: c.second}, 3: {median: c.last}}, o, c.accepted)
		if (err == nil) != c.flat {
			t.Errorf("%s: flat(%v, %v) = %v, want %v", name, c.second, c.last, err, c.flat)
		}
	}
}

// A quarter is of events, not of time.
func TestQuarters(t *testing.T) {
	w := &watch{events: 400}
	for i, logged := range []int{50, 100, 200, 300, 350, 400} {
		w.samples = append(w.samples, sample{time.Duration(i+1) * time.Second, logged, float64(10 * (i + 1))})
	}
	got, want := fmt.Sprint(w.quarters()), "[{20 20 50} {30 30 100} {40 40 100} {60 60 50}]"
	if got != want {
		t.Errorf("quarters() = %s, want %s", got, want)
	}
}
