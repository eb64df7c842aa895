package findings_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

const (
	grant    = `{"controller":"tmall","consent_id":"c-1","consent_form":"separate","purposes":["marketing"],"recipients":["alimama"]}`
	withdraw = `{"controller":"tmall","consent_id":"c-1"}`
	relying  = `{"controller":"tmall","recipient":"alimama","relationship":"provision","purpose":"marketing","categories":["phone-number"],"legal_basis":"pipl-13-1-1","consent_id":"c-1"}`
	using    = `{"controller":"tmall","purpose":"marketing","categories":["phone-number"]}`
	erase    = `{"controller":"tmall","ground":"person-request","scope":"all"}`
	cease    = `{"controller":"tmall","ground":"cessation","scope":"controller"}`
)

// options are a runner's in the world.
func (w *world) options() findings.Options {
	return findings.Options{
		Lead:   func(ctx context.Context) (findings.Lead, error) { return w.db.Lead(ctx, store.LeadLease) },
		Record: w.db, Judge: by(w.judge()), Topic: &w.topic, Every: 20 * time.Millisecond, Retry: time.Millisecond, People: 5,
	}
}

// keep runs a runner until the findings are as far as the world.
func (w *world) keep(o findings.Options) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- findings.New(o).Run(ctx) }()
	deadline := time.Now().Add(10 * time.Minute)
	for !w.kept() {
		if time.Now().After(deadline) {
			w.t.Fatal("the findings do not get as far as the log")
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) kept() bool {
	w.t.Helper()
	last, _, err := w.db.LastStep(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for partition, next := range w.next {
		if last.Below[ledger.Partition{Cluster: w.cluster, Topic: "custody.events", ID: partition}] != int64(next) {
			return false
		}
	}
	return true
}

func (w *world) want(want ...string) {
	w.t.Helper()
	slices.Sort(want)
	if got := w.stands(); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("findings = %q, want %q", got, want)
	}
}

// Withdrawal at T: what happened before stays clean, what happened after is found,
// also where either, or the withdrawal, comes late.
func TestWithdrawal(t *testing.T) {
	w := newWorld(t)
	who := w.person(1)
	w.happen(0, act{"grant", "consent.granted", who, 1, grant, nil}, act{"before", "data.shared", who, 2, relying, nil}, act{"after", "data.shared", who, 4, relying, nil})
	w.keep(w.options())
	w.want()
	w.happen(1, act{"withdrawal", "consent.withdrawn", who, 3, withdraw, nil})
	w.keep(w.options())
	w.want("after consent-withdrawn")
	w.happen(0, act{"late-before", "data.shared", who, 2.5, relying, nil}, act{"late-after", "data.shared", who, 3.5, relying, nil})
	w.keep(w.options())
	w.want("after consent-withdrawn", "late-after consent-withdrawn")
	w.happen(1, act{"given-again", "consent.granted", who, 3.2, grant, nil})
	w.keep(w.options())
	w.want() // void, and not deleted
	var raised, voided int
	for _, text := range w.topic.told {
		var e struct{ Type, ID string }
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		switch e.Type {
		case findings.Raised:
			raised++
		case findings.Voided:
			voided++
		}
	}
	if raised != 2 || voided != 2 {
		t.Errorf("the topic was told of %d raised and %d voided, want 2 and 2: %q", raised, voided, w.topic.told)
	}
}

// What the writer of the log found is among the findings, once.
func TestFindingsOfTheWriter(t *testing.T) {
	w := newWorld(t)
	w.happen(0, act{"a", "data.used", w.person(1), 1, using, []string{"undeclared-purpose", "policy-missing"}}, act{"b", "data.used", w.person(2), 1, using, nil})
	w.keep(w.options())
	w.want("a policy-missing", "a undeclared-purpose")
	again := w.options()
	again.Record = fromScratch{w.db}
	w.keep(again)
	w.want("a policy-missing", "a undeclared-purpose")
}

// A request of nobody in particular is one of everybody.
func TestErasureOfEveryone(t *testing.T) {
	w := newWorld(t)
	w.happen(0, act{"a", "data.used", w.person(1), 3, using, nil}, act{"b", "data.used", w.person(2), 1, using, nil}, act{"c", "data.used", w.person(3), 3, using, nil})
	w.keep(w.options())
	w.want()
	w.happen(1, act{"end", "erasure.requested", "", 2, cease, nil})
	w.keep(w.options())
	w.want("a resurrected", "c resurrected")
}

// Pseudonyms that are linked are one person; a link that is taken back was none.
func TestLinkedPseudonyms(t *testing.T) {
	w := newWorld(t)
	one, two, three := w.person(1), w.person(2), w.person(3)
	link := func(to string) string { return fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, to) }
	w.happen(0, act{"request", "erasure.requested", one, 1, erase, nil}, act{"flow", "data.used", three, 2, using, nil})
	w.keep(w.options())
	w.want()
	w.happen(1, act{"l1", "subject.linked", two, 3, link(one), nil}, act{"l2", "subject.linked", two, 3, link(three), nil})
	w.keep(w.options())
	w.want("flow resurrected")
	w.happen(1, act{"u1", "subject.unlinked", two, 4, link(one), nil})
	w.keep(w.options())
	w.want()
}

// fromScratch is the record of someone who knows nothing of earlier steps.
type fromScratch struct{ *store.DB }

func (f fromScratch) LastStep(ctx context.Context) (ledger.FindingStep, bool, error) {
	last, clean, err := f.DB.LastStep(ctx)
	return ledger.FindingStep{Step: last.Step, Below: map[ledger.Partition]int64{}}, clean, err
}

// stories are acts of some persons, in any order, in any partition.
func (w *world) stories(r *rand.Rand, persons int) (acts []act) {
	for n := range persons {
		who := w.person(n)
		for i := range 12 {
			hour := float64(r.IntN(40))
			for _, k := range []struct {
				kind, data string
				chance     int
			}{
				{"consent.granted", grant, 20}, {"consent.withdrawn", withdraw, 15}, {"data.shared", relying, 60}, {"data.used", using, 30},
				{"erasure.requested", erase, 5}, {"data.collected", `{"controller":"tmall","purpose":"registration","categories":["phone-number"],"origin":"person","retention_until":"2026-04-18"}`, 10},
				{"subject.linked", fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, w.person((n+1)%persons)), 3},
				{"subject.unlinked", fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, w.person((n+1)%persons)), 3},
			} {
				if r.IntN(100) < k.chance {
					acts = append(acts, act{fmt.Sprintf("%d-%d-%s-%d", n, i, k.kind, int(hour)), k.kind, who, hour, k.data, nil})
				}
			}
		}
	}
	return acts
}

// The same events give the same findings, in whatever order and pieces they come,
// however often the runner begins again, and however it is killed.
func TestSameFindings(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 5))
	w := newWorld(t)
	acts := w.stories(r, 8)
	all := map[string]bool{}
	for n := range 3 {
		v, mine := w.another(acts)
		r.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		for pieces := range slices.Chunk(mine, len(mine)/(1+2*n)+1) {
			v.happen(int32(r.IntN(3)), pieces...)
			o := v.options()
			if n == 2 {
				o.Lead = v.failing(r)
				o.Topic = &unreliable{&v.topic, r}
			}
			v.keep(o)
		}
		all[strings.Join(v.stands(), "\n")] = true
		if len(all) > 1 || len(v.stands()) < 20 {
			t.Fatalf("findings differ, or are few: %v", all)
		}
		v.physicallyOnce()
		v.toldAll()
		before := len(v.topic.told)
		again := v.options()
		again.Record = fromScratch{v.db}
		again.Judge = by(other{v.judge()})
		v.keepFromScratch(again)
		if told := v.topic.told[before:]; len(told) > 0 {
			t.Errorf("from scratch %d findings change: %q", len(told), told)
		}
	}
}

// another is a world in which the same happens.
func (w *world) another(acts []act) (v *world, same []act) {
	v, same = newWorld(w.t), slices.Clone(acts)
	for i := range same {
		same[i].who = strings.ReplaceAll(same[i].who, w.cluster, v.cluster)
		same[i].data = strings.ReplaceAll(same[i].data, w.cluster, v.cluster)
	}
	return v, same
}

// other is a judge of another catalogue that says the same.
type other struct{ judge }

func (other) Catalogue() string { return "another" }

// keepFromScratch waits for a step of the other catalogue.
func (w *world) keepFromScratch(o findings.Options) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- findings.New(o).Run(ctx) }()
	deadline := time.Now().Add(10 * time.Minute)
	for {
		last, _, err := w.db.LastStep(w.t.Context())
		if err != nil || time.Now().After(deadline) {
			w.t.Fatal(err, "no step of the other catalogue")
		}
		if last.Catalogue == "another" && w.kept() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		w.t.Fatal(err)
	}
}

// physicallyOnce: no change of a finding is stored twice.
func (w *world) physicallyOnce() {
	w.t.Helper()
	found, err := w.db.Findings(w.t.Context(), ledger.FindingFilter{Source: "/t/" + w.cluster})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range found {
		changes, err := w.db.History(w.t.Context(), f.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		stands, because, field := false, "", ""
		for _, c := range changes {
			if c.Stands == stands && c.Because == because && c.Field == field {
				w.t.Errorf("finding %s is stored twice as it was: %+v", f.ID, changes)
			}
			stands, because, field = c.Stands, c.Because, c.Field
		}
	}
}

// toldAll: the topic was told of every change that stands.
func (w *world) toldAll() {
	w.t.Helper()
	told := strings.Join(w.topic.told, "\n")
	found, err := w.db.Findings(w.t.Context(), ledger.FindingFilter{Source: "/t/" + w.cluster})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range found {
		if !strings.Contains(told, fmt.Sprintf(`"id":"%s-%d"`, f.ID, f.DetectedAt.UnixMicro())) {
			w.t.Errorf("the topic was not told of %s", f.ID)
		}
	}
}

var errKilled = errors.New("killed")

// A failing lead dies at any step: before it does what it is told, or after.
type failing struct {
	findings.Lead
	r *rand.Rand
}

func (w *world) failing(r *rand.Rand) func(context.Context) (findings.Lead, error) {
	return func(ctx context.Context) (findings.Lead, error) {
		lead, err := w.db.Lead(ctx, store.LeadLease)
		if err != nil {
			return nil, err
		}
		return &failing{lead, r}, nil
	}
}

// Quiet does not wait: nothing is under way where only this process stores.
func (f *failing) Quiet(context.Context) error { return nil }

func (f *failing) die(do func() error) error {
	switch f.r.IntN(14) {
	case 0:
		return errKilled
	case 1:
		_ = do()
		return errKilled
	}
	return do()
}

func (f *failing) Store(ctx context.Context, step uint64, changes []ledger.Finding, at, until time.Time) error {
	return f.die(func() error { return f.Lead.Store(ctx, step, changes, at, until) })
}

func (f *failing) Note(ctx context.Context, what string, s ledger.FindingStep, at, until time.Time) error {
	if what == ledger.StepReleased {
		return f.Lead.Note(ctx, what, s, at, until)
	}
	return f.die(func() error { return f.Lead.Note(ctx, what, s, at, until) })
}

// unreliable fails before or after it has published.
type unreliable struct {
	*topic
	r *rand.Rand
}

func (u *unreliable) Publish(ctx context.Context, messages []event.Message) error {
	switch u.r.IntN(14) {
	case 0:
		return errKilled
	case 1:
		_ = u.topic.Publish(ctx, messages)
		return errKilled
	}
	return u.topic.Publish(ctx, messages)
}
