// Package catalog compiles what events are judged by: the vocabulary, the
// parties and the policies of schemas, and the files that a user adds to them.
// Its law: it is pure, reads the file systems that it is given and nothing else;
// a catalogue never changes, and looking something up in it allocates nothing.
package catalog

import (
	"io/fs"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// A Term is one word of a closed list.
type Term struct {
	ID         string `yaml:"id"`
	English    string `yaml:"en"`
	Chinese    string `yaml:"zh"`
	Definition string `yaml:"definition"`
	IRI        string `yaml:"iri"` // nearest term of DPV 2.3, or one of ours (pipl:)
	Law        string `yaml:"law"` // article

	// Only of categories: sensitive by PIPL 28, a special category by GDPR 9.
	// Neither follows from the other.
	SensitivePIPL bool `yaml:"sensitive-pipl"`
	SensitiveGDPR bool `yaml:"sensitive-gdpr"`
}

// A List is one closed list.
type List struct {
	ID                           event.List
	Name                         string // "legal-basis"
	English, Chinese, Definition string
	Terms                        []Term
}

// A Catalog is all lists and, made by With, parties and policies. It does not
// change after it is made and is safe for concurrent use.
type Catalog struct {
	lists      [event.ListCount]List
	terms      [event.ListCount]map[string]int
	own        map[event.List][]string // terms that a user added
	vocabulary *event.Vocabulary

	registered map[string]*Party
	all        []*Party // by id
	policies   map[string]*Policy
	versions   []*Policy // by platform and effective date
	approvals  map[string]*Approval
	sensitive  [3]Set // by law
	digest     string
}

// Load reads the standard lists and adds the terms of more. The standard must
// define every list; more may only add terms, not change one. An error names
// file and line.
func Load(standard fs.FS, more ...fs.FS) (*Catalog, error) {
	c := &Catalog{own: map[event.List][]string{}}
	if err := c.read(standard, (*Catalog).define); err != nil {
		return nil, err
	}
	if err := c.complete(); err != nil {
		return nil, err
	}
	for _, fsys := range more {
		if err := c.read(fsys, (*Catalog).extend); err != nil {
			return nil, err
		}
	}
	if err := c.fits(); err != nil {
		return nil, err
	}
	return c, nil
}

// Lists are the lists in the order of their constants.
func (c *Catalog) Lists() []List { return c.lists[event.NoList+1:] }

// List is one list.
func (c *Catalog) List(l event.List) List { return c.lists[l] }

// Term finds a term by its id.
func (c *Catalog) Term(l event.List, id string) (Term, bool) {
	i, ok := c.terms[l][id]
	if !ok {
		return Term{}, false
	}
	return c.lists[l].Terms[i], true
}

// Label is a term's label in a language ("zh…" is Chinese, all others
// English), or its id where the term is unknown.
func (c *Catalog) Label(l event.List, id, language string) string {
	t, ok := c.Term(l, id)
	switch {
	case !ok:
		return id
	case strings.HasPrefix(strings.ToLower(language), "zh"):
		return t.Chinese
	default:
		return t.English
	}
}

// Vocabulary is what a decoder needs: the standard vocabulary and the user's terms.
func (c *Catalog) Vocabulary() *event.Vocabulary {
	if c.vocabulary != nil {
		return c.vocabulary
	}
	if len(c.own) == 0 {
		return event.Standard()
	}
	return event.Standard().Extend(c.own)
}

func (c *Catalog) add(l event.List, t Term) {
	if c.terms[l] == nil {
		c.terms[l] = map[string]int{}
	}
	c.terms[l][t.ID] = len(c.lists[l].Terms)
	c.lists[l].Terms = append(c.lists[l].Terms, t)
}
