package erasure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// An Answer is what a party says to a request.
type Answer struct {
	ID         string          `json:"id"`                                                              // the party's own: the same answer sent again is the same event
	Status     Status          `json:"status" enum:"acknowledged,executed,restricted,refused,verified"` // what it says
	Categories []string        `json:"categories,omitempty"`
	Method     string          `json:"method,omitempty"`    // of executed; none: delete
	Exemption  string          `json:"exemption,omitempty"` // of restricted
	Until      string          `json:"until,omitempty"`     // of restricted
	Refusal    string          `json:"refusal,omitempty"`   // of refused
	Evidence   *event.Evidence `json:"evidence,omitempty"`
	PassedOn   []PassedOn      `json:"passed_on,omitempty"` // whom the party gave the data itself
	Note       string          `json:"note,omitempty"`
	Actor      string          `json:"-"` // who took the answer down, where a person did
}

// A Reply is an answer as it travels: to which case, and whose it is.
type Reply struct {
	Controller string `json:"controller"`
	Case       string `json:"case"`
	Recipient  string `json:"recipient"` // the party that answers, as it is called in the notice
	Answer
}

// ReadReply reads a reply from JSON. A member that nobody knows is an error: it
// may have been meant to say what would otherwise go unheard.
func ReadReply(text []byte) (r Reply, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, errors.New("want a JSON object with the members of an answer, and no others")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return r, errors.New("something follows the JSON object")
	}
	return r, nil
}

// A PassedOn is a recipient of the party's own, of whom nobody knew.
type PassedOn struct {
	Recipient  string    `json:"recipient"`
	Categories []string  `json:"categories"`
	Purpose    string    `json:"purpose"`
	Reference  string    `json:"reference,omitempty"`
	Time       time.Time `json:"time"`
}

// A Status is what an answer says.
type Status string

// The statuses.
const (
	SaysAcknowledged Status = "acknowledged"
	SaysExecuted     Status = "executed"
	SaysRestricted   Status = "restricted"
	SaysRefused      Status = "refused"
	SaysVerified     Status = "verified"
)

// ErrNotAsked says that a party answers for a case that it has no part in.
var ErrNotAsked = errors.New("the case has no such party")

// ErrTaken says that the answer was taken before; nothing is to be done.
var ErrTaken = errors.New("the answer was taken before")

// Take turns a party's answer into events: what it says, and a flow for each
// recipient of its own that it names, so that the case grows by itself. The ids
// follow from the answer's, so that one that is replayed says nothing new. What was
// said comes last: where it is logged, as ErrTaken has it, so are the flows, though
// emitting them ended halfway. What the contract does not take is refused whole.
func (c *Case) Take(party string, a Answer, source string, now time.Time) ([]event.Event, error) {
	if a.ID == "" {
		return nil, errors.New("id: is required: the same for every attempt to send the answer")
	}
	at := -1
	for i := range c.Parties {
		if c.Parties[i].Party == party && len(c.Parties[i].Choices) > 0 {
			at = i
		}
	}
	if at < 0 {
		return nil, ErrNotAsked
	}
	for _, act := range c.Parties[at].acts {
		if act.Event.ID == ID("answer", c.Request.Controller, c.Request.Case, party, a.ID) {
			return nil, ErrTaken
		}
	}
	said, err := c.said(party, a, source, now)
	if err != nil {
		return nil, err
	}
	var all []event.Event
	for n, p := range a.PassedOn {
		if c.Request.Subject == "" {
			return nil, errors.New("passed_on: a case about everyone has no one person whose data was passed on; emit data.shared events")
		}
		all = append(all, c.passedOn(party, a.ID, n, p, source))
	}
	all = append(all, said)
	for _, e := range all {
		if err := e.Validate(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c *Case) said(party string, a Answer, source string, now time.Time) (event.Event, error) {
	r := &c.Request
	meta := event.Meta{ID: ID("answer", r.Controller, r.Case, party, a.ID), Source: source, Subject: event.Subject(r.Subject), Time: now}
	controller, recipient, categories := event.Party(r.Controller), event.Party(party), terms[event.Category](a.Categories)
	switch a.Status {
	case SaysAcknowledged:
		return &event.ErasureAcknowledged{Meta: meta, Controller: controller, RequestID: r.Case, Recipient: recipient, Evidence: a.Evidence, Actor: a.Actor, Note: a.Note}, nil
	case SaysExecuted:
		method := event.Method(a.Method)
		if method == "" {
			method = event.MethodDelete
		}
		return &event.ErasureExecuted{Meta: meta, Controller: controller, RequestID: r.Case, Recipient: recipient, Method: method, Categories: categories, Evidence: a.Evidence, Actor: a.Actor, Note: a.Note}, nil
	case SaysRestricted:
		return &event.ErasureRestricted{Meta: meta, Controller: controller, RequestID: r.Case, Recipient: recipient, Exemption: event.Exemption(a.Exemption), Until: event.Day(a.Until), Categories: categories, Evidence: a.Evidence, Actor: a.Actor, Note: a.Note}, nil
	case SaysRefused:
		return &event.ErasureRefused{Meta: meta, Controller: controller, RequestID: r.Case, Recipient: recipient, Refusal: event.Refusal(a.Refusal), Evidence: a.Evidence, Actor: a.Actor, Note: a.Note}, nil
	case SaysVerified:
		return &event.ErasureVerified{Meta: meta, Controller: controller, RequestID: r.Case, Recipient: recipient, Evidence: a.Evidence, Actor: a.Actor, Note: a.Note}, nil
	}
	return nil, fmt.Errorf("status: want %s, %s, %s, %s or %s", SaysAcknowledged, SaysExecuted, SaysRestricted, SaysRefused, SaysVerified)
}

// passedOn is the flow that a party reports. It is in the controller's name: whose
// data it is, is not in question.
func (c *Case) passedOn(party, answer string, n int, p PassedOn, source string) event.Event {
	r := &c.Request
	return &event.Shared{
		Meta:       event.Meta{ID: ID("passed-on", r.Controller, r.Case, party, answer, decimal(n)), Source: source, Subject: event.Subject(r.Subject), Time: p.Time},
		Controller: event.Party(r.Controller), Holder: event.Party(party), Recipient: event.Party(p.Recipient), Relationship: event.RelationshipSubEntrustment,
		Categories: terms[event.Category](p.Categories), Purpose: event.Purpose(p.Purpose), RecipientRef: p.Reference,
	}
}

func terms[T ~string](words []string) (ts []T) {
	for _, w := range words {
		ts = append(ts, T(w))
	}
	return ts
}
