package lineage

import (
	"cmp"
	"slices"
)

// A Tally adds up the plans of many persons to one about them all. It keeps what
// there is of parties and categories, not of persons, however many these are.
// Its zero value is empty.
type Tally struct {
	Persons int // who had anything to erase, at whatever party
	items   map[string]*Item
	choices map[string]map[tallied]*Choice
}

type tallied struct {
	category string
	decision Decision
}

// Add adds the plan of one more person.
func (t *Tally) Add(p Plan) {
	if t.items == nil {
		t.items, t.choices = map[string]*Item{}, map[string]map[tallied]*Choice{}
	}
	if len(p.Holders()) > 0 {
		t.Persons++
	}
	for i := range p.Items {
		t.add(&p.Items[i])
	}
}

func (t *Tally) add(i *Item) {
	all := t.items[i.Party]
	if all == nil {
		all = &Item{Party: i.Party, Own: i.Own, Path: i.Path, First: i.First}
		t.items[i.Party], t.choices[i.Party] = all, map[tallied]*Choice{}
	}
	if before(i.Path, all.Path) {
		all.Path = i.Path
	}
	if i.First.Before(all.First) {
		all.First = i.First
	}
	if i.Last.After(all.Last) {
		all.Last = i.Last
	}
	all.Public, all.UnknownBelow = union(all.Public, i.Public), union(all.UnknownBelow, i.UnknownBelow)
	for _, c := range i.Choices {
		k := tallied{c.Category, c.Decision}
		sum := t.choices[i.Party][k]
		if sum == nil {
			sum = &Choice{Category: c.Category, Decision: c.Decision, Reason: c.Reason, Exemption: c.Exemption, Until: c.Until}
			t.choices[i.Party][k] = sum
		}
		sum.Persons++
		if sum.Until != "" && (c.Until == "" || c.Until > sum.Until) {
			sum.Exemption, sum.Until = c.Exemption, c.Until
		}
		if c.Erased.After(sum.Erased) {
			sum.Erased = c.Erased
		}
	}
}

// Plan is the plan about all of them. A category has a choice for each decision
// that somebody's has; what is kept is kept as long as anybody's.
func (t *Tally) Plan(r Request) Plan {
	p := Plan{Request: r}
	for party, i := range t.items {
		item := *i
		for _, c := range t.choices[party] {
			if c.Decision != Nothing || len(t.choices[party]) == 1 {
				item.Choices = append(item.Choices, *c)
			}
		}
		slices.SortFunc(item.Choices, func(a, b Choice) int {
			return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Decision, b.Decision))
		})
		p.Items = append(p.Items, item)
	}
	slices.SortFunc(p.Items, compareItems)
	return p
}

func compareItems(a, b Item) int {
	return cmp.Or(cmp.Compare(len(a.Path), len(b.Path)), cmp.Compare(a.Party, b.Party))
}

func union(a, b []string) []string {
	for _, s := range b {
		if i, found := slices.BinarySearch(a, s); !found {
			a = slices.Insert(a, i, s)
		}
	}
	return a
}
