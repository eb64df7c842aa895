package event

import "encoding/binary"

// A List is one of the closed lists of terms.
type List uint8

// The closed lists.
const (
	NoList List = iota
	ListOrigin
	ListRelationship
	ListChannel
	ListNoticeChannel
	ListLegalBasis
	ListConsentForm
	ListProtection
	ListNecessity
	ListMechanism
	ListDisclosureGround
	ListAudience
	ListGround
	ListScope
	ListMethod
	ListExemption
	ListRefusal
	ListCategory
	ListPurpose
	ListState
	ListDelivery
	ListAction          // of access.logged
	ListOperationAction // of operation.logged
	ListCount
)

// A Term is a position in a list, counted from 1; 0 is no term. Positions are a
// matter of one process: only the term's text is ever stored or sent.
type Term uint16

// A Vocabulary is the closed lists, compiled for look-up by bytes. It does not
// change after it is built and is safe for concurrent use.
type Vocabulary struct{ lists [ListCount]terms }

var standard = newVocabulary(&standardTerms)

// Standard is the vocabulary of schemas/vocabulary.
func Standard() *Vocabulary { return standard }

func newVocabulary(lists *[ListCount][]string) *Vocabulary {
	v := new(Vocabulary)
	for l, texts := range lists {
		v.lists[l] = newTerms(texts)
	}
	return v
}

// Extend returns a vocabulary with further terms; a term that is there already is no error.
func (v *Vocabulary) Extend(more map[List][]string) *Vocabulary {
	var lists [ListCount][]string
	for l := range lists {
		lists[l] = append(lists[l], v.lists[l].texts[1:]...)
		for _, t := range more[List(l)] {
			if v.Lookup(List(l), []byte(t)) == 0 {
				lists[l] = append(lists[l], t)
			}
		}
	}
	return newVocabulary(&lists)
}

// Lookup finds a term by its text; 0 where it is unknown.
func (v *Vocabulary) Lookup(l List, text []byte) Term { return v.lists[l].find(text) }

// Text is the term's text; "" for 0.
func (v *Vocabulary) Text(l List, t Term) string { return v.lists[l].texts[t] }

// Len is the number of terms in a list.
func (v *Vocabulary) Len(l List) int { return len(v.lists[l].texts) - 1 }

// terms are names by number, found by an open-addressed table at most a third
// full. Its hash reads the first and the last eight bytes of a name, which are
// all of one that is no longer than sixteen.
type terms struct {
	texts []string // from 1
	slots []slot
	shift uint
}

type slot struct {
	first, last uint64
	size        uint32
	term        Term // 0: the slot is empty
}

func newTerms(texts []string) terms {
	bits := 2
	for 1<<bits < 3*len(texts) {
		bits++
	}
	t := terms{texts: append([]string{""}, texts...), slots: make([]slot, 1<<bits), shift: uint(64 - bits)}
	for n, text := range t.texts[1:] {
		first, last := ends([]byte(text))
		at := mix(first, last) >> t.shift
		for t.slots[at].term != 0 {
			at = (at + 1) & uint64(len(t.slots)-1)
		}
		t.slots[at] = slot{first, last, uint32(len(text)), Term(n + 1)}
	}
	return t
}

func (t *terms) find(text []byte) Term {
	first, last := ends(text)
	for at := mix(first, last) >> t.shift; ; at++ {
		s := &t.slots[at&uint64(len(t.slots)-1)]
		if s.term == 0 {
			return 0
		}
		if s.first == first && s.last == last && int(s.size) == len(text) && (len(text) <= 16 || string(text) == t.texts[s.term]) {
			return s.term
		}
	}
}

// ends are the first and the last eight bytes of b, of a short one less.
func ends(b []byte) (first, last uint64) {
	switch n := len(b); {
	case n >= 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		return uint64(b[0])<<8 | uint64(b[n/2]), uint64(b[n-1])
	}
	return 0, 0
}

func mix(first, last uint64) uint64 {
	return (first ^ last*0xff51afd7ed558ccd) * 0x9e3779b97f4a7c15
}
