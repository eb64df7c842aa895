package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A whom is the path of a look-up.
type whom struct {
	Subject string    `path:"subject" pattern:"^[a-z0-9][a-z0-9-]{0,30}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" patternDescription:"a subject: namespace:uuid, in lower case" doc:"The person's pseudonym, never an account id" example:"tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18"`
	Purpose string    `query:"purpose" maxLength:"64" doc:"Why the person is looked up: a term of the purposes, for the record" example:"customer-service"`
	KnownAt time.Time `query:"known_at" doc:"Answer as was known at this time: from what was recorded up to then" example:"2026-11-22T08:30:00Z"`
	Wait    string    `query:"wait" pattern:"^[0-9]{1,2}s$" patternDescription:"seconds, such as 5s" default:"5s" doc:"How long to wait until the log has all that Kafka held when it was asked"`
}

type recipientsAnswer struct{ Body recipients }

// Recipients is everyone who got a person's data. The members of a recipient
// are those of the command line's JSON.
type recipients struct {
	Complete    bool               `json:"complete" doc:"As in the certificate"`
	Missing     int64              `json:"missing" doc:"As in the certificate"`
	Certificate ledger.Certificate `json:"certificate" doc:"How much the answer knows of what there is to know"`
	Subjects    []string           `json:"subjects" doc:"The pseudonyms of the person: the one asked for, and all that are linked with it"`
	Recipients  []recipient        `json:"recipients" doc:"By the length of their paths, then by name"`
}

type recipient struct {
	Recipient     string     `json:"recipient" doc:"The party; *public for what was disclosed to everyone" example:"cainiao"`
	Path          []string   `json:"path" doc:"Shortest chain of parties from the first holder to this one"`
	Categories    []string   `json:"categories"`
	Purposes      []string   `json:"purposes"`
	Grounds       []string   `json:"grounds"`
	Relationships []string   `json:"relationships"`
	Countries     []string   `json:"countries"`
	Mechanisms    []string   `json:"mechanisms"`
	Refs          []string   `json:"refs" doc:"How the recipient knows the person"`
	SDKs          []string   `json:"sdks"`
	First         *time.Time `json:"first"`
	Last          *time.Time `json:"last"`
	Events        int        `json:"events"`
	Findings      []string   `json:"findings"`
}

// recipients notes how far Kafka is, records the look-up, waits until the log is
// as far, and only then reads and answers.
func (s *server) recipients(ctx context.Context, in *whom) (*recipientsAnswer, error) {
	patience, err := time.ParseDuration(in.Wait)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity("wait must be seconds, such as 5s")
	}
	await, err := s.Lineage.Ask(ctx)
	if err != nil {
		s.Log.Error("ask how far Kafka is", zap.Error(err))
		return nil, huma.Error503ServiceUnavailable("Kafka does not say how far it is, so no answer would be known to be complete. Try again later.")
	}
	if err := s.record(ctx, in, event.ActionRecipients); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.LookupTimeout+patience)
	defer cancel()
	certificate, err := await(ctx, patience)
	if err != nil {
		return nil, s.unread(err)
	}
	if !in.KnownAt.IsZero() {
		certificate.KnownAt = &in.KnownAt
	}
	subjects, err := s.Lineage.Aliases(ctx, certificate.Known(), in.Subject)
	if err != nil {
		return nil, s.unread(err)
	}
	flows, err := s.Lineage.Flows(ctx, certificate.Known(), subjects...)
	if err != nil {
		return nil, s.unread(err)
	}
	if err := s.Lineage.Attest(ctx, &certificate, subjects...); err != nil {
		return nil, s.unread(err)
	}
	answer := recipients{certificate.Complete, certificate.Missing, certificate, subjects, []recipient{}}
	for _, r := range lineage.Recipients(flows) {
		answer.Recipients = append(answer.Recipients, recipientOf(r))
	}
	return &recipientsAnswer{answer}, nil
}

// record makes the look-up an event of its own: who cannot be recorded learns nothing.
func (s *server) record(ctx context.Context, in *whom, action event.Action) error {
	m, err := event.Marshal(&event.AccessLogged{
		Meta:       event.Meta{ID: event.NewID(), Source: s.Source, Subject: event.Subject(in.Subject), Time: s.Now()},
		Controller: event.Party(s.Controller), Actor: callerOf(ctx), Action: action, Purpose: event.Purpose(in.Purpose),
	})
	var invalid event.Invalid
	if errors.As(err, &invalid) && slices.ContainsFunc(invalid, func(p event.Problem) bool { return p.Field == "data.purpose" }) {
		return huma.Error422UnprocessableEntity("The look-up cannot be recorded: the purpose must be a term of the purposes.")
	}
	if err != nil {
		s.Log.Error("record a look-up", zap.Error(err))
		return huma.Error500InternalServerError("The look-up cannot be recorded, so it is not answered: Custody is set up wrongly, its log says how.")
	}
	ctx, cancel := context.WithTimeout(ctx, s.PublishTimeout)
	defer cancel()
	if err := s.Publisher.EmitMessages(ctx, m); err != nil {
		s.Log.Error("record a look-up", zap.Error(err))
		return huma.Error503ServiceUnavailable("The look-up could not be recorded, so it is not answered. Try again later.")
	}
	return nil
}

func (s *server) unread(err error) error {
	s.Log.Error("read the log", zap.Error(err))
	return huma.Error503ServiceUnavailable("The log could not be read. Try again later.")
}

func recipientOf(r lineage.Recipient) recipient {
	return recipient{
		Recipient: r.Party, Path: list(r.Path), Categories: list(r.Categories), Purposes: list(r.Purposes), Grounds: list(r.Grounds),
		Relationships: list(r.Relationships), Countries: list(r.Countries), Mechanisms: list(r.Mechanisms), Refs: list(r.Refs), SDKs: list(r.SDKs),
		First: moment(r.First), Last: moment(r.Last), Events: r.Events, Findings: list(r.Findings),
	}
}

// list is never null in JSON.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// moment is null for no time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// register registers what huma serves and describes the whole API.
func (s *server) register(api huma.API) {
	operation := huma.Operation{
		OperationID: "recipients", Method: http.MethodGet, Path: "/v1/subjects/{subject}/recipients",
		Summary:     "Who got a person's data",
		Description: "Everyone who got the person's data, over any number of hops. The look-up is recorded as an event (access.logged) before it is answered. The certificate says whether the answer is complete; an incomplete one is given all the same, with 200.",
		Tags:        []string{"look-ups"}, Errors: []int{401, 403, 422, 500, 503}, Security: bearer,
	}
	huma.Register(api, operation, s.recipients)
	s.registerFindings(api)
	s.registerErasures(api)
	describeIngest(api.OpenAPI())
}
