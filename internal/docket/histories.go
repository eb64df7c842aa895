package docket

import (
	"context"
	"maps"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
)

// histories are what is known of many persons, each with every pseudonym that was
// ever linked.
type histories struct {
	person map[string]int // whose a pseudonym is
	each   []lineage.History
	all    []lineage.Act // of cases about everyone
}

// read reads what there is to know of subjects and of whoever was ever linked with them.
func (d *Docket) read(ctx context.Context, k ledger.Known, subjects []string) (*histories, error) {
	links, err := d.Log.Links(ctx, k, subjects...)
	if err != nil {
		return nil, err
	}
	h := newHistories(subjects, links)
	everybody := slices.Sorted(maps.Keys(h.person))
	flows, err := d.Log.Flows(ctx, k, everybody...)
	if err != nil {
		return nil, err
	}
	acts, err := d.Log.Acts(ctx, k, everybody...)
	if err != nil {
		return nil, err
	}
	consents, err := d.Log.Consents(ctx, k, everybody...)
	if err != nil {
		return nil, err
	}
	for _, f := range flows {
		p := &h.each[h.person[f.Subject]]
		p.Flows = append(p.Flows, f)
	}
	for _, c := range consents {
		p := &h.each[h.person[c.Subject]]
		p.Consents = append(p.Consents, c)
	}
	for _, a := range acts {
		if a.Subject == "" {
			h.all = append(h.all, a)
			continue
		}
		p := &h.each[h.person[a.Subject]]
		p.Acts = append(p.Acts, a)
	}
	return h, nil
}

// newHistories gives all that were ever linked one history.
func newHistories(subjects []string, links []lineage.Link) *histories {
	h := &histories{person: map[string]int{}}
	neighbours := map[string][]string{}
	for _, l := range links {
		neighbours[l.A], neighbours[l.B] = append(neighbours[l.A], l.B), append(neighbours[l.B], l.A)
	}
	for _, s := range subjects {
		if _, known := h.person[s]; known {
			continue
		}
		n := len(h.each)
		h.each = append(h.each, lineage.History{})
		for front := []string{s}; len(front) > 0; {
			one := front[0]
			front = front[1:]
			if _, known := h.person[one]; !known {
				h.person[one] = n
				front = append(front, neighbours[one]...)
			}
		}
	}
	for _, l := range links {
		p := &h.each[h.person[l.A]]
		p.Links = append(p.Links, l)
	}
	return h
}

// of is what is known of the person with a pseudonym.
func (h *histories) of(subject string) lineage.History {
	own := h.each[h.person[subject]]
	own.Acts = slices.Concat(own.Acts, h.all)
	return own
}

func subjectsOf(acts []lineage.Act) (subjects []string) {
	for _, a := range acts {
		subjects = append(subjects, a.Subject)
	}
	slices.Sort(subjects)
	return slices.Compact(subjects)
}
