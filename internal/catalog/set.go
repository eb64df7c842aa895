package catalog

import (
	"math/bits"

	"github.com/datacustody/custody/schemas/event"
)

// A Set holds terms of one list. It has room for maxTerms.
type Set [8]uint64

// maxTerms is how many terms a list may have, the user's included.
const maxTerms = 8*64 - 1

// Add puts a term into the set.
func (s *Set) Add(t event.Term) { s[t/64&7] |= 1 << (t % 64) }

// Has says whether a term is in the set.
func (s *Set) Has(t event.Term) bool { return s[t/64&7]&(1<<(t%64)) != 0 }

// Lacks is how many of other's terms are not in the set.
func (s *Set) Lacks(other *Set) (n int) {
	for i, word := range other {
		if missing := word &^ s[i]; missing != 0 {
			n += bits.OnesCount64(missing)
		}
	}
	return n
}

// Meets says whether the sets have a term in common.
func (s *Set) Meets(other *Set) bool {
	for i, word := range other {
		if word&s[i] != 0 {
			return true
		}
	}
	return false
}

// Terms are terms of one list that a policy allows. The zero value allows any.
type Terms struct {
	IDs []string // in the order of the file
	set Set
}

// Any says that there is no restriction.
func (t *Terms) Any() bool { return len(t.IDs) == 0 }

// Allow says whether a term is among them, or any is.
func (t *Terms) Allow(term event.Term) bool { return len(t.IDs) == 0 || t.set.Has(term) }

// Lacks is how many terms of a set are not allowed.
func (t *Terms) Lacks(s *Set) int {
	if len(t.IDs) == 0 {
		return 0
	}
	return t.set.Lacks(s)
}

func (t *Terms) add(id string, term event.Term) {
	t.IDs = append(t.IDs, id)
	t.set.Add(term)
}

// merge adds all of other, which are terms of the list l.
func (t *Terms) merge(c *Catalog, l event.List, other *Terms) {
	for _, id := range other.IDs {
		if term := c.vocabulary.Lookup(l, []byte(id)); !t.set.Has(term) {
			t.add(id, term)
		}
	}
}
