package lineage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A world is the oracle: parties really hold copies of data, pass them on and
// erase them, and tell the log. Nothing in it reasons about events, so what the
// plan finds out from the log alone can be held against what is so.
type world struct {
	random *rand.Rand
	now    int
	copies map[place]copied          // who has what
	gone   map[place]map[string]bool // was there through whom, and was erased

	flows []lineage.Flow
	acts  []lineage.Act
	links []lineage.Link
	alias map[string]bool // pseudonyms that are the person "me"

	people int // how many there are pseudonyms of; of one, nothing is linked
}

// A place is where a copy can be: of whose data, of whom, of what kind, at which party.
type place struct{ controller, person, category, party string }

// A copied is how the copy came: by which event, and through whom. Way is that of
// the last event, now of all since the party last erased it, ever of all.
type copied struct {
	event          lineage.Ref
	way, now, ever map[string]bool
}

var (
	worldParties    = []string{"tmall", "a", "b", "c", "d"}
	worldCategories = []string{"name", "phone-number", "order"}
	worldPeople     = []string{"me", "me2", "you"}
)

func (w *world) time() time.Time {
	w.now++
	return day(1).Add(time.Duration(w.now) * time.Minute)
}

func (w *world) pick(from []string) string { return from[w.random.IntN(len(from))] }

func (w *world) log(f lineage.Flow) lineage.Ref {
	f.Event = lineage.Ref{Source: "/w", ID: fmt.Sprint(len(w.flows))}
	f.Time = w.time()
	f.RecordedAt = f.Time.Add(time.Duration(w.random.IntN(600)) * time.Minute)
	f.Purpose, f.LegalBasis = "order-delivery", "pipl-13-1-2"
	w.flows = append(w.flows, f)
	return f.Event
}

// step lets one thing happen.
func (w *world) step() {
	switch n := w.random.IntN(20); {
	case n < 6:
		w.collect()
	case n < 17:
		w.share()
	case n < 19:
		w.erase()
	case w.people > 1:
		w.link()
	}
}

// collect: a party gets data from the person. Only controllers of their own do.
func (w *world) collect() {
	c, who, category := w.pick(worldParties[:3]), w.pick(worldPeople[:w.people]), w.pick(worldCategories)
	ref := w.log(lineage.Flow{Kind: event.KindCollected, Subject: who, Controller: c, Holder: c, Origin: "person", Categories: []string{category}})
	w.put(place{c, who, category, c}, ref, nil)
}

// share: a party passes on a copy, and tells as much as such parties do.
func (w *world) share() {
	held := slices.SortedFunc(maps.Keys(w.copies), comparePlaces)
	if len(held) == 0 {
		return
	}
	from := held[w.random.IntN(len(held))]
	to := from
	to.party = w.pick(worldParties)
	if to.party == from.party {
		return
	}
	f := lineage.Flow{
		Kind: event.KindShared, Subject: from.person, Controller: from.controller, Holder: from.party,
		Recipient: to.party, Categories: []string{from.category}, RecipientRef: "ref-" + to.party,
	}
	if w.random.IntN(4) == 0 && to.party != from.controller && (from.party != "tmall" || from.controller == "tmall") { // the other side tells
		f = lineage.Flow{
			Kind: event.KindCollected, Subject: from.person, Controller: from.controller, Holder: to.party,
			From: from.party, Origin: "third-party", Categories: f.Categories,
		}
		if from.party == "tmall" && to.party != "tmall" && w.random.IntN(2) == 0 {
			f.Controller = to.party
		}
	}
	if from.party != from.controller && from.party != "tmall" && f.Kind == event.KindShared && w.random.IntN(2) == 0 {
		f.Controller = from.party // as a controller of its own: then only the parent, or nothing else, tells whose it is
		if w.random.IntN(2) == 0 || w.ambiguous(from) {
			f.Parents = []lineage.Ref{w.copies[from].event}
		}
	}
	way := w.copies[from].ever
	if len(f.Parents) > 0 {
		way = w.copies[from].way // it says which
	}
	if way = maps.Clone(way); way == nil || from.party == from.controller {
		way = map[string]bool{}
	}
	way[from.party] = true
	w.put(to, w.log(f), way)
}

// ambiguous says whether the party has ever had the same kind of data from
// elsewhere: an honest party then says which it passed on.
func (w *world) ambiguous(p place) bool {
	other := func(q place) bool {
		return q.party == p.party && q.category == p.category && q.controller != p.controller
	}
	for q := range w.copies {
		if other(q) {
			return true
		}
	}
	for q := range w.gone {
		if other(q) {
			return true
		}
	}
	return false
}

// erase: a party erases all that it has of one person of one controller, in a case.
func (w *world) erase() {
	controller, who, party := w.pick(worldParties[:3]), w.pick(worldPeople[:w.people]), w.pick(worldParties)
	id := fmt.Sprint("earlier-", w.now)
	w.acts = append(w.acts, lineage.Act{
		Kind: event.KindErasureRequested, Event: lineage.Ref{Source: "/w", ID: id}, Subject: who, Time: w.time(), Controller: controller, Scope: "all",
	})
	done := lineage.Act{
		Kind: event.KindErasureExecuted, Event: lineage.Ref{Source: "/w", ID: id + "-done"}, RequestID: id, Subject: who, Time: w.time(),
		Controller: controller, Holder: controller, Recipient: party,
	}
	people := w.same(who)
	if w.random.IntN(2) == 0 {
		done.Categories = []string{w.pick(worldCategories)}
	}
	for p := range maps.Clone(w.copies) {
		if p.controller == controller && slices.Contains(people, p.person) && p.party == party &&
			(len(done.Categories) == 0 || slices.Contains(done.Categories, p.category)) {
			w.gone[p] = w.copies[p].ever
			delete(w.copies, p)
		}
	}
	w.acts = append(w.acts, done)
}

func (w *world) same(who string) []string {
	if w.alias[who] {
		return slices.Sorted(maps.Keys(w.alias))
	}
	return []string{who}
}

func (w *world) link() {
	w.links = append(w.links, lineage.Link{A: "me2", B: "me", Time: w.time(), Linked: true})
	w.alias["me2"] = true
}

func (w *world) put(p place, event lineage.Ref, way map[string]bool) {
	now, ever := maps.Clone(way), maps.Clone(way)
	if now == nil {
		now, ever = map[string]bool{}, map[string]bool{}
	}
	maps.Copy(now, w.copies[p].now)
	maps.Copy(ever, w.copies[p].ever)
	maps.Copy(ever, w.gone[p])
	w.copies[p] = copied{event, way, now, ever}
}

func comparePlaces(a, b place) int {
	return strings.Compare(a.controller+a.person+a.category+a.party, b.controller+b.person+b.category+b.party)
}

func newWorld(seed uint64, people, steps int) *world {
	w := &world{people: people, random: rand.New(rand.NewPCG(seed, 7)), copies: map[place]copied{}, gone: map[place]map[string]bool{}, alias: map[string]bool{"me": true}}
	for range steps {
		w.step()
	}
	return w
}

// history is what the log tells, in no order.
func (w *world) history() lineage.History {
	shuffle(w.random, w.flows)
	shuffle(w.random, w.acts)
	shuffle(w.random, w.links)
	return lineage.History{Flows: w.flows, Acts: w.acts, Links: w.links}
}

func shuffle[T any](random *rand.Rand, s []T) {
	random.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
}

// G6: of the person's data that the controller answers for, no holder is missed
// and none is invented, whatever was passed on, erased and linked before.
func TestPlanAgainstBruteForce(t *testing.T) {
	several := 0
	for seed := range uint64(4000) {
		w := newWorld(seed, 3, 4+int(seed%40))
		me := w.same("me")
		r := lineage.Request{Case: "now", Subject: "me", Controller: "tmall", Scope: "all", Time: w.time(), RecordedAt: w.time()}
		want := map[string]bool{}
		for p := range w.copies {
			if p.controller == "tmall" && slices.Contains(me, p.person) {
				want[p.party+" "+p.category] = true
			}
		}
		plan := lineage.NewPlan(w.history(), r, lineage.Terms{})
		got := left(plan)
		if !maps.Equal(got, want) {
			t.Fatalf("seed %d: plan = %v, want %v\nflows %s", seed, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)), w.told())
		}
		if len(plan.Holders()) > 2 {
			several++
		}
	}
	if several < 1000 {
		t.Errorf("%d of 4000 worlds had more than two holders, want them to be worth asking", several)
	}
}

// A request about one recipient finds what is there and what went on through it,
// and nothing that others have by another way.
func TestPlanOfARecipientAgainstBruteForce(t *testing.T) {
	found := 0
	for seed := range uint64(4000) {
		w := newWorld(seed, 1, 4+int(seed%40)) // of one pseudonym: what came under one may go on under another
		x := w.pick(worldParties[1:])
		r := lineage.Request{Case: "now", Subject: "me", Controller: "tmall", Scope: "recipients", Recipients: []string{x}, Time: w.time(), RecordedAt: w.time()}
		want := map[string]bool{}
		for p, c := range w.copies {
			if p.controller == "tmall" && p.person == "me" && (p.party == x || c.now[x] && p.party != "tmall") {
				want[p.party+" "+p.category] = true
			}
		}
		got := left(lineage.NewPlan(w.history(), r, lineage.Terms{}))
		if !maps.Equal(got, want) {
			t.Fatalf("seed %d: plan of %s = %v, want %v\nflows %s", seed, x, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)), w.told())
		}
		if len(want) > 1 {
			found++
		}
	}
	if found < 500 {
		t.Errorf("%d worlds had more than one thing to find, want them to be worth asking", found)
	}
}

// left is what the plan says is held still: parties and categories.
func left(plan lineage.Plan) map[string]bool {
	all := map[string]bool{}
	for _, i := range plan.Items {
		for _, c := range i.Choices {
			if c.Decision != lineage.Nothing {
				all[i.Party+" "+c.Category] = true
			}
		}
	}
	return all
}

func (w *world) told() string {
	slices.SortFunc(w.flows, func(a, b lineage.Flow) int { return a.Time.Compare(b.Time) })
	var b strings.Builder
	for _, f := range w.flows {
		fmt.Fprintf(&b, "\n%s %s %s of %s: %s from %q to %q, %v, parents %v", f.Time.Format("15:04"), f.Kind.Type(), f.Event.ID, f.Subject, f.Controller, f.From+f.Holder, f.Recipient, f.Categories, f.Parents)
	}
	for _, a := range w.acts {
		fmt.Fprintf(&b, "\n%s %s %s of %s: %s at %s, %v", a.Time.Format("15:04"), a.Kind.Type(), a.Event.ID, a.Subject, a.Controller, a.Recipient, a.Categories)
	}
	return b.String()
}
