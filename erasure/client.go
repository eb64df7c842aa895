package erasure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Client opens cases and looks at them, with an API token of the scope erase.
type Client struct {
	URL   string // of custody serve: https://custody.example
	Token string
	HTTP  *http.Client // nil: http.DefaultClient
}

// A Request asks for data to be erased.
type Request struct {
	Controller string     `json:"controller"`
	Subject    string     `json:"subject,omitempty"`  // the person's pseudonym
	Everyone   bool       `json:"everyone,omitempty"` // in place of a subject
	Ground     string     `json:"ground"`
	Categories []string   `json:"categories,omitempty"` // only these kinds of data
	Recipients []string   `json:"recipients,omitempty"` // only what is at these parties, and went on from there
	Deadline   *time.Time `json:"deadline,omitempty"`
	Case       string     `json:"case,omitempty"` // none: one is made. With one the request can be sent again: 409 says that it was stored
	Note       string     `json:"note,omitempty"`
}

// A Case is where each party stands.
type Case struct {
	Case       string    `json:"case"`
	Controller string    `json:"controller"`
	Subjects   []string  `json:"subjects"`
	Ground     string    `json:"ground"`
	Scope      string    `json:"scope"`
	Requested  time.Time `json:"requested"`
	Deadline   time.Time `json:"deadline"`
	AsOf       time.Time `json:"as_of"`
	Complete   bool      `json:"complete"` // the log had all that Kafka held
	Closed     bool      `json:"closed"`
	Parties    []Stand   `json:"parties"`
}

// A Line is a case in short, and names nobody. Parties and those below are how many
// parties have anything of the person's, have still to answer, have not answered in
// time, and cannot be told. Of a case about everyone only those are counted that
// were told, and it is never said to be closed.
type Line struct {
	Controller  string    `json:"controller"`
	Case        string    `json:"case"`
	Scope       string    `json:"scope"`
	Ground      string    `json:"ground"`
	Requested   time.Time `json:"requested"`
	Deadline    time.Time `json:"deadline"`
	Closed      bool      `json:"closed"`
	Parties     int       `json:"parties"`
	Open        int       `json:"open"`
	Overdue     int       `json:"overdue"`
	Unreachable int       `json:"unreachable"`
}

// A Stand is where one party stands: four facts, none of which follows from another.
type Stand struct {
	Party        string     `json:"party"`
	Path         []string   `json:"path"`
	Notified     *time.Time `json:"notified"`
	Acknowledged *time.Time `json:"acknowledged"`
	Executed     *time.Time `json:"executed"`
	Verified     *time.Time `json:"verified"`
	Refused      *time.Time `json:"refused"`
	Refusal      string     `json:"refusal"`
	Overdue      bool       `json:"overdue"`
	Unreachable  bool       `json:"unreachable"`
	Categories   []Category `json:"categories"`
	Attempts     int        `json:"attempts"`
	Evidence     []Evidence `json:"evidence"`
	UnknownBelow []string   `json:"unknown_below"`
}

// A Category is one kind of data at one party. State is open, erased, kept, denied or gone.
type Category struct {
	Category  string `json:"category"`
	Decision  string `json:"decision"`
	Reason    string `json:"reason"`
	Exemption string `json:"exemption"`
	State     string `json:"state"`
	Until     string `json:"until"`
}

// Request opens a case and returns its id.
func (c *Client) Request(ctx context.Context, r Request) (id string, err error) {
	body, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("open a case: %w", err)
	}
	var opened struct {
		Case string `json:"case"`
	}
	if err := c.do(ctx, http.MethodPost, "/v1/erasures", bytes.NewReader(body), &opened); err != nil {
		return "", fmt.Errorf("open a case: %w", err)
	}
	return opened.Case, nil
}

// Case looks at a case.
func (c *Client) Case(ctx context.Context, controller, id string) (Case, error) {
	var answer struct {
		Case Case `json:"case"`
	}
	if err := c.do(ctx, http.MethodGet, "/v1/erasures/"+url.PathEscape(controller)+"/"+url.PathEscape(id), nil, &answer); err != nil {
		return Case{}, fmt.Errorf("look at a case: %w", err)
	}
	return answer.Case, nil
}

// Cases lists cases of a state, the newest first: open (and "" is the same),
// overdue, closed or all. They are asked for a page at a time; an error ends them.
func (c *Client) Cases(ctx context.Context, state string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		query := url.Values{}
		if state != "" {
			query.Set("state", state)
		}
		for {
			var page struct {
				Cases []Line `json:"cases"`
				Next  string `json:"next"`
			}
			if err := c.do(ctx, http.MethodGet, "/v1/erasures?"+query.Encode(), nil, &page); err != nil {
				yield(Line{}, fmt.Errorf("list cases: %w", err))
				return
			}
			for _, line := range page.Cases {
				if !yield(line, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			query.Set("after", page.Next)
		}
	}
}

func (c *Client) do(ctx context.Context, method, path string, body io.Reader, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path, body)
	if err != nil {
		return err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return call(c.HTTP, r, into)
}
