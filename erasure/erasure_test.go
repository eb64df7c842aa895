package erasure_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/erasure"
	cases "github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/notice"
)

var (
	seed   = bytes.Repeat([]byte{7}, 32)
	public = ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	told   = cases.Notification{
		ID: "n-1", Time: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), Case: "case/17", Controller: "tmall", Recipient: "sto", References: []string{"waybill-1"}, Erase: []string{"name"}, Ask: []string{"email"},
		Keep: []cases.Keep{{Category: "order", Exemption: "statutory-retention", Until: "2029-04-18"}}, Deadline: time.Date(2026, 12, 5, 16, 0, 0, 0, time.UTC), Reminder: true,
	}
)

// What Custody posts is what arrives, and nothing that it did not sign.
func TestInbox(t *testing.T) {
	var got []erasure.Notice
	var fail error
	inbox := httptest.NewServer(erasure.Inbox{Key: public, Take: func(_ context.Context, n erasure.Notice) error {
		got = append(got, n)
		return fail
	}})
	defer inbox.Close()
	send := func(key notice.Key, now time.Time) error {
		return notice.Webhook{URL: inbox.URL, Source: "/custody", Key: key, Now: func() time.Time { return now }}.Send(t.Context(), told)
	}
	if err := send(notice.NewKey(seed), time.Now()); err != nil {
		t.Fatal(err)
	}
	want := erasure.Notice{ID: told.ID, Time: told.Time, Case: told.Case, Controller: told.Controller, Recipient: told.Recipient, References: told.References, Erase: told.Erase, Ask: told.Ask,
		Keep: []erasure.Keep{{Category: "order", Exemption: "statutory-retention", Until: "2029-04-18"}}, Deadline: told.Deadline, Reminder: true}
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("took %+v, want %+v", got, want)
	}
	for name, c := range map[string]struct {
		key  notice.Key
		now  time.Time
		fail error
		want int
	}{
		"another's key":    {notice.NewKey(make([]byte, 32)), time.Now(), nil, http.StatusUnauthorized},
		"an old signature": {notice.NewKey(seed), time.Now().Add(-time.Hour), nil, http.StatusUnauthorized},
		"what cannot be":   {notice.NewKey(seed), time.Now(), errors.New("disk full"), http.StatusServiceUnavailable},
	} {
		fail = c.fail
		var refused notice.RefusalError
		if err := send(c.key, c.now); !errors.As(err, &refused) || refused.Status != c.want {
			t.Errorf("%s: Send = %v, want %d", name, err, c.want)
		}
	}
	if len(got) != 2 {
		t.Errorf("%d notices were handed on, want 2", len(got))
	}
}

// An answer is signed as Custody wants it, and sent until it is taken.
func TestAnswer(t *testing.T) {
	routes := notice.Routes{Tokens: map[string]notice.Token{"sto": "token"}, Keys: map[string]string{"sto": base64.StdEncoding.EncodeToString(public)}}
	replies, at := []int{503, 429, 202}, 0
	ids := map[string]bool{}
	kind := "unavailable"
	custody := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		id := r.Header.Get(notice.HeaderID)
		if err := routes.Verify("sto", id, r.Header.Get(notice.HeaderTimestamp), r.Header.Get(notice.HeaderSignature), body, time.Now()); err != nil {
			t.Error(err)
		}
		reply, err := cases.ReadReply(body)
		if err != nil || reply.Controller != "tmall" || reply.Case != "case/17" || reply.Recipient != "sto" || reply.ID != id || reply.Evidence.URI != "https://sto.example/1" || reply.PassedOn[0].Recipient != "locker" {
			t.Errorf("reply = %+v, %v", reply, err)
		}
		ids[id] = true
		w.WriteHeader(replies[min(at, len(replies)-1)])
		at++
		fmt.Fprintf(w, `{"type":"https://datacustody.org/problems/%s","detail":"d"}`, kind)
	}))
	defer custody.Close()
	party := erasure.Party{Token: "token", Key: ed25519.NewKeyFromSeed(seed), First: time.Millisecond}
	n := erasure.Notice{ID: "n-1", Case: "case/17", Controller: "tmall", Recipient: "sto", Answer: custody.URL}
	answer := erasure.Answer{Status: erasure.Executed, Evidence: &erasure.Evidence{URI: "https://sto.example/1"}, PassedOn: []erasure.PassedOn{{Recipient: "locker", Categories: []string{"name"}, Purpose: "order-delivery", Time: time.Now()}}}
	if err := party.Answer(t.Context(), n, answer); err != nil || at != 3 || len(ids) != 1 {
		t.Errorf("Answer = %v after %d attempts with %d ids, want nil after 3 with one", err, at, len(ids))
	}
	replies, at, kind = []int{409}, 0, "taken"
	if err := party.Answer(t.Context(), n, answer); err != nil {
		t.Errorf("Answer of what was taken = %v, want nil", err)
	}
	replies, at, kind = []int{403}, 0, "not-asked"
	var problem *erasure.ProblemError
	if err := party.Answer(t.Context(), n, answer); !errors.As(err, &problem) || !problem.Of("not-asked") || at != 1 {
		t.Errorf("Answer of who is not asked = %v after %d attempts, want that after one", err, at)
	}
	if err := party.Answer(t.Context(), erasure.Notice{}, answer); err == nil {
		t.Error("an answer that goes nowhere is no error")
	}
}

// The types are those of the gateway's OpenAPI document.
func TestTypesAreTheGateways(t *testing.T) {
	text, err := os.ReadFile("../internal/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for schema, c := range map[string]struct {
		of   any
		also []string // members that travel, and are not in the type
		left []string // members that the type leaves out
	}{
		"Reply":              {erasure.Answer{}, []string{"case", "controller", "recipient"}, nil},
		"Evidence":           {erasure.Evidence{}, nil, nil},
		"PassedOn":           {erasure.PassedOn{}, nil, nil},
		"ErasureRequestBody": {erasure.Request{}, nil, nil},
		"Report":             {erasure.Case{}, nil, []string{"flows_after_request"}},
		"ReportParty":        {erasure.Stand{}, nil, nil},
		"ReportCategory":     {erasure.Category{}, nil, nil},
		"CaseLine":           {erasure.Line{}, nil, nil},
	} {
		got := slices.Concat(members(c.of), c.also, c.left)
		var want []string
		for name := range doc.Components.Schemas[schema].Properties {
			if name != "$schema" {
				want = append(want, name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("members of %T = %v, want those of %s: %v", c.of, got, schema, want)
		}
	}
}

func members(v any) (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

func TestClient(t *testing.T) {
	custody := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		switch r.Method + " " + r.URL.EscapedPath() {
		case "POST /v1/erasures":
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, `{"controller":"tmall","case":"case/17"}`)
		case "GET /v1/erasures":
			pages := map[string]string{
				"state=overdue":           `{"cases":[{"case":"a","overdue":1},{"case":"b"}],"next":"p2"}`,
				"after=p2&state=overdue":  `{"cases":[],"next":"p 3"}`,
				"after=p+3&state=overdue": `{"cases":[{"case":"c"}]}`,
			}
			fmt.Fprint(w, pages[r.URL.RawQuery])
		case "GET /v1/erasures/tmall/case%2F17":
			fmt.Fprint(w, `{"complete":true,"case":{"case":"case/17","parties":[{"party":"sto","categories":[{"category":"name","state":"open"}]}]}}`)
		default:
			t.Errorf("%s %s was asked for", r.Method, r.URL.EscapedPath())
		}
	}))
	defer custody.Close()
	c := erasure.Client{URL: custody.URL + "/", Token: "secret"}
	id, err := c.Request(t.Context(), erasure.Request{Controller: "tmall", Subject: "tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18", Ground: "person-request"})
	if err != nil || id != "case/17" {
		t.Fatalf("Request = %s, %v", id, err)
	}
	if got, err := c.Case(t.Context(), "tmall", id); err != nil || len(got.Parties) != 1 || got.Parties[0].Categories[0].State != "open" {
		t.Errorf("Case = %+v, %v", got, err)
	}
	var listed []string
	for line, err := range c.Cases(t.Context(), "overdue") {
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, line.Case)
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(listed, want) {
		t.Errorf("Cases = %v, want %v", listed, want)
	}
	c.Token = "wrong"
	var problem *erasure.ProblemError
	if _, err := c.Request(t.Context(), erasure.Request{}); !errors.As(err, &problem) || problem.Status != http.StatusUnauthorized {
		t.Errorf("Request with a wrong token = %v, want 401", err)
	}
	n := 0
	for _, err := range c.Cases(t.Context(), "") {
		if n++; !errors.As(err, &problem) || n > 1 {
			t.Errorf("Cases with a wrong token = %v, %d times, want 401 once", err, n)
		}
	}
}
