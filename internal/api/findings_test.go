package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

const finding = "5a1f0c3e9d2b47868c1d2e3f4a5b6c7d"

// A book is what is found and declared.
type book struct {
	filter ledger.FindingFilter
	asked  string
	void   bool
	err    error
}

func (b *book) FindingGroups(_ context.Context, f ledger.FindingFilter) ([]ledger.FindingGroup, error) {
	b.filter = f
	return []ledger.FindingGroup{{Rule: "consent-withdrawn", Source: "/tmall/ads", Recipient: "alimama", Findings: 3, Open: 2, Sample: finding}}, b.err
}

func (b *book) Findings(_ context.Context, f ledger.FindingFilter) ([]ledger.Standing, error) {
	b.filter = f
	return nil, b.err
}

func (b *book) History(_ context.Context, id string) ([]ledger.Finding, error) {
	if id != finding {
		return nil, b.err
	}
	changes := []ledger.Finding{{ID: id, Rule: "consent-withdrawn", Stands: true, Subject: person, Controller: "tmall", Time: noon, RecordedAt: noon}}
	if b.void {
		changes = append(changes, ledger.Finding{ID: id, Rule: "consent-withdrawn", Subject: person, Controller: "tmall", Time: noon, RecordedAt: noon.Add(time.Hour)})
	}
	return changes, b.err
}

func (b *book) Marks(context.Context, string) ([]ledger.Mark, error) {
	return []ledger.Mark{{State: "acknowledged", Actor: "dpo", Note: "looking", Time: noon}}, b.err
}

func (b *book) Drift(_ context.Context, platform string) ([]ledger.Drift, error) {
	b.asked = platform
	return nil, b.err
}

func (b *book) Lists(_ context.Context, platform string) ([]ledger.Listed, error) {
	if platform != "tmall" {
		return nil, b.err
	}
	return []ledger.Listed{{List: "collected", Purpose: "registration"}, {List: "sharing", Party: "alipay"}}, b.err
}

func TestFindingsAreTold(t *testing.T) {
	b := &book{}
	f := newFixture(t, api.Options{Findings: b, Declared: b})
	for path, want := range map[string]string{
		"/v1/findings?state=open&recipient=alimama": `"groups":[{"rule":"consent-withdrawn"`,
		"/v1/findings/each":                         `"findings":[]`,
		"/v1/findings/" + finding:                   `"state":"acknowledged"`,
		"/v1/drift?platform=1688":                   `"drift":[]`,
		"/v1/lists/tmall":                           `"sharing":[{"list":"sharing"`,
	} {
		w := f.do(http.MethodGet, path, "")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s = %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
	if b.asked != "1688" {
		t.Errorf("drift was asked of %q", b.asked)
	}
	if w := f.do(http.MethodGet, "/v1/findings?state=open&recipient=alimama&since=2026-11-20T12:00:00Z", ""); w.Code != http.StatusOK {
		t.Fatalf("answer = %d", w.Code)
	}
	if want := (ledger.FindingFilter{State: "open", Recipient: "alimama", Since: noon, Limit: 10_000}); b.filter != want {
		t.Errorf("filter = %+v, want %+v", b.filter, want)
	}
	for path, want := range map[string]int{
		"/v1/findings?state=done":                 http.StatusUnprocessableEntity,
		"/v1/findings/zz":                         http.StatusUnprocessableEntity,
		"/v1/findings/" + strings.Repeat("0", 32): http.StatusNotFound,
		"/v1/lists/nowhere":                       http.StatusNotFound,
	} {
		if w := f.do(http.MethodGet, path, ""); w.Code != want {
			t.Errorf("GET %s = %d, want %d", path, w.Code, want)
		}
	}
	b.err = fmt.Errorf("read findings: %w of 1", ledger.ErrTooMany)
	for _, path := range []string{"/v1/findings?limit=1", "/v1/findings/each?limit=1"} {
		if w := f.do(http.MethodGet, path, ""); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "raise limit") {
			t.Errorf("GET %s, of which there are more = %d %s, want 422", path, w.Code, w.Body)
		}
	}
	b.err = errors.New("away")
	if w := f.do(http.MethodGet, "/v1/findings", ""); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "away") {
		t.Errorf("without ClickHouse: %d %s, want 503", w.Code, w.Body)
	}
}

// G8: one finding of a person is a look-up of the person.
func TestAFindingOfAPersonIsRecorded(t *testing.T) {
	f := newFixture(t, api.Options{Findings: &book{void: true}, Controller: "tmall"})
	w := f.do(http.MethodGet, "/v1/findings/"+finding, "")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"stands":false`) {
		t.Errorf("answer = %d %s, want a void finding", w.Code, w.Body)
	}
	ms := f.publisher.messages()
	if len(ms) != 1 || string(ms[0].Key) != person {
		t.Errorf("%d records of the look-up, want one of the person", len(ms))
	}
}

func TestMarkingAFinding(t *testing.T) {
	secret, line := api.NewToken("dpo-office", api.ScopeEmit)
	f := newFixture(t, api.Options{Findings: &book{}, Tokens: tokens(t, line)})
	mark := func(state, note string) int {
		return f.do(http.MethodPost, "/v1/findings/"+finding+"/marks", fmt.Sprintf(`{"state":%q,"note":%q}`, state, note),
			"Authorization", "Bearer "+secret, "Content-Type", "application/json").Code
	}
	if code := mark("resolved", "rolled back"); code != http.StatusAccepted {
		t.Fatalf("mark = %d, want 202", code)
	}
	ms := f.publisher.messages()
	if len(ms) != 1 {
		t.Fatalf("%d events, want 1", len(ms))
	}
	rec, rejection := event.NewDecoder(event.Options{}).Decode(&ms[0], noon)
	if rejection != nil {
		t.Fatalf("the consumer rejects it: %v %s", rejection.Reason, rejection.Field)
	}
	got := strings.Join([]string{rec.Kind.String(), string(rec.Text(event.FieldFinding)), string(rec.Text(event.FieldActor)), string(rec.Text(event.FieldNote)), string(rec.Text(event.FieldController))}, " ")
	if want := "finding.marked " + finding + " dpo-office rolled back tmall"; got != want {
		t.Errorf("event = %s, want %s", got, want)
	}
	for name, code := range map[string]int{"a state that is none": mark("done", "x"), "no note": mark("resolved", ""), "an empty note": mark("resolved", " "), "a phone number": mark("resolved", "call 13800138000")} {
		if code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", name, code)
		}
	}
	if code := f.do(http.MethodGet, "/v1/findings", "", "Authorization", "Bearer "+secret).Code; code != http.StatusForbidden {
		t.Errorf("reading with the scope emit: %d, want 403", code)
	}
}
