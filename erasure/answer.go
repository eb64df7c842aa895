package erasure

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// An Answer is what a party says to a notice.
type Answer struct {
	ID         string     `json:"id"` // none: made from the notice and the status
	Status     Status     `json:"status"`
	Categories []string   `json:"categories,omitempty"` // none: all that were asked for
	Method     string     `json:"method,omitempty"`     // of Executed: erase, delete or anonymise; none: delete
	Exemption  string     `json:"exemption,omitempty"`  // of Restricted: why it is kept
	Until      string     `json:"until,omitempty"`      // of Restricted: the last day of keeping
	Refusal    string     `json:"refusal,omitempty"`    // of Refused: why
	Evidence   *Evidence  `json:"evidence,omitempty"`
	PassedOn   []PassedOn `json:"passed_on,omitempty"` // whom the party gave the data itself
	Note       string     `json:"note,omitempty"`      // without personal values
}

// A Status is what an answer says.
type Status string

// The statuses.
const (
	Acknowledged Status = "acknowledged" // the notice has arrived
	Executed     Status = "executed"     // the data is erased
	Restricted   Status = "restricted"   // it is kept, for storage only
	Refused      Status = "refused"
	Verified     Status = "verified" // somebody has checked that it is erased; needs evidence
)

// An Evidence is where a proof is, and its SHA-256 in hexadecimal.
type Evidence struct {
	URI    string `json:"uri"`
	SHA256 string `json:"sha256,omitempty"`
}

// A PassedOn is a recipient of the party's own. The case grows by it.
type PassedOn struct {
	Recipient  string    `json:"recipient"`
	Categories []string  `json:"categories"`
	Purpose    string    `json:"purpose"`
	Reference  string    `json:"reference,omitempty"` // how the recipient knows the person
	Time       time.Time `json:"time"`
}

// A Party is who answers.
type Party struct {
	Token string             // what its answers are signed with
	Key   ed25519.PrivateKey // nil: they are signed with the token only
	HTTP  *http.Client       // nil: http.DefaultClient

	First   time.Duration // pause after the first failure, doubled after each; 0 = 1 s
	Longest time.Duration // pause; 0 = 1 minute
}

// reply is an answer as it travels.
type reply struct {
	Controller string `json:"controller"`
	Case       string `json:"case"`
	Recipient  string `json:"recipient"`
	Answer
}

// Answer sends an answer to where the notice says, until Custody has it for good or
// ctx ends. One that Custody has already is no error. What Custody does not take is
// a *ProblemError: sending it again would not help.
func (p *Party) Answer(ctx context.Context, n Notice, a Answer) error {
	if n.Answer == "" {
		return errors.New("answer a notice: it does not say where answers go")
	}
	id, body, err := write(n, a)
	if err != nil {
		return err
	}
	for pause := cmp.Or(p.First, time.Second); ; pause = min(2*pause, cmp.Or(p.Longest, time.Minute)) {
		err := p.send(ctx, n.Answer, id, body)
		var problem *ProblemError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &problem) && problem.Of("taken"):
			return nil
		case errors.As(err, &problem) && problem.Status != http.StatusTooManyRequests && problem.Status < 500:
			return fmt.Errorf("answer a notice: %w", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("answer a notice: %w", errors.Join(err, ctx.Err()))
		case <-time.After(pause):
		}
	}
}

// Record is an answer as it goes into a Kafka topic: the value of the record, and
// the headers that sign it. Put it there at once: it is good for five minutes by
// the record's own time.
func (p *Party) Record(n Notice, a Answer) (value []byte, headers map[string]string, err error) {
	id, value, err := write(n, a)
	if err != nil {
		return nil, nil, err
	}
	h := http.Header{}
	p.sign(h, id, value, time.Now())
	return value, map[string]string{headerID: id, headerTimestamp: h.Get(headerTimestamp), headerSignature: h.Get(headerSignature)}, nil
}

// write gives an answer its id, and writes it down.
func write(n Notice, a Answer) (id string, body []byte, err error) {
	a.ID = cmp.Or(a.ID, n.ID+"-"+string(a.Status))
	if body, err = json.Marshal(reply{n.Controller, n.Case, n.Recipient, a}); err != nil {
		err = fmt.Errorf("answer a notice: %w", err)
	}
	return a.ID, body, err
}

func (p *Party) send(ctx context.Context, url, id string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	p.sign(r.Header, id, body, time.Now())
	return call(p.HTTP, r, nil)
}
