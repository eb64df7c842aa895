package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

// An answer is a problem or a verdict.
type answer struct {
	Type, Title, Detail, Request string
	Status                       int
	Accepted                     *int
	Events                       []struct {
		Index                                    int
		ID, Outcome, Reason, Field, Rule, Remedy string
		Also                                     []struct{ Reason, Field string }
		Policy                                   string
		Findings                                 []rules.Explanation
	}
}

func parse(t *testing.T, w *httptest.ResponseRecorder) (a answer) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("answer %q: %v", w.Body, err)
	}
	return a
}

func TestEmitStoresThenAccepts(t *testing.T) {
	f := newFixture(t, api.Options{})
	w := f.post("/v1/events", structured, collected("1"))
	if w.Code != http.StatusAccepted || strings.TrimSpace(w.Body.String()) != `{"accepted":1}` {
		t.Errorf("answer = %d %s, want 202", w.Code, w.Body)
	}
	ms := f.publisher.messages()
	if len(ms) != 1 || string(ms[0].Key) != person || string(ms[0].Value) != collected("1") {
		t.Errorf("published %q, want the event as it came, keyed by its subject", ms)
	}
	if w.Header().Get("X-Request-Id") == "" {
		t.Error("no X-Request-Id")
	}
}

func TestAcceptedOnlyAfterTheBrokerHasIt(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.publisher.block = make(chan struct{})
	answered := make(chan int)
	go func() { answered <- f.post("/v1/events", structured, collected("1")).Code }()
	select {
	case code := <-answered:
		t.Fatalf("answered %d before the broker did", code)
	case f.publisher.block <- struct{}{}:
	}
	if code := <-answered; code != http.StatusAccepted {
		t.Errorf("answer = %d, want 202", code)
	}
}

func TestABatchTellsWhichEventsAreRejected(t *testing.T) {
	f := newFixture(t, api.Options{})
	w := f.post("/v1/events", batchType, "["+collected("a")+","+unknownTerm("b")+",17,"+collected("d")+"]")
	a := parse(t, w)
	if w.Code != http.StatusUnprocessableEntity || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("answer = %d %s, want 422 with a problem", w.Code, w.Header().Get("Content-Type"))
	}
	if a.Accepted == nil || *a.Accepted != 2 || len(f.publisher.messages()) != 2 {
		t.Errorf("accepted %v, %d stored, want 2", a.Accepted, len(f.publisher.messages()))
	}
	if len(a.Events) != 2 || a.Events[0].Index != 1 || a.Events[0].ID != "b" || a.Events[0].Reason != "unknown-term" || a.Events[0].Field != "data.purpose" ||
		a.Events[0].Rule == "" || a.Events[0].Remedy == "" || a.Events[1].Index != 2 || a.Events[1].Reason != "syntax" || a.Events[1].ID != "" {
		t.Errorf("events = %+v, want 1 (unknown-term of data.purpose) and 2 (syntax)", a.Events)
	}
	if a.Request != w.Header().Get("X-Request-Id") || a.Request == "" {
		t.Error("the problem does not name the request")
	}
}

func TestCheckStoresNothing(t *testing.T) {
	f := newFixture(t, api.Options{})
	w := f.post("/v1/events:check", batchType, "["+collected("a")+","+unknownTerm("b")+"]")
	a := parse(t, w)
	if w.Code != http.StatusOK || len(a.Events) != 2 || a.Events[0].Outcome != "accepted" || a.Events[1].Outcome != "rejected" || a.Events[1].Reason != "unknown-term" {
		t.Errorf("answer = %d %s", w.Code, w.Body)
	}
	if n := len(f.publisher.messages()); n != 0 {
		t.Errorf("%d events published, want none", n)
	}
}

// TestCheckSaysWhatWouldBeFound: what is rejected is not held against the rules;
// the client's language is that of the messages.
func TestCheckSaysWhatWouldBeFound(t *testing.T) {
	c, err := catalog.Standard()
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, api.Options{Rules: rules.NewCourt(c)})
	declared := strings.Replace(collected("a"), `"purpose":"order-fulfilment"`, `"purpose":"order-fulfilment","legal_basis":"pipl-13-1-2"`, 1)
	undeclared := strings.Replace(declared, "delivery-address", "religious-belief", 1)
	a := parse(t, f.post("/v1/events:check", batchType, "["+declared+","+undeclared+","+unknownTerm("c")+"]"))
	var got []string
	for _, e := range a.Events {
		s := e.Outcome + " " + e.Policy
		for _, found := range e.Findings {
			s += " " + found.Severity + " " + found.Rule + " " + found.Field
		}
		got = append(got, s)
	}
	want := []string{"accepted tmall-2023-04-18", "accepted tmall-2023-04-18 error undeclared-category data.categories", "rejected "}
	if !slices.Equal(got, want) {
		t.Errorf("check = %q, want %q", got, want)
	}
	if w := f.post("/v1/events:check", structured, declared); !strings.Contains(w.Body.String(), `"findings":[]`) {
		t.Errorf("check of a declared event = %s, want findings []", w.Body)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/events:check", strings.NewReader(undeclared))
	r.Header.Set("Content-Type", structured)
	r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9")
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), "隐私政策未就此声明这些个人信息种类: religious-belief") {
		t.Errorf("check in Chinese = %s", w.Body)
	}
}

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	f := newFixture(t, api.Options{})
	body := strings.Replace(unknownTerm("1"), `"origin":"person"`, `"colour":"red"`, 1)
	a := parse(t, f.post("/v1/events:check", structured, body))
	got := a.Events[0].Reason + " " + a.Events[0].Field
	for _, also := range a.Events[0].Also {
		got += ", " + also.Reason + " " + also.Field
	}
	if want := "missing-field data.origin, unknown-field data.colour, unknown-term data.purpose"; got != want {
		t.Errorf("faults = %s, want %s", got, want)
	}
	// The gateway sets the key: that a subject which is none makes no key is not told.
	a = parse(t, f.post("/v1/events:check", structured, strings.Replace(collected("1"), person, strings.ToUpper(person), 1)))
	if e := a.Events[0]; e.Field != "subject" || len(e.Also) != 0 {
		t.Errorf("faults of a subject in upper case = %+v, want the subject's only", e)
	}
}

func TestBrokerAwayIs503AndSafeToRetry(t *testing.T) {
	f := newFixture(t, api.Options{RetryAfter: 1500 * time.Millisecond})
	f.publisher.fail = func([]event.Message) error { return errors.New("dial tcp: refused") }
	w := f.post("/v1/events", batchType, "["+collected("a")+","+unknownTerm("b")+"]")
	a := parse(t, w)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "2" || *a.Accepted != 0 {
		t.Errorf("answer = %d, Retry-After %q: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
	}
	if len(a.Events) != 2 || a.Events[0].Outcome != "unacknowledged" || a.Events[0].ID != "a" || a.Events[1].Outcome != "rejected" {
		t.Errorf("events = %+v", a.Events)
	}
	f.publisher.fail = nil
	if w := f.post("/v1/events", structured, collected("a")); w.Code != http.StatusAccepted {
		t.Errorf("the same event again = %d, want 202", w.Code)
	}
}

func TestPartialFailuresAreExplicit(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.publisher.fail = func([]event.Message) error { return partial{1: errors.New("broker away")} }
	w := f.post("/v1/events", batchType, "["+unknownTerm("x")+","+collected("a")+","+collected("b")+","+collected("c")+"]")
	a := parse(t, w)
	if w.Code != http.StatusServiceUnavailable || *a.Accepted != 2 || len(a.Events) != 2 || a.Events[1].Index != 2 || a.Events[1].ID != "b" || a.Events[1].Outcome != "unacknowledged" {
		t.Errorf("answer = %d %s, want only event 2 unacknowledged", w.Code, w.Body)
	}
}

// What the publisher itself rejects is the event's fault, not ours.
func TestAPublishersRejectionIsARejection(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.publisher.fail = func([]event.Message) error {
		return partial{0: &event.Rejection{Reason: event.ReasonTooLarge, Rule: "at most"}}
	}
	w := f.post("/v1/events", structured, collected("a"))
	if a := parse(t, w); w.Code != http.StatusUnprocessableEntity || a.Events[0].Reason != "too-large" {
		t.Errorf("answer = %d %s, want 422 too-large", w.Code, w.Body)
	}
}

func TestRequestsThatAreNotRead(t *testing.T) {
	f := newFixture(t, api.Options{MaxRequest: 4096, MaxBatch: 3})
	for name, c := range map[string]struct {
		contentType, body string
		want              int
	}{
		"no content type":     {"", collected("1"), http.StatusUnsupportedMediaType},
		"JSON without ce-":    {"application/json", "{}", http.StatusUnsupportedMediaType},
		"Avro":                {"application/cloudevents+avro", "x", http.StatusUnsupportedMediaType},
		"a batch of XML":      {"application/cloudevents-batch+xml", "x", http.StatusUnsupportedMediaType},
		"a batch, no array":   {batchType, collected("1"), http.StatusBadRequest},
		"a batch cut off":     {batchType, "[" + collected("1"), http.StatusBadRequest},
		"too many events":     {batchType, "[1,2,3,4]", http.StatusRequestEntityTooLarge},
		"too many bytes":      {structured, strings.Repeat(" ", 4097), http.StatusRequestEntityTooLarge},
		"the batch of nobody": {batchType, "[]", http.StatusAccepted},
	} {
		w := f.post("/v1/events", c.contentType, c.body)
		if w.Code != c.want {
			t.Errorf("%s: answer = %d %s, want %d", name, w.Code, w.Body, c.want)
		}
		if w.Code >= 400 && (parse(t, w).Detail == "" || w.Header().Get("Content-Type") != "application/problem+json") {
			t.Errorf("%s: no problem in %s", name, w.Body)
		}
	}
	for contentType, body := range map[string]string{batchType: "[1,2,3,4]", structured: strings.Repeat(" ", 4097)} {
		w := f.post("/v1/events", contentType, body)
		if limit := map[string]string{batchType: "3 events", structured: "4096 bytes"}[contentType]; !strings.Contains(parse(t, w).Detail, limit) {
			t.Errorf("answer = %s, want it to name the limit of %s", w.Body, limit)
		}
	}
	if w := f.do(http.MethodPost, "/v1/events", "x", "Content-Type", structured, "Content-Encoding", "gzip"); w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("gzip: answer = %d, want 415", w.Code)
	}
	if w := f.do(http.MethodGet, "/v1/events", ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: answer = %d, want 405", w.Code)
	}
	if n := len(f.publisher.messages()); n != 0 {
		t.Errorf("%d events published, want none", n)
	}
}

func TestABodyOfUnknownLengthIsBoundedToo(t *testing.T) {
	f := newFixture(t, api.Options{MaxRequest: 4096})
	for size, want := range map[int]int{4096: http.StatusUnprocessableEntity, 4097: http.StatusRequestEntityTooLarge} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/events", strings.NewReader(strings.Repeat(" ", size)))
		r.ContentLength = -1
		r.Header.Set("Content-Type", structured)
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%d bytes = %d, want %d", size, w.Code, want)
		}
	}
}

func TestBackPressure(t *testing.T) {
	const most = 4096
	f := newFixture(t, api.Options{MaxRequest: most, MaxInFlight: 1}) // room for one large request: most + 64 KiB
	f.publisher.block, f.publisher.entered = make(chan struct{}), make(chan struct{}, 100)
	large := "[" + strings.Repeat(" ", most-2-len(collected("1"))) + collected("1") + "]"
	answered := make(chan int)
	const under = (most + 64<<10) / most
	for range under {
		go func() { answered <- f.post("/v1/events", batchType, large).Code }()
	}
	for range under {
		<-f.publisher.entered
	}
	w := f.post("/v1/events", batchType, large)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("answer = %d, Retry-After %q, want 429 with one", w.Code, w.Header().Get("Retry-After"))
	}
	close(f.publisher.block)
	for range under {
		if code := <-answered; code != http.StatusAccepted {
			t.Errorf("a request under way = %d, want 202", code)
		}
	}
	if w := f.post("/v1/events", batchType, large); w.Code != http.StatusAccepted {
		t.Errorf("after the rush = %d, want 202", w.Code)
	}
}

// A client that sends its body a byte at a time is cut off, and holds nothing.
func TestASlowBodyIsCutOff(t *testing.T) {
	f := newFixture(t, api.Options{BodyTimeout: 50 * time.Millisecond})
	server := httptest.NewServer(f.handler)
	defer server.Close()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("POST /v1/events HTTP/1.1\r\nHost: custody\r\nContent-Type: " + structured + "\r\nContent-Length: 1000\r\n\r\n{")); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 12)
	if _, err := conn.Read(head); err != nil || string(head) != "HTTP/1.1 408" {
		t.Errorf("answer = %q, %v, want 408", head, err)
	}
}

// A client that does not read its answer is cut off, and holds nothing.
func TestAnAnswerThatNobodyReadsIsGivenUp(t *testing.T) {
	f := newFixture(t, api.Options{BodyTimeout: 100 * time.Millisecond})
	client, server := net.Pipe() // without a buffer: every write waits for its reader
	defer client.Close()
	l := &oneConn{conn: server, closed: make(chan struct{})}
	done := make(chan struct{})
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		f.handler.ServeHTTP(w, r)
	})}
	go func() { _ = s.Serve(l) }()
	defer s.Close()
	body := "[" + strings.Repeat("1,", 900) + "1]"
	if _, err := fmt.Fprintf(client, "POST /v1/events HTTP/1.1\r\nHost: custody\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", batchType, len(body), body); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the handler still waits for the client to read")
	}
}

// A oneConn is a listener for one connection.
type oneConn struct {
	conn   net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { close(l.closed); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// A request that takes long to publish is not taken for a silent client.
func TestASlowBrokerIsNotASlowClient(t *testing.T) {
	f := newFixture(t, api.Options{BodyTimeout: 30 * time.Millisecond})
	f.publisher.block = make(chan struct{})
	server := httptest.NewServer(f.handler)
	defer server.Close()
	time.AfterFunc(150*time.Millisecond, func() { close(f.publisher.block) })
	res, err := http.Post(server.URL+"/v1/events", structured, strings.NewReader(collected("1")))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		t.Errorf("answer = %d, want 202", res.StatusCode)
	}
}

func TestPublishTimeout(t *testing.T) {
	f := newFixture(t, api.Options{PublishTimeout: time.Millisecond})
	f.publisher.block = make(chan struct{})
	w := f.post("/v1/events", structured, collected("1"))
	if a := parse(t, w); w.Code != http.StatusServiceUnavailable || a.Events[0].Outcome != "unacknowledged" {
		t.Errorf("answer = %d %s, want 503", w.Code, w.Body)
	}
}

func TestAPanicIsAnAnswerToo(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.publisher.fail = func([]event.Message) error { panic("an event's bytes") }
	w := f.post("/v1/events", structured, collected("1"))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "bytes") {
		t.Errorf("answer = %d %s, want a bare 500", w.Code, w.Body)
	}
	f.publisher.fail = nil
	if w := f.post("/v1/events", structured, collected("1")); w.Code != http.StatusAccepted {
		t.Errorf("the next = %d, want 202", w.Code)
	}
}

func TestNoPersonalValueComesBack(t *testing.T) {
	const phone = "13800138000"
	f := newFixture(t, api.Options{})
	for name, body := range map[string]string{
		"in the id":        collected(phone),
		"in a note":        strings.Replace(collected("1"), `"origin"`, `"note":"call `+phone+`","origin"`, 1),
		"in a member name": strings.Replace(collected("1"), `"origin"`, `"`+phone+`":1,"origin"`, 1),
		"in a term":        strings.Replace(collected("1"), "order-fulfilment", phone, 1),
		"in an attribute":  strings.Replace(collected("1"), `"id"`, `"ext":"`+phone+`","id"`, 1),
	} {
		for _, path := range []string{"/v1/events", "/v1/events:check"} {
			w := f.post(path, structured, body)
			if strings.Contains(w.Body.String(), phone) || !strings.Contains(w.Body.String(), "rejected") {
				t.Errorf("%s: %s answers %s", name, path, w.Body)
			}
		}
	}
	families, err := f.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if strings.Contains(family.String(), phone) {
			t.Errorf("the metric %s holds the value", family.GetName())
		}
	}
}

func TestAClientThatHangsUpGivesUp(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.publisher.block = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/events", strings.NewReader(collected("1")))
	r.Header.Set("Content-Type", structured)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("answer = %d, want 503", w.Code)
	}
}
