package api_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/schemas/event"
)

// A shelf has the files of two cases: one about a person, whose name sto got, and
// one about everyone.
type shelf struct {
	acts      []lineage.Act
	err       error
	noPersons bool // whoever asks for everyone gets an error
}

func newShelf() *shelf {
	return &shelf{acts: []lineage.Act{
		{Event: lineage.Ref{Source: "/s", ID: "r1"}, Kind: event.KindErasureRequested, Subject: person, Time: noon, RecordedAt: noon, Controller: "tmall", RequestID: "case/17", Ground: "person-request", Scope: "all"},
		{Event: lineage.Ref{Source: "/s", ID: "all"}, Kind: event.KindErasureRequested, Time: noon, RecordedAt: noon, Controller: "tmall", Ground: "cessation", Scope: "controller"},
		{Event: lineage.Ref{Source: "/s", ID: "n1"}, Kind: event.KindErasureNotified, Time: noon, RecordedAt: noon, Controller: "tmall", RequestID: "all", Recipient: "zto", Attempt: 1, Delivery: "sent", Channel: "webhook", Categories: []string{"name"}},
	}}
}

func (s *shelf) requests() []lineage.Act {
	return slices.DeleteFunc(slices.Clone(s.acts), func(a lineage.Act) bool { return a.Kind != event.KindErasureRequested })
}

func (s *shelf) RequestsAfter(_ context.Context, _ ledger.Known, at time.Time, request lineage.Ref, limit int) ([]lineage.Act, error) {
	requests := s.requests()
	if !at.IsZero() {
		requests = requests[1+slices.IndexFunc(requests, func(a lineage.Act) bool { return a.Time.Equal(at) && a.Event == request }):]
	}
	return requests[:min(limit, len(requests))], s.err
}

func (s *shelf) Case(_ context.Context, _ ledger.Known, id string) ([]lineage.Act, error) {
	return slices.DeleteFunc(s.requests(), func(a lineage.Act) bool { return a.Case() != id }), s.err
}

func (s *shelf) Acts(context.Context, ledger.Known, ...string) ([]lineage.Act, error) {
	return s.acts, s.err
}

func (s *shelf) Flows(context.Context, ledger.Known, ...string) ([]lineage.Flow, error) {
	return []lineage.Flow{{
		Event: lineage.Ref{Source: "/s", ID: "f1"}, Subject: person, Kind: event.KindShared, Time: noon.Add(-time.Hour), RecordedAt: noon.Add(-time.Hour), Controller: "tmall", Holder: "tmall",
		Recipient: "sto", Categories: []string{"name"}, Purpose: "order-delivery", RecipientRef: "waybill-1",
	}}, s.err
}

func (s *shelf) Links(context.Context, ledger.Known, ...string) ([]lineage.Link, error) {
	return nil, s.err
}

func (s *shelf) Consents(context.Context, ledger.Known, ...string) ([]lineage.Consent, error) {
	return nil, s.err
}

func (s *shelf) Persons(_ context.Context, _ ledger.Known, _ string, _ []string, after string, _ int) ([]string, error) {
	if s.noPersons {
		return nil, errors.New("everyone was read")
	}
	if after != "" {
		return nil, s.err
	}
	return []string{person}, s.err
}

const stoToken, ztoToken = notice.Token("sto-0123456789abcdef0123456789abcdef"), notice.Token("zto-0123456789abcdef0123456789abcdef")

var ztoKey = ed25519.NewKeyFromSeed([]byte("zto-seed-of-thirty-two-bytes-000"))

func newDesk(t *testing.T, o api.Options) (*fixture, *shelf) {
	t.Helper()
	s := newShelf()
	o.Cases, o.Docket = s, docket.Docket{Log: s, Persons: s, Rules: func(string, time.Time) erasure.Rules {
		return erasure.Rules{Channels: map[string]string{"sto": "webhook", "zto": "webhook"}}
	}}
	o.Routes = &notice.Routes{
		Tokens: map[string]notice.Token{"sto": stoToken, "zto": ztoToken},
		Keys:   map[string]string{"zto": base64.StdEncoding.EncodeToString(ztoKey.Public().(ed25519.PublicKey))},
	}
	return newFixture(t, o), s
}

const answersURL = "/v1/erasures/tmall/case%2F17/answers"

// said is an answer of sto's to the case about a person, with more members.
func said(id, more string) string {
	return `{"controller":"tmall","case":"case/17","recipient":"sto","id":"` + id + `",` + more + `}`
}

// reply signs an answer and sends it.
func (f *fixture) reply(url string, token notice.Token, id, body string) (code int, text string) {
	w := f.do(http.MethodPost, url, body, "Content-Type", "application/json",
		notice.HeaderID, id, notice.HeaderTimestamp, strconv.FormatInt(noon.Unix(), 10), notice.HeaderSignature, token.Sign(id, noon, []byte(body)))
	return w.Code, w.Body.String()
}

func TestAnswersAreTaken(t *testing.T) {
	f, s := newDesk(t, api.Options{})
	body := said("a-1", `"status":"executed","evidence":{"uri":"https://sto.example/1"},"passed_on":[{"recipient":"locker","categories":["name"],"purpose":"order-delivery","reference":"l-1","time":"2026-11-19T00:00:00Z"}]`)
	if code, text := f.reply(answersURL, stoToken, "a-1", body); code != http.StatusAccepted || text != "{\"events\":2}\n" {
		t.Fatalf("answer = %d %s, want 202 and two events", code, text)
	}
	var kinds []string
	d := event.NewDecoder(event.Options{})
	for _, m := range f.publisher.messages() {
		rec, rejection := d.Decode(&m, noon)
		if rejection != nil {
			t.Fatal(rejection)
		}
		kinds = append(kinds, rec.Kind.String()+" "+string(rec.Text(event.FieldRecipient)))
	}
	if want := []string{"data.shared locker", "erasure.executed sto"}; !slices.Equal(kinds, want) {
		t.Errorf("events = %v, want %v", kinds, want)
	}
	// once more, when it is logged
	s.acts = append(s.acts, lineage.Act{Event: lineage.Ref{Source: "/custody/api", ID: erasure.ID("answer", "tmall", "case/17", "sto", "a-1")}, Kind: event.KindErasureExecuted,
		Time: noon, RecordedAt: noon, Subject: person, Controller: "tmall", RequestID: "case/17", Recipient: "sto"})
	if code, text := f.reply(answersURL, stoToken, "a-1", body); code != http.StatusConflict || !strings.Contains(text, "problems/taken") {
		t.Errorf("the same answer again = %d %s, want 409", code, text)
	}
	if n := len(f.publisher.messages()); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	if got := f.answers(); got != "repeated 1, taken 1" {
		t.Errorf("answers counted = %s", got)
	}
}

// What the writer of the log would reject is not said to be taken: its limits, and
// the gateway's, may be narrower than the contract's.
func TestAnAnswerBeyondTheLimits(t *testing.T) {
	f, _ := newDesk(t, api.Options{Check: event.Options{MaxBytes: 1024}})
	long := said("1", `"status":"executed","evidence":{"uri":"https://sto.example/`+strings.Repeat("b", 1000)+`"}`)
	if code, text := f.reply(answersURL, stoToken, "1", long); code != http.StatusUnprocessableEntity || !strings.Contains(text, "oo-large") {
		t.Errorf("a long answer = %d %s, want 422", code, text)
	}
	if code, text := f.reply(answersURL, stoToken, "2", said("2", `"status":"executed"`)); code != http.StatusAccepted || len(f.publisher.messages()) != 1 {
		t.Errorf("a short answer = %d %s, with %d events; want 202, and one", code, text, len(f.publisher.messages()))
	}
}

// answers are the outcomes that were counted.
func (f *fixture) answers() string {
	f.t.Helper()
	families, err := f.metrics.Gather()
	if err != nil {
		f.t.Fatal(err)
	}
	var counted []string
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "custody_api_answers_total" {
				counted = append(counted, fmt.Sprint(m.GetLabel()[0].GetValue(), " ", m.GetCounter().GetValue()))
			}
		}
	}
	return strings.Join(counted, ", ")
}

// Who has a public key signs with it, too; a case about everyone is not planned
// for an answer.
func TestAnswersOfWhoHasAKey(t *testing.T) {
	f, _ := newDesk(t, api.Options{})
	const url, body = "/v1/erasures/tmall/all/answers", `{"controller":"tmall","case":"all","recipient":"zto","id":"z","status":"acknowledged"}`
	stamp := strconv.FormatInt(noon.Unix(), 10)
	byKey := "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(ztoKey, []byte("z."+stamp+"."+body)))
	if code, text := f.reply(url, ztoToken, "z", body); code != http.StatusUnauthorized {
		t.Errorf("an answer with the token only = %d %s, want 401", code, text)
	}
	for name, c := range map[string]struct {
		signatures string
		want       int
	}{"with the key only": {byKey, http.StatusUnauthorized}, "with both": {ztoToken.Sign("z", noon, []byte(body)) + " " + byKey, http.StatusAccepted}} {
		w := f.do(http.MethodPost, url, body, notice.HeaderID, "z", notice.HeaderTimestamp, stamp, notice.HeaderSignature, c.signatures)
		if w.Code != c.want {
			t.Errorf("%s = %d %s, want %d", name, w.Code, w.Body, c.want)
		}
	}
}

// G6: what is not a party's answer to this case changes nothing, and is recorded.
func TestAnswersThatAreNotTaken(t *testing.T) {
	const executed, phone = `"status":"executed"`, "13912345678"
	for name, c := range map[string]struct {
		url, id, body string
		token         notice.Token
		code          int
		kind, outcome string
	}{
		"a wrong token":           {answersURL, "1", said("1", executed), ztoToken, http.StatusUnauthorized, "signature", "unsigned"},
		"in another party's name": {answersURL, "1", strings.Replace(said("1", executed), `"sto"`, `"zto"`, 1), stoToken, http.StatusUnauthorized, "signature", "unsigned"},
		"of nobody known":         {answersURL, "1", strings.Replace(said("1", executed), `"sto"`, `"`+phone+`"`, 1), stoToken, http.StatusUnauthorized, "signature", "unsigned"},
		"to another case":         {"/v1/erasures/tmall/all/answers", "1", said("1", executed), stoToken, http.StatusUnprocessableEntity, "other-case", "elsewhere"},
		"under another id":        {answersURL, "2", said("1", executed), stoToken, http.StatusUnprocessableEntity, "other-case", "elsewhere"},
		"an unknown case":         {"/v1/erasures/tmall/none/answers", "1", strings.Replace(said("1", executed), "case/17", "none", 1), stoToken, http.StatusNotFound, "case", "unknown"},
		"another's case":          {"/v1/erasures/tmall/all/answers", "1", strings.Replace(said("1", executed), "case/17", "all", 1), stoToken, http.StatusForbidden, "not-asked", "not-asked"},
		"another controller":      {"/v1/erasures/jd/case%2F17/answers", "1", strings.Replace(said("1", executed), "tmall", "jd", 1), stoToken, http.StatusNotFound, "case", "unknown"},
		"an unknown status":       {answersURL, "1", said("1", `"status":"fine"`), stoToken, http.StatusUnprocessableEntity, "answer", "malformed"},
		"an unknown member":       {answersURL, "1", said("1", executed+`,"statsu":1`), stoToken, http.StatusBadRequest, "answer", "malformed"},
		"a personal value":        {answersURL, "1", said("1", executed+`,"note":"call `+phone+`"`), stoToken, http.StatusUnprocessableEntity, "answer", "malformed"},
		"no JSON":                 {answersURL, "1", "executed", stoToken, http.StatusBadRequest, "answer", "malformed"},
		"too much":                {answersURL, "1", said("1", executed+`,"note":"`+strings.Repeat("a", 300<<10)+`"`), stoToken, http.StatusRequestEntityTooLarge, "too-large", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := newDesk(t, api.Options{})
			code, text := f.reply(c.url, c.token, c.id, c.body)
			if code != c.code || !strings.Contains(text, "problems/"+c.kind+`"`) || strings.Contains(text, phone) {
				t.Errorf("answer = %d %s, want %d %s", code, text, c.code, c.kind)
			}
			if n := len(f.publisher.messages()); n != 0 {
				t.Errorf("%d events, want none", n)
			}
			if got := f.answers(); got != c.outcome+" 1" {
				t.Errorf("answers counted = %s, want one that is %s", got, c.outcome)
			}
		})
	}
}

func TestAnOldSignatureIsNotTaken(t *testing.T) {
	f, _ := newDesk(t, api.Options{Now: func() time.Time { return noon.Add(6 * time.Minute) }})
	if code, text := f.reply(answersURL, stoToken, "1", said("1", `"status":"executed"`)); code != http.StatusUnauthorized || !strings.Contains(text, "five minutes") {
		t.Errorf("answer = %d %s, want 401", code, text)
	}
}

// An answer is taken only from all that Kafka holds: else it could be taken twice.
func TestAnswersWaitForTheLog(t *testing.T) {
	for name, spoil := range map[string]func(*fixture, *shelf){
		"the log is behind":   func(f *fixture, _ *shelf) { f.log.missing = 3 },
		"no word of Kafka's":  func(f *fixture, _ *shelf) { f.log.missing = -1 },
		"the log is not read": func(_ *fixture, s *shelf) { s.err = errors.New("no ClickHouse") },
		"Kafka does not take it": func(f *fixture, _ *shelf) {
			f.publisher.fail = func([]event.Message) error { return errors.New("away") }
		},
	} {
		f, s := newDesk(t, api.Options{})
		spoil(f, s)
		if code, text := f.reply(answersURL, stoToken, "1", said("1", `"status":"executed"`)); code != http.StatusServiceUnavailable || strings.Contains(text, "ClickHouse") {
			t.Errorf("%s: answer = %d %s, want 503", name, code, text)
		}
	}
}

func TestCasesAreToldOf(t *testing.T) {
	f, _ := newDesk(t, api.Options{})
	for path, want := range map[string]string{
		"/v1/erasures?state=all":                                      `"case":"case/17","scope":"all"`,
		"/v1/erasures":                                                `"parties":2,"open":2,"overdue":0,"unreachable":0`,
		"/v1/erasures?state=overdue":                                  `"cases":[]`,
		"/v1/erasures/tmall/case%2F17":                                `"party":"sto"`,
		"/v1/erasures/tmall/case%2F17/plan":                           `"notices":[{"party":"sto","channel":"webhook","why":"first"`,
		"/v1/erasures/tmall/case%2F17/report":                         `"case": "case/17"`,
		"/v1/erasures/tmall/case%2F17/report?format=html&language=zh": `<html lang="zh"`,
	} {
		w := f.do(http.MethodGet, path, "")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s = %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
	// G8: each look at a person's case is recorded; the list names nobody
	if n := len(f.publisher.messages()); n != 4 {
		t.Errorf("%d look-ups recorded, want 4", n)
	}
	if list := f.do(http.MethodGet, "/v1/erasures", "").Body.String(); strings.Contains(list, person) {
		t.Errorf("the list names a person: %s", list)
	}
	for path, want := range map[string]int{"/v1/erasures/tmall/none": 404, "/v1/erasures/tmall/none/plan": 404, "/v1/erasures?wait=long": 422, "/v1/erasures?after=here": 422, "/v1/erasures?limit=0": 422} {
		if w := f.do(http.MethodGet, path, ""); w.Code != want {
			t.Errorf("GET %s = %d, want %d", path, w.Code, want)
		}
	}
}

// A list is walked to its end, a page at a time. Of a case about everyone nobody is
// read, and that its only party has answered does not close it.
func TestCasesInPages(t *testing.T) {
	f, s := newDesk(t, api.Options{})
	s.acts = append(s.acts, lineage.Act{Event: lineage.Ref{Source: "/s", ID: "e1"}, Kind: event.KindErasureExecuted, Time: noon, RecordedAt: noon,
		Controller: "tmall", RequestID: "all", Recipient: "zto"})
	s.noPersons = true
	for state, want := range map[string][]string{"open": {"case/17", "all"}, "all": {"case/17", "all"}, "closed": {}, "overdue": {}} {
		got, after := []string{}, ""
		for pages := 0; pages == 0 || after != ""; pages++ {
			var page struct {
				Cases []struct{ Case string }
				Next  string
			}
			w := f.do(http.MethodGet, "/v1/erasures?limit=1&state="+state+"&after="+after, "")
			if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK || len(page.Cases) > 1 || pages > 2 {
				t.Fatalf("page %d of %s = %d %s", pages, state, w.Code, w.Body)
			}
			for _, c := range page.Cases {
				got = append(got, c.Case)
			}
			after = page.Next
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s = %v, want %v", state, got, want)
		}
	}
}

func TestCasesAreOpened(t *testing.T) {
	f, s := newDesk(t, api.Options{})
	open := func(body string) (int, string) {
		w := f.post("/v1/erasures", "application/json", body)
		return w.Code, w.Body.String()
	}
	for body, want := range map[string]int{
		`{"controller":"tmall","subject":"` + person + `","ground":"account-closure","case":"case-18"}`:          http.StatusAccepted,
		`{"controller":"tmall","subject":"` + person + `","ground":"consent-withdrawn","recipients":["sto"]}`:    http.StatusAccepted,
		`{"controller":"tmall","everyone":true,"ground":"entrustment-ended","recipients":["sto"]}`:               http.StatusAccepted,
		`{"controller":"tmall","subject":"` + person + `","ground":"account-closure","case":"case/17"}`:          http.StatusConflict,
		`{"controller":"tmall","ground":"cessation"}`:                                                            http.StatusUnprocessableEntity,
		`{"controller":"tmall","subject":"` + person + `","ground":"fun"}`:                                       http.StatusUnprocessableEntity,
		`{"controller":"tmall","subject":"tmall:12345","ground":"account-closure"}`:                              http.StatusUnprocessableEntity,
		`{"controller":"tmall","subject":"` + person + `","ground":"account-closure","note":"call 13912345678"}`: http.StatusUnprocessableEntity,
	} {
		if code, text := open(body); code != want || strings.Contains(text, "13912345678") {
			t.Errorf("POST %s = %d %s, want %d", body, code, text, want)
		}
	}
	if n := len(f.publisher.messages()); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
	s.err = errors.New("no ClickHouse")
	if code, _ := open(`{"controller":"tmall","subject":"` + person + `","ground":"account-closure","case":"case-19"}`); code != http.StatusServiceUnavailable {
		t.Errorf("without the log = %d, want 503: nobody knows whether there is such a case", code)
	}
}

// The deleter is a role of its own: an auditor opens no case, a producer sees none.
func TestScopesOfCases(t *testing.T) {
	var lines []string
	secrets := map[api.Scope]string{}
	for _, scope := range api.Scopes() {
		secret, line := api.NewToken(string(scope), scope)
		secrets[scope], lines = secret, append(lines, line)
	}
	f, _ := newDesk(t, api.Options{Tokens: tokens(t, strings.Join(lines, "\n"))})
	const request = `{"controller":"tmall","subject":"` + person + `","ground":"account-closure"}`
	for scope, want := range map[api.Scope][2]int{api.ScopeErase: {200, 202}, api.ScopeLookup: {200, 403}, api.ScopeEmit: {403, 403}} {
		get := f.do(http.MethodGet, "/v1/erasures/tmall/all", "", "Authorization", "Bearer "+secrets[scope])
		post := f.do(http.MethodPost, "/v1/erasures", request, "Authorization", "Bearer "+secrets[scope], "Content-Type", "application/json")
		if got := [2]int{get.Code, post.Code}; got != want {
			t.Errorf("with the scope %s: look and open = %v, want %v", scope, got, want)
		}
	}
	if code, text := f.reply(answersURL, stoToken, "1", said("1", `"status":"executed"`)); code != http.StatusAccepted {
		t.Errorf("an answer without an API token = %d %s, want 202: it is signed", code, text)
	}
}

// The same answer that comes twice at once is taken once: the second waits for the first.
func TestTheSameAnswerAtOnce(t *testing.T) {
	f, s := newDesk(t, api.Options{})
	f.publisher.block, f.publisher.entered = make(chan struct{}), make(chan struct{}, 2)
	body := said("a-1", `"status":"executed"`)
	codes := make(chan int, 2)
	for range 2 {
		go func() {
			code, _ := f.reply(answersURL, stoToken, "a-1", body)
			codes <- code
		}()
	}
	<-f.publisher.entered
	s.acts = append(s.acts, lineage.Act{Event: lineage.Ref{Source: "/custody/api", ID: erasure.ID("answer", "tmall", "case/17", "sto", "a-1")}, Kind: event.KindErasureExecuted,
		Time: noon, RecordedAt: noon, Subject: person, Controller: "tmall", RequestID: "case/17", Recipient: "sto"})
	close(f.publisher.block)
	if a, b := <-codes, <-codes; a+b != http.StatusAccepted+http.StatusConflict {
		t.Errorf("answers = %d and %d, want 202 and 409", a, b)
	}
}
