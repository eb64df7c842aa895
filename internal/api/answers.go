package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/schemas/event"
)

// What became of an answer, for the log and the metric. No kind of event of the
// contract is for one that was not taken: operation.logged is what operators do to
// the log, access.logged that a person was looked up, and a stranger must not be
// able to make either.
const (
	answerTaken     = "taken"
	answerRepeated  = "repeated"  // it had been taken before
	answerMalformed = "malformed" // no answer, or one that the contract does not take
	answerUnsigned  = "unsigned"  // not signed by the party in whose name it speaks
	answerElsewhere = "elsewhere" // signed, and about another case than its URL
	answerUnknown   = "unknown"   // there is no such case
	answerNotAsked  = "not-asked" // the party has no part in the case
	answerFailed    = "failed"    // ours
)

// maxAnswer is the most bytes that an answer has.
const maxAnswer = 256 << 10

// A taken is the answer to an answer.
type taken struct {
	Events int `json:"events" doc:"How many events the answer has become: what was said, and one for each recipient of the party's own"`
}

// An unheard is why an answer changed nothing.
type unheard struct {
	outcome string
	problem
}

// answer takes what a party says to a request to erase. Who it is follows from the
// signature alone, and nothing is read before that is good.
func (s *server) answer(w *response, r *http.Request) {
	party, events, no := s.hear(w, r)
	s.heard(party, no, zap.String("request", w.id))
	if no != nil {
		w.fail(no.problem)
		return
	}
	w.answer("application/json", http.StatusAccepted, taken{events})
}

// heard records what became of an answer.
func (s *server) heard(party string, no *unheard, where zap.Field) {
	if no == nil {
		s.metrics.answers.WithLabelValues(answerTaken).Inc()
		return
	}
	s.metrics.answers.WithLabelValues(no.outcome).Inc()
	s.Log.Warn("an answer was not taken; nothing is changed", zap.String("why", no.outcome), zap.String("recipient", party), where)
}

// hear names the party only where that is known to be it.
func (s *server) hear(w *response, r *http.Request) (party string, events int, no *unheard) {
	if !s.flight.board(maxAnswer) {
		w.Header().Set("Connection", "close")
		return "", 0, &unheard{answerFailed, problem{Status: http.StatusTooManyRequests, kind: "busy", after: s.RetryAfter, Detail: "The gateway has all the bytes under way that it may have. Send the answer again later."}}
	}
	defer s.flight.leave(maxAnswer)
	if r.ContentLength > maxAnswer {
		return "", 0, &unheard{answerMalformed, problem{Status: http.StatusRequestEntityTooLarge, kind: "too-large", Detail: "An answer has at most 262144 bytes."}}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxAnswer)
	body, p := s.body(w, r)
	if p != nil {
		return "", 0, &unheard{answerMalformed, *p}
	}
	h := r.Header
	reply, no := s.signed(letter{h.Get(notice.HeaderID), h.Get(notice.HeaderTimestamp), h.Get(notice.HeaderSignature), body, s.Now()})
	if no != nil {
		return reply.Recipient, 0, no
	}
	// that it is signed does not say what for: without this the answer to one case could be replayed to another
	if reply.Controller != r.PathValue("controller") || reply.Case != r.PathValue("case") {
		return reply.Recipient, 0, errElsewhere
	}
	events, no = s.take(r.Context(), reply)
	return reply.Recipient, events, no
}

// A letter is an answer as it came, and when.
type letter struct {
	id, timestamp, signature string
	body                     []byte
	at                       time.Time
}

var errElsewhere = &unheard{answerElsewhere, problem{Status: http.StatusUnprocessableEntity, kind: "other-case",
	Detail: "The answer is about another case: controller and case must be those of the URL, and id the webhook-id."}}

// signed reads an answer. Whose it is, is told only where that is known.
func (s *server) signed(l letter) (reply erasure.Reply, no *unheard) {
	reply, err := erasure.ReadReply(l.body)
	if err != nil {
		return erasure.Reply{}, &unheard{answerMalformed, problem{Status: http.StatusBadRequest, kind: "answer", Detail: sentence(err)}}
	}
	if err := s.Routes.Verify(reply.Recipient, l.id, l.timestamp, l.signature, l.body, l.at); err != nil {
		return erasure.Reply{}, &unheard{answerUnsigned, problem{Status: http.StatusUnauthorized, kind: "signature", Detail: sentence(err)}}
	}
	if reply.ID != l.id {
		return reply, errElsewhere
	}
	return reply, nil
}

// take makes an answer events, once: the same one that comes twice at the same
// time waits for itself, and for the log.
func (s *server) take(ctx context.Context, reply erasure.Reply) (int, *unheard) {
	ctx, cancel := context.WithTimeout(ctx, s.LookupTimeout)
	defer cancel()
	over, err := s.answering.take(ctx, erasure.ID("answer", reply.Controller, reply.Case, reply.Recipient, reply.ID))
	if err != nil {
		return 0, s.unheard(errors.Join(errBehind, err))
	}
	defer over()
	file, err := s.asked(ctx, reply.Controller, reply.Case)
	if err != nil {
		return 0, s.unheard(err)
	}
	events, err := file.Case.Take(reply.Recipient, reply.Answer, s.Source, s.Now())
	if err != nil {
		return 0, s.unheard(err)
	}
	messages, err := s.written(events)
	if err != nil {
		return 0, s.unheard(err)
	}
	if err := s.Publisher.EmitMessages(ctx, messages...); err != nil {
		return 0, s.unheard(errors.Join(errBehind, err))
	}
	return len(events), nil
}

// written is what events are as messages, if the gateway takes these: its limits may
// be narrower than the contract's, and the publisher checks nothing.
func (s *server) written(events []event.Event) (messages []event.Message, err error) {
	d := s.judges.Get().(*event.Decoder)
	defer s.judges.Put(d)
	for _, e := range events {
		m, err := event.Marshal(e)
		if err != nil {
			return nil, err
		}
		if _, rejection := d.Decode(&m, s.Now()); rejection != nil {
			return nil, rejection
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// The reasons why a case cannot be opened.
var (
	errNoCase = errors.New("there is no such case")
	errBehind = errors.New("what was said before is not known yet")
)

// asked opens the file of a case for an answer, from all that Kafka holds: else
// one that was taken a moment ago would be taken again.
func (s *server) asked(ctx context.Context, controller, id string) (docket.File, error) {
	certificate, err := s.tide.know(ctx, s.whole)
	if err != nil {
		return docket.File{}, errors.Join(errBehind, err)
	}
	if certificate.Conclude(); certificate.Missing > 0 {
		return docket.File{}, errBehind
	}
	known := certificate.Known()
	request, err := s.request(ctx, known, controller, id)
	if err != nil {
		return docket.File{}, err
	}
	files, err := s.Docket.OpenTold(ctx, known, s.Now(), request)
	if err != nil {
		return docket.File{}, errors.Join(errBehind, err)
	}
	return files[0], nil
}

// whole asks how far Kafka is, and waits until the log is as far.
func (s *server) whole() (c ledger.Certificate, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.LookupTimeout)
	defer cancel()
	await, err := s.Lineage.Ask(ctx)
	if err != nil {
		return c, err
	}
	return await(ctx, patienceDefault)
}

// patienceDefault is how long the log may take to be as far as Kafka.
const patienceDefault = 5 * time.Second

// request is what opened a case: ids are their controllers' own.
func (s *server) request(ctx context.Context, known ledger.Known, controller, id string) (lineage.Act, error) {
	requests, err := s.Cases.Case(ctx, known, id)
	if err != nil {
		return lineage.Act{}, errors.Join(errBehind, err)
	}
	at := slices.IndexFunc(requests, func(r lineage.Act) bool { return r.Controller == controller })
	if at < 0 {
		return lineage.Act{}, errNoCase
	}
	return requests[at], nil
}

// unheard says why an answer is not taken.
func (s *server) unheard(err error) *unheard {
	switch {
	case errors.Is(err, errNoCase):
		return &unheard{answerUnknown, problem{Status: http.StatusNotFound, kind: "case", Detail: "There is no such case."}}
	case errors.Is(err, erasure.ErrNotAsked):
		return &unheard{answerNotAsked, problem{Status: http.StatusForbidden, kind: "not-asked", Detail: "The party has no part in this case: it has nothing of the person's, as far as is known."}}
	case errors.Is(err, erasure.ErrTaken):
		return &unheard{answerRepeated, problem{Status: http.StatusConflict, kind: "taken", Detail: "The answer was taken before. Nothing is to be done; another answer needs another id."}}
	case errors.Is(err, errBehind):
		s.Log.Error("take an answer", zap.Error(err))
		return &unheard{answerFailed, problem{Status: http.StatusServiceUnavailable, kind: "unavailable", after: s.RetryAfter, Detail: "The answer could not be taken down. Send it again later, with the same id."}}
	}
	return &unheard{answerMalformed, problem{Status: http.StatusUnprocessableEntity, kind: "answer", Detail: sentence(err)}}
}

// describeAnswers adds the operation to what is described.
func describeAnswers(o *huma.OpenAPI) {
	header := func(name, says string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: says, Schema: &huma.Schema{Type: "string"}}
	}
	path := func(name, says string) *huma.Param {
		return &huma.Param{Name: name, In: "path", Required: true, Description: says, Schema: &huma.Schema{Type: "string"}}
	}
	o.AddOperation(&huma.Operation{
		OperationID: "answer-erasure", Method: http.MethodPost, Path: "/v1/erasures/{controller}/{case}/answers", Tags: []string{"erasures"},
		Summary:     "Answer a request to erase",
		Description: "For parties that were sent a notice, whose member answer is this URL. The body is signed with the party's token, as Standard Webhooks has it. An answer that comes twice is taken once: 409 with the type taken says that it has been.",
		Parameters: []*huma.Param{
			path("controller", "Whose case it is"), path("case", "Its id"),
			header(notice.HeaderID, "The answer's id: the same for every attempt to send it"),
			header(notice.HeaderTimestamp, "Seconds since 1970; at most five minutes old"),
			header(notice.HeaderSignature, "v1, and the HMAC-SHA256 by the party's token of id, timestamp and body, joined by full stops, in base64; where the party has a public key, a blank, v1a, and the Ed25519 signature of the same"),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: o.Components.Schemas.Schema(typeOf[erasure.Reply](), true, "")}}},
		Responses: responses(o.Components.Schemas, map[int]any{202: taken{}, 400: problem{}, 401: problem{}, 403: problem{}, 404: problem{}, 408: problem{},
			409: problem{}, 413: problem{}, 422: problem{}, 429: problem{}, 503: problem{}}),
	})
}
