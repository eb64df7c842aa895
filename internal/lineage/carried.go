package lineage

import (
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A carriage is a flow, and which of its categories it is about.
type carriage struct {
	*Flow
	categories []string
}

// giver is whose data moved: the holder's, or whom it was collected from.
func (f *Flow) giver() string {
	if f.Kind == event.KindCollected {
		return f.From
	}
	return f.Holder
}

// taker is the party that has the data afterwards; empty where it is none.
func (f *Flow) taker() string {
	switch f.Kind {
	case event.KindCollected:
		return f.Holder
	case event.KindShared, event.KindTransferredAbroad:
		return f.Recipient
	}
	return ""
}

// carried is what of the flows is data of the controller's, wherever it has got
// to: what is done in its name, or was collected from it; what derives from that
// by the events' own account; and what a party passes on, in its own name, of the
// kinds that it has from there, if it neither says where it has them from nor
// collected them itself.
func carried(flows []*Flow, controller string) []carriage {
	s := newSpread(flows, controller)
	s.seed = func(f *Flow) bool { return f.Controller == controller || f.From == controller }
	for _, f := range flows {
		if f.ownAccount() && f.Holder != controller {
			s.own(f)
		}
	}
	return s.run()
}

// ownAccount says whether the holder collected the data from the person as its
// own controller.
func (f *Flow) ownAccount() bool {
	return f.Kind == event.KindCollected && f.From == "" && f.Holder == f.Controller
}

// through is what of the carried came to the recipients, or through them to
// others; got says which category of whom.
func through(flows []carriage, controller string, recipients []string) (out []carriage, got func(holding) bool) {
	plain, all := make([]*Flow, len(flows)), map[*Flow][]string{}
	for i, f := range flows {
		plain[i], all[f.Flow] = f.Flow, f.categories
	}
	s := newSpread(plain, controller)
	s.seed = func(f *Flow) bool {
		return slices.Contains(recipients, f.taker()) || slices.Contains(recipients, f.giver())
	}
	s.categories = func(f *Flow) []string { return all[f] }
	return s.run(), func(h holding) bool {
		_, ok := s.had[h]
		return ok || slices.Contains(recipients, h.party)
	}
}

// A spread follows data from where it begins to wherever it was passed on. It
// comes to the same end in whatever order the flows are given.
type spread struct {
	flows      []*Flow
	controller string
	byRef      map[Ref][]*Flow
	seed       func(*Flow) bool
	categories func(*Flow) []string

	had   map[holding]time.Time // since when a party has a category from what is followed
	mine  map[holding]time.Time // since when it has the category from the person, on its own account
	moved map[*Flow][]string
}

type holding struct{ party, category string }

func newSpread(flows []*Flow, controller string) *spread {
	s := &spread{
		flows: flows, controller: controller, byRef: make(map[Ref][]*Flow, len(flows)),
		had: map[holding]time.Time{}, mine: map[holding]time.Time{}, moved: make(map[*Flow][]string, len(flows)),
		categories: func(f *Flow) []string { return f.Categories },
	}
	for _, f := range flows {
		s.byRef[f.Event] = append(s.byRef[f.Event], f)
	}
	return s
}

func (s *spread) own(f *Flow) {
	for _, c := range f.Categories {
		first(s.mine, holding{f.Holder, c}, f.Time)
	}
}

// first keeps the earliest moment.
func first(all map[holding]time.Time, h holding, at time.Time) {
	if old, ok := all[h]; !ok || at.Before(old) {
		all[h] = at
	}
}

func since(all map[holding]time.Time, h holding, at time.Time) bool {
	begin, ok := all[h]
	return ok && !begin.After(at)
}

// run goes over the flows until nothing more moves.
func (s *spread) run() (out []carriage) {
	for again := true; again; {
		again = false
		for _, f := range s.flows {
			if all := s.categories(f); len(s.moved[f]) < len(all) {
				again = s.move(f, all) || again
			}
		}
	}
	for _, f := range s.flows {
		if cs := s.moved[f]; len(cs) > 0 {
			out = append(out, carriage{f, cs})
		}
	}
	return out
}

// move says whether more of f's categories are followed than were before.
func (s *spread) move(f *Flow, all []string) bool {
	moved := s.which(f, all)
	if len(moved) <= len(s.moved[f]) {
		return false
	}
	s.moved[f] = moved
	if to := f.taker(); to != "" && to != s.controller {
		for _, c := range moved {
			first(s.had, holding{to, c}, f.Time)
		}
	}
	return true
}

func (s *spread) which(f *Flow, all []string) (moved []string) {
	if s.seed(f) {
		return all
	}
	explained := false
	for _, ref := range f.Parents {
		for _, p := range s.byRef[ref] {
			if len(s.moved[p]) > 0 {
				return all
			}
			explained = explained || p.taker() == f.giver() || p.giver() == f.giver()
		}
	}
	if explained {
		return nil
	}
	for _, c := range all {
		if s.has(f.giver(), c, f) && (f.ownDoing() || f.Controller == s.controller || s.has(f.Controller, c, f)) {
			moved = append(moved, c)
		}
	}
	return moved
}

// has says whether a party has the category from what is followed, and from
// nowhere else, when f happens.
func (s *spread) has(party, category string, f *Flow) bool {
	h := holding{party, category}
	return since(s.had, h, f.Time) && !since(s.mine, h, f.Time)
}

// ownDoing says whether who passed the data on, or collected it, is the one that
// answers for it: data of a third controller is that one's.
func (f *Flow) ownDoing() bool {
	return f.Controller == f.giver() || f.Kind == event.KindCollected && f.Controller == f.Holder
}
