package lineage

import (
	"maps"
	"slices"
)

// A graph is by which parties the data came to each party.
type graph struct {
	givers map[string]map[string]bool // of a party: who gave it the data
	from   map[string][]string        // of a party that held the data: the shortest chain from a controller to it
}

// chains finds the shortest chains from the controllers over what was given; of
// chains of one length the one that is first in the order of its words. inferred
// parties got the data from the parties that their flows' parents name, or
// from the controller.
func chains(flows []Flow, inferred map[string]bool) *graph {
	g := &graph{givers: map[string]map[string]bool{}, from: map[string][]string{}}
	byRef := make(map[Ref]*Flow, len(flows))
	for i := range flows {
		f := &flows[i]
		byRef[f.Event] = f
		if f.Controller != "" {
			g.from[f.Controller] = []string{f.Controller}
		}
		if to := f.to(); to != "" {
			g.edge(f.Holder, to)
		}
	}
	for i := range flows {
		if f := &flows[i]; inferred[f.Holder] {
			for _, giver := range f.givers(byRef) {
				g.edge(giver, f.Holder)
			}
		}
	}
	g.spread()
	return g
}

// givers is who may have given the flow's holder what it had.
func (f *Flow) givers(byRef map[Ref]*Flow) []string {
	parties := []string{}
	for _, ref := range f.Parents {
		if p := byRef[ref]; p != nil && p.to() != Public {
			parties = append(parties, p.Recipient, p.Holder)
		}
	}
	parties = slices.DeleteFunc(parties, func(p string) bool { return p == "" || p == f.Holder })
	if len(parties) == 0 {
		return []string{f.Controller}
	}
	return parties[:1] // the last to have it, as far as the first parent says
}

func (g *graph) edge(from, to string) {
	if from == "" || from == to {
		return
	}
	if g.givers[to] == nil {
		g.givers[to] = map[string]bool{}
	}
	g.givers[to][from] = true
}

// spread goes outward from the controllers, one hop at a time.
func (g *graph) spread() {
	parties := slices.Sorted(maps.Keys(g.givers))
	for {
		next := map[string][]string{}
		for _, p := range parties {
			if g.from[p] == nil {
				if path := g.best(p); path != nil {
					next[p] = path
				}
			}
		}
		if len(next) == 0 {
			return
		}
		maps.Copy(g.from, next)
	}
}

// best is the shortest chain to party over those who gave it the data, nil if
// none of them is reached.
func (g *graph) best(party string) (path []string) {
	for giver := range g.givers[party] {
		if chain := g.from[giver]; chain != nil && (path == nil || before(chain, path[:len(path)-1])) {
			path = append(slices.Clone(chain), party)
		}
	}
	return path
}

// to is the chain to a recipient. One that no controller reaches begins with
// whoever gave it the data.
func (g *graph) to(party string) []string {
	if path := g.best(party); path != nil {
		return path
	}
	givers := slices.Sorted(maps.Keys(g.givers[party]))
	if len(givers) == 0 {
		return []string{party}
	}
	return []string{givers[0], party}
}

func before(a, b []string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return slices.Compare(a, b) < 0
}
