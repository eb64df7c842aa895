package event

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
type Vocabulary struct{}

// Standard is the vocabulary of schemas/vocabulary.
func Standard() *Vocabulary { panic("not built yet") }

// Extend returns a vocabulary with further terms; a term that is there already is no error.
func (v *Vocabulary) Extend(more map[List][]string) *Vocabulary { panic("not built yet") }

// Lookup finds a term by its text; 0 where it is unknown.
func (v *Vocabulary) Lookup(l List, text []byte) Term { panic("not built yet") }

// Text is the term's text; "" for 0.
func (v *Vocabulary) Text(l List, t Term) string { panic("not built yet") }

// Len is the number of terms in a list.
func (v *Vocabulary) Len(l List) int { panic("not built yet") }
