package api

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/datacustody/custody/internal/rules"
)

// A problem says what was wrong with a request (RFC 9457).
type problem struct {
	Type     string   `json:"type" doc:"What kind of problem this is" example:"https://datacustody.org/problems/rejected"`
	Title    string   `json:"title" example:"Unprocessable Entity"`
	Status   int      `json:"status" example:"422"`
	Detail   string   `json:"detail" doc:"What happened and how to mend it"`
	Request  string   `json:"request" doc:"The request's id, as in X-Request-Id and in Custody's log"`
	Accepted *int     `json:"accepted,omitempty" doc:"How many events of the request are stored; the others are listed"`
	Events   []result `json:"events,omitempty" doc:"The events that are not stored, by their place in the request"`

	kind  string        // last part of Type; "" = about:blank
	after time.Duration // Retry-After
}

// A result is what became, or would become, of one event.
type result struct {
	Index   int    `json:"index" doc:"The event's place in the request, from 0"`
	ID      string `json:"id,omitempty" doc:"The event's id, where it has one that may be repeated"`
	Outcome string `json:"outcome" enum:"accepted,rejected,unacknowledged" doc:"unacknowledged: send it again with the same id"`
	Reason  string `json:"reason,omitempty" doc:"Why it is rejected, as the log would say it" example:"unknown-term"`
	Field   string `json:"field,omitempty" example:"data.purpose"`
	Rule    string `json:"rule,omitempty" doc:"What the field must be"`
	Remedy  string `json:"remedy,omitempty" doc:"How to mend it"`

	Also []fault `json:"also,omitempty" doc:"What else is wrong with it"`

	Policy   string              `json:"policy,omitempty" doc:"Of a check: the privacy policy in force at the event's time"`
	Findings []rules.Explanation `json:"findings,omitzero" required:"false" doc:"Of a check: the rules that the event breaks. It would be logged all the same"`
}

// A fault is one more thing that is wrong with an event.
type fault struct {
	Reason string `json:"reason"`
	Field  string `json:"field,omitempty"`
	Rule   string `json:"rule"`
	Remedy string `json:"remedy"`
}

// The outcomes of a result.
const (
	accepted       = "accepted"
	rejected       = "rejected"
	unacknowledged = "unacknowledged"
)

// fail answers with a problem.
func (w *response) fail(p problem) {
	p.Type, p.Title, p.Request = "about:blank", http.StatusText(p.Status), w.id
	if p.kind != "" {
		p.Type = "https://datacustody.org/problems/" + p.kind
	}
	if p.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.after.Seconds()))))
	}
	w.answer("application/problem+json", p.Status, p)
}

// answer sends the body, whole and within a time: a client that does not read
// must not keep what the request takes.
func (w *response) answer(mediaType string, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // our own types
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)+1))
	conn := http.NewResponseController(w)
	_ = conn.SetWriteDeadline(time.Now().Add(w.patience)) // where the server cannot, its own limits hold
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a client that hung up is told nothing
	_ = conn.Flush()
	_ = conn.SetWriteDeadline(time.Time{})
}
