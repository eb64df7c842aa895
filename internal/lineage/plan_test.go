package lineage_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// request is made to tmall on the 10th of April, and known at once.
func request(change ...func(*lineage.Request)) lineage.Request {
	r := lineage.Request{Case: "now", Controller: "tmall", Scope: "all", Time: day(10), RecordedAt: day(10)}
	for _, c := range change {
		c(&r)
	}
	return r
}

// collected is what a party gets from the person in its own name.
func collected(id, party string, n int, categories ...string) lineage.Flow {
	return lineage.Flow{
		Event: lineage.Ref{Source: "/t", ID: id}, Kind: event.KindCollected, Controller: party, Holder: party,
		Categories: categories, Time: day(n), LegalBasis: "pipl-13-1-2",
	}
}

// executed is what tmall's earlier case "old" came to at a party.
func executed(party string, n int, categories ...string) lineage.Act {
	return lineage.Act{
		Kind: event.KindErasureExecuted, RequestID: "old", Controller: "tmall", Holder: "tmall", Recipient: party, Time: day(n), Categories: categories,
	}
}

func restricted(party, until string, n int, categories ...string) lineage.Act {
	a := executed(party, n, categories...)
	a.Kind, a.Exemption, a.Until = event.KindErasureRestricted, "backup", until
	return a
}

func notified(party string, n int, categories ...string) lineage.Act {
	a := executed(party, n, categories...)
	a.Kind, a.Delivery = event.KindErasureNotified, "sent"
	return a
}

var old = lineage.Act{Kind: event.KindErasureRequested, Event: lineage.Ref{Source: "/t", ID: "old"}, Controller: "tmall", Holder: "tmall", Time: day(4), Scope: "all"}

func TestDecisions(t *testing.T) {
	shanghai := time.FixedZone("", 8*60*60)
	keep := lineage.Retention{Categories: []string{"order"}, Purposes: []string{"order-delivery"}, Years: 3}
	for name, c := range map[string]struct {
		history lineage.History
		terms   lineage.Terms
		request lineage.Request
		want    string
	}{
		"held": {
			history: flows(share("1", "tmall", "cainiao", 1, "name", "order")),
			want:    "tmall: name erase held, order erase held; cainiao: name erase held, order erase held",
		},
		"statutory retention, from the last flow": {
			history: flows(share("1", "tmall", "cainiao", 1, "order"), share("2", "tmall", "cainiao", 3, "order", "name")),
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want: "tmall: name erase held, order restrict must-keep statutory-retention until 2029-04-03; " +
				"cainiao: name erase held, order restrict must-keep statutory-retention until 2029-04-03",
		},
		"a day begins where the policy is": {
			history: flows(with(share("1", "tmall", "tmall", 1, "order"), func(f *lineage.Flow) { f.Time = day(1).Add(17 * time.Hour) })),
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}, Zone: shanghai},
			want:    "tmall: order restrict must-keep statutory-retention until 2029-04-02",
		},
		"a later day that the event states": {
			history: flows(with(share("1", "tmall", "tmall", 1, "order"), func(f *lineage.Flow) { f.RetentionUntil = "2030-01-01" })),
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want:    "tmall: order restrict must-keep statutory-retention until 2030-01-01",
		},
		"retention of another purpose": {
			history: flows(with(share("1", "tmall", "tmall", 1, "order"), func(f *lineage.Flow) { f.Purpose = "advertising" })),
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want:    "tmall: order erase held",
		},
		"retention of a role only": {
			history: flows(share("1", "tmall", "alipay", 1, "order")),
			terms: lineage.Terms{
				Parties:    map[string]lineage.Party{"alipay": {Role: "payment-institution"}},
				Retentions: []lineage.Retention{{Parties: []string{"payment-institution"}, Exemption: "legal-claim"}},
			},
			want: "tmall: order erase held; alipay: order restrict must-keep legal-claim until ?",
		},
		"retention that is over": {
			history: flows(with(share("1", "tmall", "tmall", 1, "order"), func(f *lineage.Flow) { f.Time = day(9).AddDate(-3, 0, 0) })),
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want:    "tmall: order erase held",
		},
		"the last day of retention": {
			history: flows(with(share("1", "tmall", "tmall", 1, "order"), func(f *lineage.Flow) { f.Time = day(10).AddDate(-3, 0, 0) })),
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want:    "tmall: order restrict must-keep statutory-retention until 2026-04-10",
		},
		"the person gave it to the recipient, too": {
			history: flows(share("1", "tmall", "alipay", 1, "name"), collected("2", "alipay", 2, "name")),
			want:    "tmall: name erase held; alipay: name ask own-authorisation",
		},
		"the person allowed the recipient": {
			history: lineage.History{
				Flows:    []lineage.Flow{share("1", "tmall", "alipay", 1, "name", "face")},
				Consents: []lineage.Consent{{Controller: "alipay", ID: "c", Categories: []string{"face"}, Time: day(1), Granted: true}},
			},
			want: "tmall: face erase held, name erase held; alipay: face ask own-authorisation, name erase held",
		},
		"the person withdrew that": {
			history: lineage.History{
				Flows: []lineage.Flow{share("1", "tmall", "alipay", 1, "name")},
				Consents: []lineage.Consent{
					{Controller: "alipay", ID: "c", Time: day(1), Granted: true}, {Controller: "alipay", Time: day(2)},
				},
			},
			want: "tmall: name erase held; alipay: name erase held",
		},
		"declared to have it from the person": {
			history: flows(share("1", "tmall", "alipay", 1, "name")),
			terms:   lineage.Terms{Parties: map[string]lineage.Party{"alipay": {Authorised: []string{"name"}}}},
			want:    "tmall: name erase held; alipay: name ask own-authorisation",
		},
		"a law had it given": {
			history: flows(with(share("1", "tmall", "customs", 1, "name"), func(f *lineage.Flow) { f.LegalBasis = "pipl-13-1-3" })),
			want:    "tmall: name ask statutory-duty; customs: name ask statutory-duty",
		},
		"anonymised": {
			history: flows(collected("0", "tmall", 1, "age"), with(share("1", "tmall", "lab", 2, "age"), func(f *lineage.Flow) { f.Protection = "anonymised" })),
			want:    "tmall: age erase held; lab: age nothing anonymised",
		},
		"erased before": {
			history: lineage.History{Flows: []lineage.Flow{share("1", "tmall", "sto", 1, "name")}, Acts: []lineage.Act{old, executed("sto", 5)}},
			want:    "tmall: name erase held; sto: name nothing erased-before 2026-04-05",
		},
		"given again since": {
			history: lineage.History{
				Flows: []lineage.Flow{share("1", "tmall", "sto", 1, "name", "order"), share("2", "tmall", "sto", 6, "name")},
				Acts:  []lineage.Act{executed("sto", 5), old},
			},
			want: "tmall: name erase held, order erase held; sto: name erase held, order nothing erased-before 2026-04-05",
		},
		"erased at the very moment": {
			history: lineage.History{Flows: []lineage.Flow{share("1", "tmall", "sto", 5, "name")}, Acts: []lineage.Act{old, executed("sto", 5)}},
			want:    "tmall: name erase held; sto: name erase held",
		},
		"erased after the request": {
			history: lineage.History{Flows: []lineage.Flow{share("1", "tmall", "sto", 1, "name")}, Acts: []lineage.Act{old, executed("sto", 11)}},
			want:    "tmall: name erase held; sto: name erase held",
		},
		"erased all it was told of": {
			history: lineage.History{
				Flows: []lineage.Flow{share("1", "tmall", "sto", 1, "name", "order")},
				Acts:  []lineage.Act{old, notified("sto", 4, "name"), executed("sto", 5)},
			},
			want: "tmall: name erase held, order erase held; sto: name nothing erased-before 2026-04-05, order erase held",
		},
		"erased but for what it said it keeps": {
			history: lineage.History{
				Flows: []lineage.Flow{share("1", "tmall", "sto", 1, "name", "order")},
				Acts:  []lineage.Act{executed("sto", 5), restricted("sto", "2027-01-01", 4, "order"), old},
			},
			want: "tmall: name erase held, order erase held; sto: name nothing erased-before 2026-04-05, order restrict said-it-keeps backup until 2027-01-01",
		},
		"erased but for what had to be kept": {
			history: lineage.History{Flows: []lineage.Flow{share("1", "tmall", "tmall", 1, "name", "order")}, Acts: []lineage.Act{old, executed("", 5)}},
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want:    "tmall: name nothing erased-before 2026-04-05, order restrict must-keep statutory-retention until 2029-04-01",
		},
		"erased although it had to be kept": {
			history: lineage.History{Flows: []lineage.Flow{share("1", "tmall", "tmall", 1, "order")}, Acts: []lineage.Act{old, executed("", 5, "order")}},
			terms:   lineage.Terms{Retentions: []lineage.Retention{keep}},
			want:    "tmall: order nothing erased-before 2026-04-05",
		},
		"erased in a case that nobody knows": {
			history: lineage.History{Flows: []lineage.Flow{share("1", "tmall", "sto", 1, "name")}, Acts: []lineage.Act{executed("sto", 5)}},
			want:    "tmall: name erase held; sto: name erase held",
		},
		"certain categories": {
			history: flows(share("1", "tmall", "sto", 1, "name", "order")),
			request: request(func(r *lineage.Request) { r.Scope, r.Categories = "categories", []string{"order"} }),
			want:    "tmall: order erase held; sto: order erase held",
		},
		"one recipient and those below": {
			history: flows(share("1", "tmall", "cainiao", 1, "name"), share("2", "cainiao", "sto", 2, "name"), share("3", "tmall", "alipay", 2, "name"), share("4", "alipay", "sto", 3, "order")),
			request: request(func(r *lineage.Request) { r.Scope, r.Recipients = "recipients", []string{"cainiao"} }),
			want:    "cainiao: name erase held; sto: name erase held",
		},
		"of another controller": {
			history: flows(with(share("1", "1688", "sto", 1, "name"), func(f *lineage.Flow) { f.Controller = "1688" })),
			want:    "",
		},
		"obtained from the recipient": {
			history: flows(with(collected("1", "tmall", 1, "name"), func(f *lineage.Flow) { f.From = "alipay" })),
			want:    "tmall: name erase held",
		},
		"the recipient says that it has it from us": {
			history: flows(with(collected("1", "1688", 1, "name"), func(f *lineage.Flow) { f.From = "tmall" })),
			want:    "1688: name erase held",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.request.Case == "" {
				c.request = request()
			}
			if got := told(lineage.NewPlan(c.history, c.request, c.terms)); got != c.want {
				t.Errorf("NewPlan = %s, want %s", got, c.want)
			}
		})
	}
}

func flows(fs ...lineage.Flow) lineage.History { return lineage.History{Flows: fs} }

// told is a plan in words.
func told(p lineage.Plan) string {
	var items []string
	for _, i := range p.Items {
		var choices []string
		for _, c := range i.Choices {
			s := fmt.Sprint(c.Category, " ", c.Decision, " ", c.Reason)
			if c.Decision == lineage.Restrict {
				s += " " + c.Exemption + " until " + cmp.Or(c.Until, "?")
			}
			if !c.Erased.IsZero() {
				s += " " + c.Erased.Format(time.DateOnly)
			}
			choices = append(choices, s)
		}
		items = append(items, i.Party+": "+strings.Join(choices, ", "))
	}
	return strings.Join(items, "; ")
}

func TestLateAndResurrected(t *testing.T) {
	known := func(n int) func(*lineage.Flow) { return func(f *lineage.Flow) { f.RecordedAt = day(n) } }
	h := flows(
		with(share("before", "tmall", "sto", 9, "name"), known(9)),
		with(share("a millisecond before", "tmall", "zto", 9, "name"), func(f *lineage.Flow) {
			f.Time, f.RecordedAt = day(10).Add(-time.Millisecond), day(10)
		}),
		with(share("late", "tmall", "sto", 8, "order"), known(12)),
		with(share("after", "tmall", "yto", 11, "name"), known(11)),
	)
	p := lineage.NewPlan(h, request(), lineage.Terms{})
	late := map[string]string{}
	for _, i := range p.Items {
		for _, c := range i.Choices {
			for _, l := range c.Late {
				late[i.Party] += c.Category + " " + l.Event.ID
			}
		}
	}
	if want := "tmall: name erase held, order erase held; sto: name erase held, order erase held; zto: name erase held"; told(p) != want {
		t.Errorf("NewPlan = %s, want %s", told(p), want)
	}
	if late["sto"] != "order late" || late["zto"] != "" {
		t.Errorf("Late = %v, want the one that was logged after the request", late)
	}
	if got := fmt.Sprint(p.Resurrected); got != "[{/t after}]" {
		t.Errorf("Resurrected = %s, want the flow after the request", got)
	}
}

func TestUnknownBelow(t *testing.T) {
	terms := lineage.Terms{Parties: map[string]lineage.Party{
		"cainiao": {Onward: []string{"carrier", "locker"}}, "sto": {Role: "carrier", Onward: []string{"courier"}}, "tmall": {Onward: []string{"anyone"}},
	}}
	h := flows(share("1", "tmall", "cainiao", 1, "name"), share("2", "cainiao", "sto", 2, "name"))
	var got []string
	for _, i := range lineage.NewPlan(h, request(), terms).Items {
		got = append(got, fmt.Sprint(i.Party, i.UnknownBelow))
	}
	if want := []string{"tmall[]", "cainiao[locker]", "sto[courier]"}; !slices.Equal(got, want) {
		t.Errorf("UnknownBelow = %v, want %v", got, want)
	}
}

func TestItemsSayHow(t *testing.T) {
	h := flows(
		collected("0", "tmall", 1, "name"),
		with(share("1", "tmall", "cainiao", 2, "name"), func(f *lineage.Flow) { f.RecipientRef = "waybill-2" }),
		with(share("2", "tmall", "cainiao", 3, "name"), func(f *lineage.Flow) { f.RecipientRef = "waybill-1" }),
		with(share("3", "cainiao", "sto", 4, "name"), func(f *lineage.Flow) { f.RecipientRef = "sto-1" }),
		with(share("4", "tmall", "", 4, "review"), func(f *lineage.Flow) { f.Kind = event.KindDisclosed }),
	)
	var got []string
	for _, i := range lineage.NewPlan(h, request(), lineage.Terms{}).Items {
		got = append(got, fmt.Sprint(strings.Join(i.Path, ">"), " ", i.Own, " ", i.Refs, i.Public, i.First.Day(), i.Last.Day()))
	}
	want := []string{"tmall true [] [review] 1 4", "tmall>cainiao false [waybill-1 waybill-2] [] 2 4", "tmall>cainiao>sto false [sto-1] [] 4 4"}
	if !slices.Equal(got, want) {
		t.Errorf("Items = %q, want %q", got, want)
	}
}

func BenchmarkNewPlan(b *testing.B) {
	var fs []lineage.Flow
	for n := range 40 {
		fs = append(fs, share(fmt.Sprint(n), "tmall", fmt.Sprint("party-", n%8), 1+n%9, "name", "phone-number", "order"))
	}
	terms := lineage.Terms{Retentions: []lineage.Retention{{Categories: []string{"order"}, Years: 3}}}
	for b.Loop() {
		lineage.NewPlan(flows(fs...), request(), terms)
	}
}
