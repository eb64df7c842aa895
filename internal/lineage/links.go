package lineage

import (
	"maps"
	"slices"
	"time"
)

// A Link is a word on two pseudonyms: that they are one person, or that they are not.
type Link struct {
	A, B             string
	Time, RecordedAt time.Time
	Linked           bool
}

// Aliases returns the subjects and all pseudonyms of the same persons, sorted: in
// either direction, over any number of links. Two are linked if the newest word
// on them up to at says so, or any later word does: who a person is does not
// change, so a link that was noticed late counts, and one that was undone
// afterwards stood at the time. Of two words of one moment the one that links
// wins: a recipient too many is found out, one too few is not.
func Aliases(links []Link, at time.Time, subjects ...string) []string {
	neighbours := map[string][]string{}
	for p := range linked(links, at) {
		neighbours[p[0]] = append(neighbours[p[0]], p[1])
		neighbours[p[1]] = append(neighbours[p[1]], p[0])
	}
	known := map[string]bool{}
	for front := slices.Clone(subjects); len(front) > 0; {
		s := front[len(front)-1]
		front = front[:len(front)-1]
		if !known[s] {
			known[s] = true
			front = append(front, neighbours[s]...)
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// knownAt is the links that were known at a moment.
func knownAt(links []Link, at time.Time) []Link {
	return slices.DeleteFunc(slices.Clone(links), func(l Link) bool { return l.Time.After(at) || l.RecordedAt.After(at) })
}

// linked is the pairs that are one person, each in the order of its words.
func linked(links []Link, at time.Time) map[[2]string]bool {
	pairs, newest := map[[2]string]bool{}, map[[2]string]Link{}
	for _, l := range links {
		p := [2]string{min(l.A, l.B), max(l.A, l.B)}
		if l.Time.After(at) {
			if l.Linked {
				pairs[p] = true
			}
			continue
		}
		if old, ok := newest[p]; !ok || l.Time.After(old.Time) || l.Time.Equal(old.Time) && l.Linked {
			newest[p] = l
		}
	}
	for p, l := range newest {
		if l.Linked {
			pairs[p] = true
		}
	}
	return pairs
}
