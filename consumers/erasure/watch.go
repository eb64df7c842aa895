package erasure

import (
	"container/heap"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/lineage"
)

// A watch remembers the cases that something is still to come of, and when each
// is to be looked at next. A case that nothing more is due in by time alone is
// forgotten; what is logged of it brings it back.
type watch struct {
	mu    sync.Mutex
	cases map[docket.Key]*watched
	queue byTime
}

type watched struct {
	request lineage.Act
	next    time.Time
	place   int // in the queue; -1: not in it

	unlogged map[lineage.Ref]lineage.Act // what was told and is not in the log yet
	notes    map[string]int              // how often each party was told something
}

func newWatch() *watch {
	return &watch{cases: map[docket.Key]*watched{}}
}

// add has a case looked at at once.
func (w *watch) add(request lineage.Act) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.of(request)
	if older(&request, &c.request) {
		c.request = request
	}
	w.at(c, time.Unix(0, 0))
}

// older says which of two requests of one id opens the case: the first that was logged.
func older(a, b *lineage.Act) bool { return a.RecordedAt.Before(b.RecordedAt) }

// note remembers what a party was told until the log has it.
func (w *watch) note(request, told lineage.Act) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.of(request)
	c.unlogged[told.Event] = told
	c.notes[told.Recipient]++
}

// notes is how often a party was told something in a case.
func (w *watch) notes(key docket.Key, party string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.cases[key]; c != nil {
		return c.notes[party]
	}
	return 0
}

func (w *watch) of(request lineage.Act) *watched {
	key := docket.KeyOf(&request)
	c := w.cases[key]
	if c == nil {
		c = &watched{request: request, place: -1, unlogged: map[lineage.Ref]lineage.Act{}, notes: map[string]int{}}
		w.cases[key] = c
	}
	return c
}

// due takes out the cases that are to be looked at now.
func (w *watch) due(now time.Time) (requests []lineage.Act) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) > 0 && !w.queue[0].next.After(now) {
		c := heap.Pop(&w.queue).(*watched)
		requests = append(requests, c.request)
	}
	return requests
}

// again puts cases back that could not be looked at.
func (w *watch) again(requests []lineage.Act, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range requests {
		if c := w.cases[docket.KeyOf(&requests[i])]; c != nil && c.place < 0 {
			w.at(c, now)
		}
	}
}

// told is what the parties were told that the log does not have yet, and how
// often each was told something.
func (w *watch) told(key docket.Key, logged []lineage.Act) (acts []lineage.Act, notes map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cases[key]
	if c == nil {
		return nil, nil
	}
	for i := range logged {
		delete(c.unlogged, logged[i].Event)
	}
	for _, a := range c.unlogged {
		acts = append(acts, a)
	}
	return acts, maps.Clone(c.notes)
}

// set says when the case is to be looked at next; never is the end of the watch.
func (w *watch) set(key docket.Key, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cases[key]
	switch {
	case c == nil || c.place >= 0: // something came meanwhile
	case !next.IsZero():
		w.at(c, next)
	case len(c.unlogged) == 0:
		delete(w.cases, key)
	}
}

func (w *watch) at(c *watched, next time.Time) {
	c.next = next
	if c.place < 0 {
		heap.Push(&w.queue, c)
		return
	}
	heap.Fix(&w.queue, c.place)
}

// size is how many cases are watched.
func (w *watch) size() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.cases)
}

// byTime is a heap of cases, the next first.
type byTime []*watched

func (q byTime) Len() int           { return len(q) }
func (q byTime) Less(i, j int) bool { return q[i].next.Before(q[j].next) }
func (q byTime) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push is for the heap.
func (q *byTime) Push(c any) {
	c.(*watched).place = len(*q)
	*q = append(*q, c.(*watched))
}

// Pop is for the heap.
func (q *byTime) Pop() any {
	c := (*q)[len(*q)-1]
	*q = slices.Delete(*q, len(*q)-1, len(*q))
	c.place = -1
	return c
}
