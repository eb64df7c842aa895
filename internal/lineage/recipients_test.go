package lineage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// share is a flow of tmall's data from holder to recipient on a day of April.
func share(id, holder, recipient string, day int, categories ...string) lineage.Flow {
	return lineage.Flow{
		Event: lineage.Ref{Source: "/t", ID: id}, Kind: event.KindShared, Controller: "tmall",
		Holder: holder, Recipient: recipient, Categories: categories, Purpose: "order-delivery",
		LegalBasis: "pipl-13-1-2", Time: time.Date(2026, 4, day, 0, 0, 0, 0, time.UTC),
	}
}

func with(f lineage.Flow, change func(*lineage.Flow)) lineage.Flow {
	change(&f)
	return f
}

func TestRecipients(t *testing.T) {
	for name, c := range map[string]struct {
		flows []lineage.Flow
		want  []string
	}{
		"nothing": {},
		"one hop": {
			[]lineage.Flow{share("1", "tmall", "alipay", 1, "phone-number")},
			[]string{"tmall>alipay"},
		},
		"onward": {
			[]lineage.Flow{share("2", "cainiao", "sto", 2), share("1", "tmall", "cainiao", 1)},
			[]string{"tmall>cainiao", "tmall>cainiao>sto"},
		},
		"the shorter of two ways": {
			[]lineage.Flow{share("1", "tmall", "cainiao", 1), share("2", "cainiao", "sto", 2), share("3", "tmall", "sto", 3)},
			[]string{"tmall>cainiao", "tmall>sto"},
		},
		"a cycle that no controller is in": {
			[]lineage.Flow{share("1", "sto", "zto", 1), share("2", "zto", "sto", 2)},
			[]string{"zto>sto", "sto>zto"},
		},
		"back to the controller": {
			[]lineage.Flow{share("1", "tmall", "cainiao", 1), share("2", "cainiao", "tmall", 2)},
			[]string{"tmall>cainiao", "tmall>cainiao>tmall"},
		},
		"to oneself": {
			[]lineage.Flow{share("1", "tmall", "tmall", 1)},
			[]string{"tmall"},
		},
		"held without having been given": {
			[]lineage.Flow{share("1", "cainiao", "sto", 1)},
			[]string{"tmall>cainiao?", "tmall>cainiao>sto"},
		},
		"held, by the account of a parent": {
			[]lineage.Flow{
				share("1", "tmall", "cainiao", 1),
				with(share("2", "sto", "locker", 2), func(f *lineage.Flow) { f.Parents = []lineage.Ref{{Source: "/t", ID: "1"}} }),
			},
			[]string{"tmall>cainiao", "tmall>cainiao>sto?", "tmall>cainiao>sto>locker"},
		},
		"made public": {
			[]lineage.Flow{with(share("1", "tmall", "", 1), func(f *lineage.Flow) { f.Kind = event.KindDisclosed })},
			[]string{"tmall>*public"},
		},
		"two events of one name": {
			[]lineage.Flow{share("1", "tmall", "cainiao", 1), share("1", "tmall", "sto", 1)},
			[]string{"tmall>cainiao", "tmall>sto"},
		},
		"used by the controller": {
			[]lineage.Flow{with(share("1", "tmall", "", 1), func(f *lineage.Flow) { f.Kind = event.KindUsed })},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range lineage.Recipients(c.flows) {
				got = append(got, describe(r))
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("Recipients = %v, want %v", got, c.want)
			}
		})
	}
}

// describe is the path, with a mark where the recipient is inferred.
func describe(r lineage.Recipient) string {
	s := ""
	for i, p := range r.Path {
		if i > 0 {
			s += ">"
		}
		s += p
	}
	if r.Inferred {
		s += "?"
	}
	return s
}

func TestRecipientsAddUp(t *testing.T) {
	flows := []lineage.Flow{
		share("1", "tmall", "cainiao", 3, "name", "phone-number"),
		share("2", "tmall", "cainiao", 1, "delivery-address"),
		share("2", "tmall", "cainiao", 1, "delivery-address"), // once more
		with(share("3", "tmall", "cainiao", 2, "name"), func(f *lineage.Flow) {
			f.Kind, f.Country, f.Mechanism, f.Findings = event.KindTransferredAbroad, "SG", "standard-contract", []string{"x"}
			f.Relationship, f.RecipientRef, f.SDKName, f.LegalBasis = "provision", "wb1", "sdk", "pipl-13-1-1"
		}),
	}
	rs := lineage.Recipients(flows)
	if len(rs) != 1 {
		t.Fatalf("%d recipients, want 1", len(rs))
	}
	r := rs[0]
	got := fmt.Sprint(r.Categories, r.Purposes, r.Grounds, r.Relationships, r.Countries, r.Mechanisms, r.SDKs, r.Refs, r.Findings,
		r.First.Day(), r.Last.Day(), r.Events)
	want := "[delivery-address name phone-number] [order-delivery] [pipl-13-1-1 pipl-13-1-2] [provision] [SG] [standard-contract] [sdk] [wb1] [x] 1 3 3"
	if got != want {
		t.Errorf("Recipients = %s, want %s", got, want)
	}
}

// Whoever is named is found, whoever passed the data on, and a flow more never
// makes a recipient less or a path longer.
func TestRecipientsAgainstBruteForce(t *testing.T) {
	parties := []string{"tmall", "a", "b", "c", "d", "e"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var flows []lineage.Flow
		for i := range random.IntN(9) {
			from, to := parties[random.IntN(len(parties))], parties[random.IntN(len(parties))]
			flows = append(flows, share(fmt.Sprint(i), from, to, 1+random.IntN(28)))
		}
		got := map[string]lineage.Recipient{}
		for _, r := range lineage.Recipients(flows) {
			got[r.Party] = r
		}
		held := map[string]bool{}
		for _, f := range flows {
			held[f.Recipient] = true
			held[f.Holder] = held[f.Holder] || f.Holder != "tmall"
		}
		for p, h := range held {
			r, ok := got[p]
			if ok != h {
				t.Fatalf("%s found = %v, want %v in %v", p, ok, h, flows)
			}
			if want := walk(flows, p, len(flows)+2); ok && want > 0 && len(r.Path) != want {
				t.Fatalf("path to %s = %v, want %d parties in %v", p, r.Path, want, flows)
			}
		}
		if len(flows) == 0 {
			continue
		}
		for _, less := range lineage.Recipients(flows[1:]) {
			if more := got[less.Party]; more.Party == "" || more.Events < less.Events && !less.Inferred {
				t.Fatalf("a flow more: %v became %v", less, more)
			}
		}
	}
}

// walk is the number of parties on the shortest way from tmall to a party that
// some flow ends at, by trying every walk; 0 if there is none.
func walk(flows []lineage.Flow, party string, most int) int {
	given := map[string]bool{}
	for _, f := range flows {
		given[f.Recipient] = true
	}
	best := 0
	var visit func(at string, n int)
	visit = func(at string, n int) {
		if n > 1 && at == party && (best == 0 || n < best) {
			best = n
		}
		if n >= most || best > 0 && n >= best {
			return
		}
		for _, f := range flows {
			if f.Holder == at && f.Recipient != at {
				visit(f.Recipient, n+1)
			}
			if at == "tmall" && f.Holder != "tmall" && !given[f.Holder] {
				visit(f.Holder, n+1) // it had the data of the controller, nobody knows how
			}
		}
	}
	visit("tmall", 1)
	return best
}
