package erasure

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// A Report is a case as a regulator, or the person, can be given it: what was
// asked, who has to erase what and why, and what each has said.
type Report struct {
	Case       string         `json:"case"`
	Controller string         `json:"controller"`
	Subjects   []string       `json:"subjects,omitempty"`
	Ground     string         `json:"ground"`
	Scope      string         `json:"scope"`
	Requested  time.Time      `json:"requested"`
	Deadline   time.Time      `json:"deadline"`
	AsOf       time.Time      `json:"as_of"`
	Complete   bool           `json:"complete"` // the log had all that Kafka held
	Closed     bool           `json:"closed"`
	Parties    []ReportParty  `json:"parties"`
	After      []ReportedFlow `json:"flows_after_request,omitempty"`
}

// A ReportParty is one party of a report.
type ReportParty struct {
	Party        string           `json:"party"`
	Path         []string         `json:"path"`
	Notified     *time.Time       `json:"notified"`
	Acknowledged *time.Time       `json:"acknowledged"`
	Executed     *time.Time       `json:"executed"`
	Verified     *time.Time       `json:"verified"`
	Refused      *time.Time       `json:"refused"`
	Refusal      string           `json:"refusal,omitempty"`
	Overdue      bool             `json:"overdue"`
	Unreachable  bool             `json:"unreachable"`
	Categories   []ReportCategory `json:"categories"`
	Attempts     int              `json:"attempts"`
	Evidence     []ReportEvidence `json:"evidence,omitempty"`
	UnknownBelow []string         `json:"unknown_below,omitempty"`
}

// A ReportCategory is one category at one party.
type ReportCategory struct {
	Category  string `json:"category"`
	Decision  string `json:"decision"`
	Reason    string `json:"reason"`
	Exemption string `json:"exemption,omitempty"`
	State     State  `json:"state"`
	Until     string `json:"until,omitempty"`
}

// A ReportEvidence is where a proof is.
type ReportEvidence struct {
	URI    string `json:"uri"`
	SHA256 string `json:"sha256,omitempty"`
}

// A ReportedFlow names an event.
type ReportedFlow struct {
	Source string `json:"source"`
	ID     string `json:"id"`
}

// Report is the case as it can be given away; complete is what the certificate says.
func (c *Case) Report(complete bool) Report {
	r := Report{
		Case: c.Request.Case, Controller: c.Request.Controller, Subjects: c.Subjects, Ground: c.Request.Ground, Scope: c.Request.Scope,
		Requested: c.Request.Time.UTC(), Deadline: c.Deadline, AsOf: c.now.UTC(), Complete: complete, Closed: c.Closed(), Parties: []ReportParty{},
	}
	for i := range c.Parties {
		r.Parties = append(r.Parties, c.Parties[i].report())
	}
	for _, f := range c.Resurrected {
		r.After = append(r.After, ReportedFlow{f.Source, f.ID})
	}
	return r
}

func (p *Party) report() ReportParty {
	r := ReportParty{
		Party: p.Party, Path: p.Path, Notified: moment(p.Notified), Acknowledged: moment(p.Acknowledged), Executed: moment(p.Executed),
		Verified: moment(p.Verified), Refused: moment(p.Refused), Refusal: p.Refusal, Overdue: p.Overdue, Unreachable: p.Unreachable,
		Attempts: len(p.Notices), UnknownBelow: p.UnknownBelow, Categories: []ReportCategory{},
	}
	for _, g := range p.Categories {
		r.Categories = append(r.Categories, ReportCategory{g.Category, string(g.Decision), string(g.Reason), g.Exemption, g.State, g.Until})
	}
	for _, e := range p.Evidence {
		r.Evidence = append(r.Evidence, ReportEvidence{e.URI, e.SHA256})
	}
	return r
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// WriteJSON writes the report for programs.
func (r Report) WriteJSON(w io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
