package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// Cases finds requests to erase in the part of the log that is known: some of
// them, or those with the id of a case, whatever their controllers.
type Cases interface {
	docket.Requests
	Case(ctx context.Context, k ledger.Known, id string) ([]lineage.Act, error)
}

type erasureRequest struct {
	Body struct {
		Controller string    `json:"controller" maxLength:"63" doc:"Party whose case it is" example:"tmall"`
		Subject    string    `json:"subject,omitempty" doc:"The person's pseudonym; none: every person of the controller, or of its recipients named" example:"tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18"`
		Everyone   bool      `json:"everyone,omitempty" doc:"Must be true where there is no subject, so that nobody asks for it by mistake"`
		Ground     string    `json:"ground" doc:"Why: a term of the grounds of erasure" example:"person-request"`
		Categories []string  `json:"categories,omitempty" maxItems:"64" doc:"Only these kinds of data"`
		Recipients []string  `json:"recipients,omitempty" maxItems:"256" doc:"Only what is at these parties, and went on from there"`
		Deadline   time.Time `json:"deadline,omitzero" required:"false" doc:"Until when it must be answered; none: as the policy says"`
		Case       string    `json:"case,omitempty" maxLength:"256" doc:"Id of the case; none: one is made. One that exists is refused, so that a request can be sent again"`
		Note       string    `json:"note,omitempty" maxLength:"200" doc:"A remark, without personal values"`
	}
}

type opened struct {
	Body struct {
		Controller string `json:"controller"`
		Case       string `json:"case" doc:"Id of the case"`
	}
}

// open opens a case, in the name of the token: an event like any other.
func (s *server) open(ctx context.Context, in *erasureRequest) (*opened, error) {
	b := &in.Body
	if b.Everyone == (b.Subject != "") {
		return nil, huma.Error422UnprocessableEntity("want a subject, or everyone: true, one of them")
	}
	if b.Case != "" {
		if _, err := s.asked(ctx, b.Controller, b.Case); err == nil {
			return nil, huma.Error409Conflict("There is such a case already.")
		} else if !errors.Is(err, errNoCase) {
			return nil, s.unread(err)
		}
	}
	e := erasure.Requested(event.Meta{ID: event.NewID(), Source: s.Source, Subject: event.Subject(b.Subject), Time: s.Now()},
		b.Controller, b.Ground, b.Case, b.Categories, b.Recipients)
	e.Deadline, e.Actor, e.Note = b.Deadline, callerOf(ctx), b.Note
	m, err := event.Marshal(e)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(sentence(err))
	}
	ctx, cancel := context.WithTimeout(ctx, s.PublishTimeout)
	defer cancel()
	if err := s.Publisher.EmitMessages(ctx, m); err != nil {
		s.Log.Error("open a case", zap.Error(err))
		return nil, huma.Error503ServiceUnavailable("The request could not be stored. Try again later.")
	}
	answer := new(opened)
	answer.Body.Controller, answer.Body.Case = b.Controller, cmp.Or(b.Case, e.ID)
	return answer, nil
}

type listing struct {
	State string `query:"state" enum:"open,overdue,closed,all" default:"open" doc:"open: not closed; overdue: some party has not answered in time"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many cases are looked at, at most; those of another state are left out, so that a page may hold fewer, or none"`
	After string `query:"after" maxLength:"1000" doc:"Where to go on: next of the page before"`
	Wait  string `query:"wait" pattern:"^[0-9]{1,2}s$" patternDescription:"seconds, such as 5s" default:"5s" doc:"How long to wait until the log has all that Kafka held when it was asked"`
}

// A caseLine is a case in short; whom it is about is told of one case only, and recorded.
type caseLine struct {
	Controller  string    `json:"controller"`
	Case        string    `json:"case"`
	Scope       string    `json:"scope"`
	Ground      string    `json:"ground"`
	Requested   time.Time `json:"requested"`
	Deadline    time.Time `json:"deadline"`
	Closed      bool      `json:"closed" doc:"Every party has answered for everything, and no hold is left that will end"`
	Parties     int       `json:"parties" doc:"How many have, or had, anything of the person's"`
	Open        int       `json:"open" doc:"How many of them have still to answer"`
	Overdue     int       `json:"overdue" doc:"How many have not answered in time"`
	Unreachable int       `json:"unreachable" doc:"How many cannot be told"`
}

type casesAnswer struct {
	Body struct {
		Complete bool       `json:"complete" doc:"The log had all that Kafka held"`
		Missing  int64      `json:"missing" doc:"How many records it lacked"`
		Cases    []caseLine `json:"cases" doc:"By the time of their requests, the newest first. Of a case about everyone those parties are counted that were told; it is never said to be closed, for nobody knows that who has not read every person: look at the case"`
		Next     string     `json:"next,omitempty" doc:"Give it as after to go on; none: that was all"`
	}
}

func (s *server) erasures(ctx context.Context, in *listing) (*casesAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.LookupTimeout)
	defer cancel()
	certificate, err := s.asOf(ctx, in.Wait)
	if err != nil {
		return nil, err
	}
	page, err := s.Docket.List(ctx, certificate.Known(), s.Now(), s.Cases, in.State, in.After, in.Limit)
	if errors.Is(err, docket.ErrPlace) {
		return nil, huma.Error422UnprocessableEntity("after is " + err.Error())
	}
	if err != nil {
		return nil, s.unread(err)
	}
	answer := new(casesAnswer)
	b := &answer.Body
	b.Complete, b.Missing, b.Cases, b.Next = certificate.Complete, certificate.Missing, []caseLine{}, page.Next
	for i := range page.Files {
		b.Cases = append(b.Cases, lineOf(&page.Files[i]))
	}
	return answer, nil
}

func lineOf(f *docket.File) caseLine {
	c := &f.Case
	r := &c.Request
	return caseLine{
		Controller: r.Controller, Case: r.Case, Scope: r.Scope, Ground: r.Ground, Requested: r.Time.UTC(), Deadline: c.Deadline.UTC(), Closed: f.Closed(),
		Parties: len(c.Parties), Open: c.Count((*erasure.Party).Open),
		Overdue:     c.Count(func(p *erasure.Party) bool { return p.Overdue }),
		Unreachable: c.Count(func(p *erasure.Party) bool { return p.Unreachable }),
	}
}

// asOf waits until the log has all that Kafka holds, and says how far it is.
func (s *server) asOf(ctx context.Context, wait string) (c ledger.Certificate, err error) {
	patience, err := time.ParseDuration(wait)
	if err != nil {
		return c, huma.Error422UnprocessableEntity("wait must be seconds, such as 5s")
	}
	await, err := s.Lineage.Ask(ctx)
	if err != nil {
		s.Log.Error("ask how far Kafka is", zap.Error(err))
		return c, huma.Error503ServiceUnavailable("Kafka does not say how far it is, so no answer would be known to be complete. Try again later.")
	}
	if c, err = await(ctx, patience); err != nil {
		return c, s.unread(err)
	}
	c.Conclude()
	return c, nil
}

// A WhichCase is the path of a case. Its name is exported for huma, which reads
// the members of what is embedded only then.
type WhichCase struct {
	Controller string `path:"controller" maxLength:"63" doc:"Party whose case it is" example:"tmall"`
	Case       string `path:"case" maxLength:"256" doc:"Id of the case" example:"case-17"`
	Purpose    string `query:"purpose" maxLength:"64" doc:"Why the case is looked at: a term of the purposes, for the record"`
	Wait       string `query:"wait" pattern:"^[0-9]{1,2}s$" patternDescription:"seconds, such as 5s" default:"5s" doc:"How long to wait until the log has all that Kafka held when it was asked"`
}

// file opens a case; where it is about a person, that is recorded first.
func (s *server) file(ctx context.Context, in *WhichCase, action event.Action) (f docket.File, c ledger.Certificate, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.LookupTimeout)
	defer cancel()
	if c, err = s.asOf(ctx, in.Wait); err != nil {
		return f, c, err
	}
	request, err := s.request(ctx, c.Known(), in.Controller, in.Case)
	switch {
	case errors.Is(err, errNoCase):
		return f, c, huma.Error404NotFound("There is no such case.")
	case err != nil:
		return f, c, s.unread(err)
	}
	if request.Subject != "" {
		if err := s.record(ctx, &whom{Subject: request.Subject, Purpose: in.Purpose}, action); err != nil {
			return f, c, err
		}
	}
	files, err := s.Docket.Open(ctx, c.Known(), s.Now(), request)
	if err != nil {
		return f, c, s.unread(err)
	}
	return files[0], c, nil
}

type caseAnswer struct {
	Body struct {
		Complete    bool               `json:"complete" doc:"As in the certificate"`
		Missing     int64              `json:"missing" doc:"As in the certificate"`
		Certificate ledger.Certificate `json:"certificate" doc:"How much the answer knows of what there is to know"`
		Case        erasure.Report     `json:"case"`
	}
}

func (s *server) erasure(ctx context.Context, in *WhichCase) (*caseAnswer, error) {
	file, c, err := s.file(ctx, in, event.ActionErasurePlan)
	if err != nil {
		return nil, err
	}
	answer := new(caseAnswer)
	answer.Body.Complete, answer.Body.Missing, answer.Body.Certificate, answer.Body.Case = c.Complete, c.Missing, c, file.Case.Report(c.Complete)
	return answer, nil
}

type reportRequest struct {
	WhichCase
	Format   string `query:"format" enum:"json,html" default:"json"`
	Language string `query:"language" enum:"zh,en" default:"zh" doc:"Of html"`
}

type reportAnswer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// caseReport is the case as a regulator, or the person, can be given it.
func (s *server) caseReport(ctx context.Context, in *reportRequest) (*reportAnswer, error) {
	file, c, err := s.file(ctx, &in.WhichCase, event.ActionReport)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	report, mediaType := file.Case.Report(c.Complete), "application/json"
	if in.Format == "html" {
		mediaType = "text/html; charset=utf-8"
		err = report.WriteHTML(&text, in.Language, s.Docket.Names)
	} else {
		err = report.WriteJSON(&text)
	}
	if err != nil {
		return nil, s.unread(err)
	}
	return &reportAnswer{mediaType, text.Bytes()}, nil
}

// registerErasures registers what is asked of cases, and what opens them.
func (s *server) registerErasures(api huma.API) {
	about := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description,
			Tags: []string{"erasures"}, Errors: append(errors, 401, 403, 422, 500, 503), Security: bearer}
	}
	request := about("request-erasure", http.MethodPost, "/v1/erasures", "Ask for data to be erased",
		"Opens a case: an event of its own (erasure.requested) in the name of the token, which needs the scope erase. custody erase run tells everyone who has the data.", 409)
	request.DefaultStatus = http.StatusAccepted
	huma.Register(api, request, s.open)
	huma.Register(api, about("erasures", http.MethodGet, "/v1/erasures", "Cases, the newest first",
		"A page at a time. With the scope erase or lookup, as are the other questions about cases."), s.erasures)
	recorded := "Where the case is about a person, the look-up is recorded as an event (access.logged) before it is answered."
	huma.Register(api, about("erasure", http.MethodGet, "/v1/erasures/{controller}/{case}", "Where each party of a case stands", recorded, 404), s.erasure)
	huma.Register(api, about("erasure-plan", http.MethodGet, "/v1/erasures/{controller}/{case}/plan", "Who is to erase what, and which notices are due", recorded, 404), s.casePlan)
	report := about("erasure-report", http.MethodGet, "/v1/erasures/{controller}/{case}/report", "A case for a regulator or the person",
		"As JSON, or as HTML in Chinese or English. "+recorded, 404)
	report.Responses = map[string]*huma.Response{"200": {Description: http.StatusText(http.StatusOK), Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[erasure.Report](), true, "")},
		"text/html":        {Schema: &huma.Schema{Type: "string"}},
	}}}
	huma.Register(api, report, s.caseReport)
	describeAnswers(api.OpenAPI())
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
