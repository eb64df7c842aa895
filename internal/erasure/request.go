package erasure

import "github.com/datacustody/custody/schemas/event"

// Requested is a request to erase, of everyone's data where its event has no
// subject. Its scope follows from what it is narrowed to. A case without an id is
// known by the event's.
func Requested(m event.Meta, controller, ground, id string, categories, recipients []string) *event.ErasureRequested {
	e := &event.ErasureRequested{Meta: m, Controller: event.Party(controller), RequestID: id, Ground: event.Ground(ground), Scope: event.ScopeAll}
	for _, c := range categories {
		e.Categories = append(e.Categories, event.Category(c))
	}
	for _, r := range recipients {
		e.Recipients = append(e.Recipients, event.Party(r))
	}
	switch {
	case m.Subject == "":
		e.Scope = event.ScopeController
	case len(categories) > 0:
		e.Scope = event.ScopeCategories
	case len(recipients) > 0:
		e.Scope = event.ScopeRecipients
	}
	return e
}
