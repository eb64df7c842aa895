package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

const linked = "alipay:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b19"

func shared(subject, holder, recipient, category string) lineage.Flow {
	return lineage.Flow{
		Event: lineage.Ref{Source: "/tmall/order-service", ID: recipient + category}, Kind: event.KindShared, Subject: subject, Time: noon,
		Controller: "tmall", Holder: holder, Recipient: recipient, Categories: []string{category}, Purpose: "order-delivery", LegalBasis: "pipl-13-1-2",
	}
}

func TestRecipientsOverHopsAndLinkedSubjects(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.log.aliases = []string{linked}
	f.log.flows = []lineage.Flow{shared(person, "tmall", "cainiao", "delivery-address"), shared(person, "cainiao", "yto", "delivery-address"), shared(linked, "tmall", "alipay", "order")}
	w := f.do(http.MethodGet, "/v1/subjects/"+person+"/recipients?purpose=customer-service", "")
	var got struct {
		Subjects   []string
		Recipients []map[string]any
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("answer = %d %s", w.Code, w.Body)
	}
	var names []string
	for _, r := range got.Recipients {
		names = append(names, r["recipient"].(string))
	}
	if strings.Join(names, " ") != "alipay cainiao yto" || strings.Join(got.Subjects, " ") != person+" "+linked {
		t.Errorf("answer = %s", w.Body)
	}
	yto, _ := json.Marshal(got.Recipients[2])
	for _, want := range []string{`"path":["tmall","cainiao","yto"]`, `"first":"2026-11-20T12:00:00Z"`, `"grounds":["pipl-13-1-2"]`, `"findings":[]`, `"events":1`} {
		if !strings.Contains(string(yto), want) {
			t.Errorf("the carrier = %s, want it to hold %s", yto, want)
		}
	}
	if strings.Contains(w.Body.String(), "$schema") {
		t.Error("the answer holds members that the command line's has not")
	}
}

// G5: an answer says whether it is complete.
func TestAnAnswerSaysWhetherItIsComplete(t *testing.T) {
	f := newFixture(t, api.Options{})
	get := func(query string) (int, string) {
		w := f.do(http.MethodGet, "/v1/subjects/"+person+"/recipients"+query, "")
		return w.Code, w.Body.String()
	}
	if code, text := get(""); code != http.StatusOK || !strings.Contains(text, `"complete":true,"missing":0`) || f.log.waited != 5*time.Second {
		t.Errorf("all is logged: %d %s after %v, want complete after 5 s at most", code, text, f.log.waited)
	}
	f.log.missing = 3
	if code, text := get("?wait=1s"); code != http.StatusOK || !strings.Contains(text, `"complete":false,"missing":3`) || f.log.waited != time.Second {
		t.Errorf("three lack: %d %s after %v, want incomplete after 1 s", code, text, f.log.waited)
	}
	if code, _ := get("?wait=long"); code != http.StatusUnprocessableEntity {
		t.Errorf("wait=long: %d, want 422", code)
	}
	f.log.missing, f.log.letters.OfSubject = 0, 1
	if code, text := get(""); code != http.StatusOK || !strings.Contains(text, `"complete":false,"missing":0`) {
		t.Errorf("one was rejected: %d %s, want incomplete", code, text)
	}
	f.log.missing = -1
	if code, _ := get(""); code != http.StatusServiceUnavailable {
		t.Errorf("Kafka away: %d, want 503", code)
	}
}

// G5: the certificate says how much the answer knows, and what it says the answer was read by.
func TestAnAnswerHasACertificate(t *testing.T) {
	f := newFixture(t, api.Options{})
	f.log.aliases, f.log.missing, f.log.letters = []string{linked}, 3, ledger.DeadLetters{OfSubject: 1, Conflicts: 2, Unattributable: 4}
	w := f.do(http.MethodGet, "/v1/subjects/"+person+"/recipients?known_at=2026-11-20T11:30:00Z", "")
	var got struct{ Certificate ledger.Certificate }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("answer = %d %s", w.Code, w.Body)
	}
	c := got.Certificate
	if c.Complete || c.Missing != 3 || c.DeadLetters != f.log.letters || !c.AskedAt.Equal(noon) || len(c.Caveats) != 3 || len(c.Sources) != 1 || c.Sources[0].Source != "/of/2" {
		t.Errorf("certificate = %+v", c)
	}
	want := ledger.Known{At: noon.Add(-30 * time.Minute), Below: map[ledger.Partition]int64{{Cluster: "kafka", Topic: "custody.events"}: 7}}
	if !reflect.DeepEqual(f.log.known, []ledger.Known{want, want}) {
		t.Errorf("the log was read by %v, want %v", f.log.known, want)
	}
	if w := f.do(http.MethodGet, "/v1/subjects/"+person+"/recipients?known_at=yesterday", ""); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("known_at=yesterday: %d, want 422", w.Code)
	}
}

// G8: an account id where a subject should be is the caller's mistake, and not repeated.
func TestABadLookUpIsNotRepeated(t *testing.T) {
	const phone = "13800138000"
	f := newFixture(t, api.Options{})
	for _, path := range []string{"tmall:" + phone + "/recipients", person + "/recipients?purpose=" + phone, person + "/recipients?purpose=" + strings.Repeat(phone, 7)} {
		w := f.do(http.MethodGet, "/v1/subjects/"+path, "")
		if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), phone) {
			t.Errorf("%s: answer = %d %s, want 422 without the value", path, w.Code, w.Body)
		}
	}
}

// G8: who looks a person up is recorded, and learns nothing before.
func TestALookUpIsRecordedBeforeItIsAnswered(t *testing.T) {
	secret, line := api.NewToken("dpo-office", api.ScopeLookup)
	f := newFixture(t, api.Options{Tokens: tokens(t, line), Controller: "tmall"})
	get := func(path string) int {
		return f.do(http.MethodGet, "/v1/subjects/"+path, "", "Authorization", "Bearer "+secret).Code
	}
	if code := get(person + "/recipients?purpose=customer-service"); code != http.StatusOK {
		t.Fatalf("answer = %d, want 200", code)
	}
	ms := f.publisher.messages()
	if len(ms) != 1 || f.log.before != 1 {
		t.Fatalf("%d records of the look-up, %d of them before the log was read, want 1 and 1", len(ms), f.log.before)
	}
	rec, rejection := event.NewDecoder(event.Options{}).Decode(&ms[0], noon)
	if rejection != nil {
		t.Fatalf("the consumer rejects the record: %v %s", rejection.Reason, rejection.Field)
	}
	got := strings.Join([]string{rec.Kind.String(), string(rec.Text(event.FieldActor)), string(rec.Text(event.FieldController)), string(ms[0].Key), time.Unix(0, rec.Time).UTC().String()}, " ")
	if want := "access.logged dpo-office tmall " + person + " " + noon.String(); got != want {
		t.Errorf("record = %s, want %s", got, want)
	}
	f.publisher.fail = func([]event.Message) error { return errors.New("broker away") }
	f.log.before = -1
	if code := get(person + "/recipients"); code != http.StatusServiceUnavailable || f.log.before != -1 {
		t.Errorf("without a record: answer = %d, the log was read: %v; want 503 and no look", code, f.log.before != -1)
	}
}

func TestLookUpsThatAreRefused(t *testing.T) {
	f := newFixture(t, api.Options{})
	for name, c := range map[string]struct {
		path string
		want int
	}{
		"an account":         {"/v1/subjects/tmall:12345/recipients", http.StatusUnprocessableEntity},
		"upper case":         {"/v1/subjects/" + strings.ToUpper(person) + "/recipients", http.StatusUnprocessableEntity},
		"an unknown purpose": {"/v1/subjects/" + person + "/recipients?purpose=fun", http.StatusUnprocessableEntity},
		"another question":   {"/v1/subjects/" + person + "/secrets", http.StatusNotFound},
	} {
		w := f.do(http.MethodGet, c.path, "")
		if w.Code != c.want {
			t.Errorf("%s: answer = %d %s, want %d", name, w.Code, w.Body, c.want)
		}
	}
	if n := len(f.publisher.messages()); n != 0 {
		t.Errorf("%d look-ups recorded, want none", n)
	}
}

func TestALogThatCannotBeReadGivesNoShortAnswer(t *testing.T) {
	for name, hang := range map[string]bool{"fails": false, "hangs": true} {
		f := newFixture(t, api.Options{LookupTimeout: 20 * time.Millisecond})
		f.log.err, f.log.hang = errors.New("timeout after 1000 rows"), hang
		if hang {
			f.log.err = nil
		}
		w := f.do(http.MethodGet, "/v1/subjects/"+person+"/recipients", "")
		if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "recipients\":") {
			t.Errorf("%s: answer = %d %s, want 503", name, w.Code, w.Body)
		}
	}
}

func TestAWrongSetUpIsNotTheClientsFault(t *testing.T) {
	f := newFixture(t, api.Options{Controller: "Not A Party"})
	if w := f.do(http.MethodGet, "/v1/subjects/"+person+"/recipients", ""); w.Code != http.StatusInternalServerError {
		t.Errorf("answer = %d %s, want 500", w.Code, w.Body)
	}
}
