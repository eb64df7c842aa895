package lineage

import (
	"cmp"
	"slices"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A History is what the log knows of a person, in any order: every pseudonym
// that was ever linked may be in it.
type History struct {
	Flows    []Flow
	Links    []Link
	Acts     []Act
	Consents []Consent
}

// An Act is one event of an erasure case. Which members are set follows from its
// kind, as in the contract.
type Act struct {
	Event            Ref
	Parents          []Ref
	Kind             event.Kind // one of erasure.*
	Subject          string     // empty where the case is about everyone
	Time, RecordedAt time.Time

	Controller, Holder, Recipient string
	RequestID                     string

	Ground, Scope string
	Categories    []string
	Recipients    []string
	Deadline      time.Time

	Channel, Delivery          string
	Attempt                    int
	Method, Exemption, Refusal string
	Until                      string // a day, "2029-04-18"; empty: no end is known
	Evidence                   event.Evidence
	Actor, Note                string
}

// Case is the id of the case: the request's own id where it gives none.
func (a *Act) Case() string { return cmp.Or(a.RequestID, a.Event.ID) }

// Party is whose doing it is: the recipient, or the holder itself.
func (a *Act) Party() string { return cmp.Or(a.Recipient, a.Holder, a.Controller) }

// A Consent is a word of the person to a controller: granted or withdrawn.
type Consent struct {
	Subject    string
	Controller string
	ID         string   // of a withdrawal, empty: every consent
	Categories []string // none: all
	Time       time.Time
	Granted    bool
}

// authorised says whether the person has allowed party to have a category, on
// its own account, at a moment.
func authorised(consents []Consent, party, category string, at time.Time) bool {
	about := func(c *Consent) bool {
		return c.Controller == party && !c.Time.After(at) && (len(c.Categories) == 0 || slices.Contains(c.Categories, category))
	}
	for i := range consents {
		grant := &consents[i]
		if !grant.Granted || !about(grant) {
			continue
		}
		withdrawn := slices.ContainsFunc(consents, func(w Consent) bool {
			return !w.Granted && about(&w) && !w.Time.Before(grant.Time) && (w.ID == "" || w.ID == grant.ID)
		})
		if !withdrawn {
			return true
		}
	}
	return false
}
