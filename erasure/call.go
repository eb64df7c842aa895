package erasure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A ProblemError is why Custody did not do what it was asked to (RFC 9457).
type ProblemError struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Request string `json:"request"` // the request's id in Custody's log
}

func (p *ProblemError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("custody answered %d %s: %s", p.Status, http.StatusText(p.Status), p.Detail))
}

// Of says whether the problem is of a kind: taken, signature, case, not-asked …
func (p *ProblemError) Of(kind string) bool { return strings.HasSuffix(p.Type, "/problems/"+kind) }

// maxBody is the most bytes of an answer that are read.
const maxBody = 64 << 20

// call sends a request and reads what comes back into, if that is not nil.
func call(client *http.Client, r *http.Request, into any) (err error) {
	if client == nil {
		client = http.DefaultClient
	}
	w, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Body.Close()) }()
	text, err := io.ReadAll(io.LimitReader(w.Body, maxBody))
	if err != nil {
		return err
	}
	if w.StatusCode/100 != 2 {
		p := &ProblemError{}
		_ = json.Unmarshal(text, p) // what stands between may answer otherwise
		p.Status = w.StatusCode
		return p
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}
