package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// Findings reads what is found in the log. An answer is whole, or an error. History
// gives every change of a finding in its order, none where there is no such finding.
type Findings interface {
	FindingGroups(context.Context, ledger.FindingFilter) ([]ledger.FindingGroup, error)
	Findings(context.Context, ledger.FindingFilter) ([]ledger.Standing, error)
	History(ctx context.Context, finding string) ([]ledger.Finding, error)
	Marks(ctx context.Context, finding string) ([]ledger.Mark, error)
}

// Declared holds what the policies declare against the log.
type Declared interface {
	Drift(ctx context.Context, platform string) ([]ledger.Drift, error)
	Lists(ctx context.Context, platform string) ([]ledger.Listed, error)
}

// A picking is which findings a request is about.
type picking struct {
	Rule      string    `query:"rule" maxLength:"64" example:"consent-withdrawn"`
	Source    string    `query:"source" maxLength:"256" doc:"Service that sent the events"`
	Recipient string    `query:"recipient" maxLength:"63" doc:"Party that got the data"`
	Severity  string    `query:"severity" enum:"error,warning,info"`
	State     string    `query:"state" enum:"open,acknowledged,false-positive,resolved"`
	Since     time.Time `query:"since" doc:"Only what was found at or after this time"`
	From      time.Time `query:"from" doc:"Only what happened at or after this time"`
	To        time.Time `query:"to" doc:"Only what happened before this time"`
	Limit     int       `query:"limit" minimum:"1" maximum:"100000" default:"10000" doc:"More is an error, never a shortened answer"`
}

func (p *picking) filter() ledger.FindingFilter {
	return ledger.FindingFilter{Rule: p.Rule, Source: p.Source, Recipient: p.Recipient, Severity: p.Severity, State: p.State,
		Since: p.Since, From: p.From, To: p.To, Limit: p.Limit}
}

type groupsAnswer struct {
	Body struct {
		Groups []ledger.FindingGroup `json:"groups" doc:"By rule, source and recipient: one bad deployment is one; those first in which most is open"`
	}
}

func (s *server) findingGroups(ctx context.Context, in *picking) (*groupsAnswer, error) {
	groups, err := s.Findings.FindingGroups(ctx, in.filter())
	if err != nil {
		return nil, s.unlisted(err)
	}
	answer := new(groupsAnswer)
	answer.Body.Groups = append([]ledger.FindingGroup{}, groups...)
	return answer, nil
}

// unlisted is why there is no list: it would be too long, or could not be read.
func (s *server) unlisted(err error) error {
	if errors.Is(err, ledger.ErrTooMany) {
		return huma.Error422UnprocessableEntity("There are more than limit. Narrow the question, or raise limit.")
	}
	return s.unread(err)
}

type eachAnswer struct {
	Body struct {
		Findings []ledger.Standing `json:"findings" doc:"The latest found first"`
	}
}

func (s *server) findings(ctx context.Context, in *picking) (*eachAnswer, error) {
	found, err := s.Findings.Findings(ctx, in.filter())
	if err != nil {
		return nil, s.unlisted(err)
	}
	answer := new(eachAnswer)
	answer.Body.Findings = append([]ledger.Standing{}, found...)
	return answer, nil
}

// A which is the path of one finding.
type which struct {
	Finding string `path:"finding" pattern:"^[0-9a-f]{32}$" patternDescription:"32 hexadecimal digits, in lower case" doc:"Id of the finding"`
	Purpose string `query:"purpose" maxLength:"64" doc:"Why the person is looked up: a term of the purposes, for the record"`
}

type findingAnswer struct{ Body oneFinding }

type oneFinding struct {
	Finding ledger.Standing `json:"finding" doc:"As it was found last"`
	Stands  bool            `json:"stands" doc:"false: void by what was logged since"`
	Changes []change        `json:"changes" doc:"When it began to stand, and when it no longer did"`
	Marks   []ledger.Mark   `json:"marks" doc:"What persons said of it"`
}

type change struct {
	Time   time.Time `json:"time"`
	Stands bool      `json:"stands"`
}

// finding tells of one finding; where it is of a person, that is recorded first.
func (s *server) finding(ctx context.Context, in *which) (*findingAnswer, error) {
	changes, err := s.Findings.History(ctx, in.Finding)
	if err != nil {
		return nil, s.unread(err)
	}
	if len(changes) == 0 {
		return nil, huma.Error404NotFound("There is no such finding.")
	}
	last := changes[len(changes)-1]
	if last.Subject != "" {
		if err := s.record(ctx, &whom{Subject: last.Subject, Purpose: in.Purpose}, event.ActionEvents); err != nil {
			return nil, err
		}
	}
	marks, err := s.Findings.Marks(ctx, in.Finding)
	if err != nil {
		return nil, s.unread(err)
	}
	answer := oneFinding{Finding: standing(last, marks), Stands: last.Stands, Changes: []change{}, Marks: append([]ledger.Mark{}, marks...)}
	for _, c := range changes {
		answer.Changes = append(answer.Changes, change{c.RecordedAt, c.Stands})
	}
	return &findingAnswer{answer}, nil
}

func standing(f ledger.Finding, marks []ledger.Mark) ledger.Standing {
	state, place := "open", ""
	if n := len(marks); n > 0 && marks[n-1].State != "reopened" {
		state = marks[n-1].State
	}
	if f.Place.Cluster != "" {
		place = f.Place.String()
	}
	return ledger.Standing{
		ID: f.ID, Rule: f.Rule, Severity: f.Severity, Article: f.Article, Field: f.Field, Because: f.Because, Policy: f.Policy,
		Source: f.Source, EventID: f.EventID, Type: f.Type, Time: f.Time, Subject: f.Subject, Controller: f.Controller, Holder: f.Holder,
		Recipient: f.Recipient, Place: place, DetectedAt: f.RecordedAt, State: state,
	}
}

type markRequest struct {
	Finding string `path:"finding" pattern:"^[0-9a-f]{32}$" patternDescription:"32 hexadecimal digits, in lower case" doc:"Id of the finding"`
	Body    struct {
		State string `json:"state" enum:"acknowledged,false-positive,resolved,reopened"`
		Note  string `json:"note" minLength:"1" maxLength:"200" pattern:"\\S" doc:"Why, in a few words without personal values"`
	}
}

// mark says what became of a finding, in the name of the token: an event of its own.
func (s *server) mark(ctx context.Context, in *markRequest) (*struct{}, error) {
	changes, err := s.Findings.History(ctx, in.Finding)
	if err != nil {
		return nil, s.unread(err)
	}
	if len(changes) == 0 {
		return nil, huma.Error404NotFound("There is no such finding.")
	}
	m, err := event.Marshal(&event.FindingMarked{
		Meta:       event.Meta{ID: event.NewID(), Source: s.Source, Time: s.Now()},
		Controller: event.Party(cmp.Or(changes[len(changes)-1].Controller, s.Controller)),
		Finding:    in.Finding, State: event.State(in.Body.State), Actor: callerOf(ctx), Note: in.Body.Note,
	})
	if err != nil {
		return nil, huma.Error422UnprocessableEntity("The note cannot be kept: at most 200 characters, no control characters, no personal values.")
	}
	ctx, cancel := context.WithTimeout(ctx, s.PublishTimeout)
	defer cancel()
	if err := s.Publisher.EmitMessages(ctx, m); err != nil {
		s.Log.Error("mark a finding", zap.Error(err))
		return nil, huma.Error503ServiceUnavailable("The mark could not be stored. Try again later.")
	}
	return nil, nil
}

type platform struct {
	Platform string `query:"platform" maxLength:"63" doc:"Only of this platform" example:"tmall"`
}

type driftAnswer struct {
	Body struct {
		Drift []ledger.Drift `json:"drift"`
	}
}

func (s *server) drift(ctx context.Context, in *platform) (*driftAnswer, error) {
	drifts, err := s.Declared.Drift(ctx, in.Platform)
	if err != nil {
		return nil, s.unread(err)
	}
	answer := new(driftAnswer)
	answer.Body.Drift = append([]ledger.Drift{}, drifts...)
	return answer, nil
}

type whose struct {
	Platform string `path:"platform" maxLength:"63" example:"tmall"`
}

type listsAnswer struct {
	Body struct {
		Collected []ledger.Listed `json:"collected" doc:"What is collected"`
		Sharing   []ledger.Listed `json:"sharing" doc:"What third parties get"`
	}
}

func (s *server) lists(ctx context.Context, in *whose) (*listsAnswer, error) {
	rows, err := s.Declared.Lists(ctx, in.Platform)
	if err != nil {
		return nil, s.unread(err)
	}
	if len(rows) == 0 {
		return nil, huma.Error404NotFound("No policy of such a platform is known.")
	}
	answer := new(listsAnswer)
	answer.Body.Collected, answer.Body.Sharing = []ledger.Listed{}, []ledger.Listed{}
	for _, r := range rows {
		if r.List == "collected" {
			answer.Body.Collected = append(answer.Body.Collected, r)
		} else {
			answer.Body.Sharing = append(answer.Body.Sharing, r)
		}
	}
	return answer, nil
}

// registerFindings registers what is asked of findings and of what is declared.
func (s *server) registerFindings(api huma.API) {
	about := func(id, method, path, summary, description string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description,
			Tags: []string{"findings"}, Errors: []int{401, 403, 404, 422, 500, 503}, Security: bearer}
	}
	huma.Register(api, about("finding-groups", http.MethodGet, "/v1/findings", "Which rules are broken, by whom",
		"The findings that stand, counted by rule, source and recipient."), s.findingGroups)
	huma.Register(api, about("findings", http.MethodGet, "/v1/findings/each", "The findings that stand", "One by one, the latest found first."), s.findings)
	huma.Register(api, about("finding", http.MethodGet, "/v1/findings/{finding}", "One finding, and what became of it",
		"Where it is about a person, the look-up is recorded as an event (access.logged) before it is answered."), s.finding)
	mark := about("mark-finding", http.MethodPost, "/v1/findings/{finding}/marks", "Say what became of a finding",
		"An event of its own (finding.marked) in the name of the token, which needs the scope emit; nothing is changed or deleted.")
	mark.DefaultStatus = http.StatusAccepted
	huma.Register(api, mark, s.mark)
	huma.Register(api, about("drift", http.MethodGet, "/v1/drift", "What the policies declare against what happens",
		"What happens and is not declared by the policy then in force, and what the policy in force declares and does not happen."), s.drift)
	huma.Register(api, about("lists", http.MethodGet, "/v1/lists/{platform}", "The two lists of a platform (双清单)",
		"What it collects, and what third parties get: as its policy in force declares it, and as events show it."), s.lists)
}
