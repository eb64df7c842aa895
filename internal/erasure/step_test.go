package erasure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func TestSteps(t *testing.T) {
	ask := erase("name")
	ask.Decision = lineage.Ask
	for name, c := range map[string]struct {
		plan lineage.Plan
		acts []lineage.Act
		now  time.Time
		want string
	}{
		"the first notice":               {plan(erase("name"), keep("order", "2029-04-01")), nil, day(2), "first 1/0 erase [name] ask [] keep [order] by 2026-04-17"},
		"asked whether it may keep":      {plan(ask), nil, day(2), "first 1/0 erase [] ask [name] keep [] by 2026-04-17"},
		"only to be kept":                {plan(keep("order", "")), nil, day(2), "first 1/0 erase [] ask [] keep [order] by 2026-04-17"},
		"once only":                      {plan(erase("name")), []lineage.Act{sent(1, 2, "name")}, day(3), ""},
		"only to be kept, once only":     {plan(keep("order", "")), []lineage.Act{sent(1, 2)}, day(3), ""},
		"after a failure":                {plan(erase("name")), []lineage.Act{failed(1, 2)}, day(3), "first 2/0 erase [name] ask [] keep [] by 2026-04-17"},
		"a late flow":                    {plan(late(erase("name"), "f", 5), erase("order")), []lineage.Act{sent(1, 2, "name", "order")}, day(6), "late 2/1 erase [name] ask [] keep [] by 2026-04-17"},
		"a late flow, once only":         {plan(late(erase("name"), "f", 5)), []lineage.Act{sent(1, 2, "name"), told(sent(2, 6, "name"), "f")}, day(6).Add(time.Hour), ""},
		"no reminder yet":                {plan(erase("name")), []lineage.Act{sent(1, 2, "name")}, day(13), ""},
		"a reminder before the deadline": {plan(erase("name")), []lineage.Act{sent(1, 2, "name")}, day(14), "reminder 2/1 erase [name] ask [] keep [] by 2026-04-17"},
		"which is sent once":             {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), sent(2, 14, "name")}, day(15), ""},
		"and one when it is over":        {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), sent(2, 14, "name")}, day(17), "reminder 3/2 erase [name] ask [] keep [] by 2026-04-17"},
		"nobody who answered":            {plan(erase("name")), []lineage.Act{sent(1, 2, "name"), executed(5)}, day(17), ""},
		"a hold that ended":              {plan(keep("order", "2026-04-20")), []lineage.Act{sent(1, 2)}, day(21), "hold 2/1 erase [order] ask [] keep [] by 2026-05-06"},
		"a hold that ended, once only":   {plan(keep("order", "2026-04-20")), []lineage.Act{sent(1, 2), sent(2, 21, "order")}, day(22), ""},
		"nothing left":                   {plan(lineage.Choice{Category: "name", Decision: lineage.Nothing}), nil, day(2), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			fold := erasure.Fold(c.plan, c.acts, rules, c.now)
			for _, s := range fold.Steps() {
				n := s.Notice
				kept := []string{}
				for _, k := range n.Keep {
					kept = append(kept, k.Category)
				}
				got += fmt.Sprintf("%s %d/%d erase %v ask %v keep %v by %s", s.Why, s.Attempt, s.Round, n.Erase, n.Ask, kept, n.Deadline.Format(time.DateOnly))
			}
			if got != c.want {
				t.Errorf("Steps = %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhoeverHasNoChannelIsSentNothing(t *testing.T) {
	c := erasure.Fold(plan(erase("name")), nil, erasure.Rules{}, day(2))
	if steps := c.Steps(); len(steps) > 0 || !c.Parties[0].Unreachable {
		t.Errorf("Steps = %d, unreachable %v, want none: nobody knows how to tell it", len(steps), c.Parties[0].Unreachable)
	}
}

// Between now and Next nothing changes by itself.
func TestNext(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for n := range 500 {
		p, acts := randomCase(random)
		acts = slices.DeleteFunc(acts, func(a lineage.Act) bool { return a.Time.After(day(5)) })
		now := day(5)
		c := erasure.Fold(p, acts, rules, now)
		next := c.Next()
		if next.IsZero() {
			next = day(5).AddDate(1, 0, 0)
		}
		if got, want := shown(erasure.Fold(p, acts, rules, next.Add(-time.Nanosecond))), shown(c); got != want {
			t.Fatalf("case %d: just before Next = %v it is %s, want what it was: %s", n, next, got, want)
		}
	}
}

func TestPausesGrow(t *testing.T) {
	var acts []lineage.Act
	at, pauses := day(2), []time.Duration{}
	for n := 1; n < 14; n++ {
		acts = append(acts, with(failed(n, 2), func(a *lineage.Act) { a.Time = at }))
		c := erasure.Fold(plan(erase("name")), acts, rules, at)
		next := c.Steps()[0].NotBefore
		pauses = append(pauses, next.Sub(at))
		at = next
	}
	for i, least := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if p := pauses[i]; p < least || p > least*5/4 {
			t.Errorf("pause %d = %v, want %v and up to a quarter more", i+1, p, least)
		}
	}
	if last := pauses[len(pauses)-1]; last < 6*time.Hour || last > 6*time.Hour*5/4 {
		t.Errorf("last pause = %v, want 6 hours and up to a quarter more", last)
	}
}

// A notice says what its recipient needs, and nothing else.
func TestNoticesAreNoLeak(t *testing.T) {
	p := plan(erase("name"))
	p.Items = append(p.Items, lineage.Item{Party: "alipay", Refs: []string{"ali-1"}, Choices: []lineage.Choice{erase("face")}})
	c := erasure.Fold(p, nil, rules, day(2))
	s := c.Steps()[0]
	text := string(s.Notice.CloudEvent("/custody/erasure"))
	for _, secret := range []string{"0199f3a2", "ali-1", "alipay", "face"} {
		if strings.Contains(text, secret) {
			t.Errorf("the notice holds %s: %s", secret, text)
		}
	}
	if !strings.Contains(text, "waybill-1") || !json.Valid([]byte(text)) {
		t.Errorf("the notice is %s, want JSON with the recipient's reference", text)
	}
}

func TestStepsAreEventsOfTheContract(t *testing.T) {
	c := erasure.Fold(plan(late(erase("name"), "f", 5)), nil, rules, day(6))
	s := c.Steps()[0]
	e := s.Event(request, "/custody/erasure", day(6), true)
	if err := e.Validate(); err != nil {
		t.Errorf("Validate = %v", err)
	}
	if got := fmt.Sprint(e.Parents, e.Categories, e.Attempt, e.Delivery); got != "[{/t r} {/t f}] [name] 1sent" {
		t.Errorf("Event = %s", got)
	}
	if f := s.Event(request, "/custody/erasure", day(6), false); f.ID == e.ID {
		t.Error("a failure has the id of a success")
	}
}

// The order of events does not matter, nor how often one is told.
func TestFoldIsOfASet(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for n := range 3000 {
		p, acts := randomCase(random)
		now := day(1 + random.IntN(40))
		want := shown(erasure.Fold(p, acts, rules, now))
		again := append(slices.Clone(acts), acts[:random.IntN(len(acts)+1)]...)
		random.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if got := shown(erasure.Fold(p, again, rules, now)); got != want {
			t.Fatalf("case %d: Fold = %s in another order, want %s", n, got, want)
		}
	}
}

func shown(c erasure.Case) string {
	var b bytes.Buffer
	fmt.Fprint(&b, words(c))
	for _, s := range c.Steps() {
		fmt.Fprint(&b, " | ", s.Why, s.Attempt, s.Round, s.Notice.ID, s.NotBefore.Unix())
	}
	return b.String()
}

func randomCase(random *rand.Rand) (lineage.Plan, []lineage.Act) {
	var choices []lineage.Choice
	for _, c := range []string{"face", "name", "order"} {
		switch random.IntN(4) {
		case 0:
			choices = append(choices, keep(c, fmt.Sprintf("2026-04-%02d", 1+random.IntN(30))))
		case 1:
			choices = append(choices, late(erase(c), "late-"+c, 1+random.IntN(20)))
		default:
			choices = append(choices, erase(c))
		}
	}
	categories := func() []string { return []string{"face", "name", "order"}[:random.IntN(4)] }
	var acts []lineage.Act
	for i := range random.IntN(10) {
		n := 1 + random.IntN(25)
		switch random.IntN(6) {
		case 0:
			acts = append(acts, told(sent(i+1, n, categories()...), "late-order"))
		case 1:
			acts = append(acts, failed(i+1, n))
		case 2:
			acts = append(acts, executed(n, categories()...))
		case 3:
			acts = append(acts, restricted(fmt.Sprintf("2026-04-%02d", 1+random.IntN(30)), n, categories()...))
		case 4:
			acts = append(acts, with(act(event.KindErasureRefused, n), func(a *lineage.Act) { a.Refusal = "unfounded" }))
		default:
			acts = append(acts, act(event.KindErasureAcknowledged, n))
		}
	}
	return plan(choices...), acts
}

// G6: whoever follows the steps and crashes anywhere says nothing twice under a
// new key, and nothing is left unsaid.
func TestNoticesAfterCrashes(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	for n := range 500 {
		p, _ := randomCase(random)
		var acts []lineage.Act
		said := map[string]map[string]bool{} // what was said, under which keys
		for now := day(1); now.Before(day(60)); now = now.Add(12 * time.Hour) {
			c := erasure.Fold(p, acts, rules, now)
			for _, s := range c.Steps() {
				if now.Before(s.NotBefore) {
					continue
				}
				works := random.IntN(3) > 0
				if works {
					what := fmt.Sprint(s.Why, s.Round, s.Notice.Erase, s.Notice.Keep)
					if said[what] == nil {
						said[what] = map[string]bool{}
					}
					said[what][s.Notice.ID] = true
				}
				if random.IntN(4) == 0 {
					continue // killed before the event was out
				}
				acts = append(acts, actOf(s.Event(request, "/c", now, works)))
			}
		}
		for what, keys := range said {
			if len(keys) != 1 {
				t.Fatalf("case %d: %q was said under %d keys, want 1", n, what, len(keys))
			}
		}
		c := erasure.Fold(p, acts, rules, day(60))
		for _, g := range c.Parties[0].Categories {
			if g.State == erasure.Open && !slices.ContainsFunc(acts, func(a lineage.Act) bool { return a.Delivery == "sent" && slices.Contains(a.Categories, g.Category) }) {
				t.Fatalf("case %d: nobody was told to erase %s", n, g.Category)
			}
		}
	}
}

// actOf is the event as the log has it.
func actOf(e *event.ErasureNotified) lineage.Act {
	a := lineage.Act{
		Event: lineage.Ref{Source: e.Source, ID: e.ID}, Kind: event.KindErasureNotified, Time: e.Time, RecordedAt: e.Time,
		Controller: string(e.Controller), Holder: string(e.Controller), Recipient: string(e.Recipient), RequestID: e.RequestID,
		Channel: string(e.NoticeChannel), Delivery: string(e.Delivery), Attempt: e.Attempt,
	}
	for _, c := range e.Categories {
		a.Categories = append(a.Categories, string(c))
	}
	for _, p := range e.Parents {
		a.Parents = append(a.Parents, lineage.Ref{Source: p.Source, ID: p.ID})
	}
	return a
}

func TestRemind(t *testing.T) {
	for name, c := range map[string]struct {
		acts []lineage.Act
		want string
	}{
		"who was told":             {[]lineage.Act{sent(1, 1, "name", "order")}, "reminder 2 [name order]"},
		"who has answered in part": {[]lineage.Act{sent(1, 1, "name", "order"), executed(2, "order")}, "reminder 2 [name]"},
		"who was never told":       {nil, "nobody"},
		"who could not be told":    {[]lineage.Act{failed(1, 1)}, "nobody"},
		"who has answered for all": {[]lineage.Act{sent(1, 1, "name", "order"), executed(2)}, "nobody"},
		"who was reminded already": {[]lineage.Act{sent(1, 1, "name", "order"), sent(2, 3, "name", "order")}, "reminder 3 [name order]"},
	} {
		fold := erasure.Fold(plan(erase("name"), erase("order")), c.acts, rules, day(3))
		got := "nobody"
		if s, ok := fold.Remind("sto"); ok {
			got = fmt.Sprint(s.Why, " ", s.Attempt, " ", s.Notice.Erase)
			if !s.Notice.Reminder {
				t.Errorf("%s: the notice does not say that it is a reminder", name)
			}
		}
		if got != c.want {
			t.Errorf("%s: Remind = %s, want %s", name, got, c.want)
		}
	}
}
