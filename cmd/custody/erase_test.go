package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// G6, through the whole house: a request reaches whoever has the data, and what
// they answer is seen.
func TestErase(t *testing.T) {
	h, auditor, writer := stillHouse(t)
	startService(t, writer, "consume", "--monitor", "127.0.0.1:0")
	h.send(t, exampleEvent)
	out := t.TempDir()
	routes := filepath.Join(t.TempDir(), "routes.yaml")
	if err := os.WriteFile(routes, []byte("parties: {cainiao: {channel: file, directory: "+out+"}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	erase := func(args ...string) (code int, stdout, stderr string) {
		t.Helper()
		return custody(t.Context(), auditor, "", append([]string{"erase"}, args...)...)
	}
	if code, text, errs := erase("plan", exampleSubject, "--for", "tmall", "--routes", routes, "--wait", "1m"); code != exitDone ||
		!strings.Contains(text, "1 notice, 0 restricted, 0 recipients have no channel") || !strings.Contains(text, "cainiao") {
		t.Fatalf("plan = %d, %s%s", code, text, errs)
	}
	code, text, errs := erase("request", exampleSubject, "--for", "tmall", "--case", "case-17")
	if code != exitDone || text != "case-17\n" {
		t.Fatalf("request = %d, %s%s", code, text, errs)
	}
	eraser := append(auditor[:len(auditor):len(auditor)], "CUSTODY_CLICKHOUSE_USER=eraser", "CUSTODY_CLICKHOUSE_PASSWORD="+h.servers.clickhouse.passwords[roleEraser])
	startService(t, eraser, "erase", "run", "--routes", routes, "--monitor", "127.0.0.1:0")
	notice := awaitFile(t, filepath.Join(out, "cainiao-*.jsonl"))
	if !strings.Contains(notice, `"case":"case-17"`) || strings.Contains(notice, exampleSubject) {
		t.Errorf("the notice is %s, want the case and no pseudonym", notice)
	}
	shows(t, erase, "notified")
	if code, text, errs := erase("remind", "case-17", "--routes", routes, "--wait", "1m"); code != exitDone || text != "cainiao: reminded\n" {
		t.Errorf("remind = %d, %s%s", code, text, errs)
	}
	if notices := awaitFile(t, filepath.Join(out, "cainiao-*.jsonl")); strings.Count(notices, "\n") != 2 || strings.Count(notices, `"reminder":true`) != 1 {
		t.Errorf("the notices are %s, want the first and a reminder", notices)
	}
	if code, _, errs := erase("answer", "case-17", "cainiao", "--status", "executed", "--id", "letter-1", "--evidence", "https://files.example/1", "--wait", "1m"); code != exitDone {
		t.Errorf("answer = %d, %s", code, errs)
	}
	shows(t, erase, "executed")
	if code, _, errs := erase("answer", "case-17", "cainiao", "--status", "executed", "--id", "letter-1", "--wait", "1m"); code != exitFailed || !strings.Contains(errs, "taken before") {
		t.Errorf("the answer once more = %d, %s", code, errs)
	}
	if code, _, errs := erase("answer", "case-17", "somebody", "--status", "executed", "--wait", "1m"); code != exitFailed || !strings.Contains(errs, "no such party") {
		t.Errorf("an answer of somebody else = %d, %s", code, errs)
	}
	for state, want := range map[string]bool{"open": true, "all": true, "overdue": false, "closed": false} {
		code, text, errs := erase("list", "--wait", "1m", "-o", "csv", "--state", state)
		if code != exitDone || strings.Contains(text, "case-17,tmall,all,person-request") != want {
			t.Errorf("list of %s = %d, %s%s, want the case: %v", state, code, text, errs, want)
		}
	}
	if code, text, errs := erase("list", "--wait", "1m", "--limit", "0"); code != exitUsage || text != "" {
		t.Errorf("list of none = %d, %s%s", code, text, errs)
	}
	importAnswers(t, erase)
	byHand := filepath.Join(t.TempDir(), "by-hand.yaml")
	if err := os.WriteFile(byHand, []byte("parties: {tmall: {channel: manual}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tell := []string{"tell", "case-17", "tmall", "--routes", byHand, "--wait", "1m"}
	if code, text, errs := erase(tell...); code != exitDone || !strings.Contains(text, "To tmall:") {
		t.Errorf("tell = %d, %s%s", code, text, errs)
	}
	if code, _, errs := erase(append(tell, "--done")...); code != exitDone {
		t.Errorf("tell --done = %d, %s", code, errs)
	}
	if code, _, errs := erase(tell...); code != exitFailed || !strings.Contains(errs, "no notice is due") {
		t.Errorf("tell once more = %d, %s, want nothing to tell", code, errs)
	}
	if code, text, errs := erase("report", "case-17", "--wait", "1m"); code != exitDone || !strings.Contains(text, "(cainiao)") || !strings.Contains(text, "收货人") || !strings.Contains(text, "https://files.example/1") {
		t.Errorf("report = %d, %s%s", code, text, errs)
	}
	onRecord(t, auditor)
	if code, _, errs := erase("show", "case-18", "--wait", "1m"); code != exitFailed || !strings.Contains(errs, "there is no case case-18") {
		t.Errorf("show of no case = %d, %s", code, errs)
	}
}

// onRecord: each look at a person's case is on record, and lists are not: they name nobody.
func onRecord(t *testing.T, auditor []string) {
	t.Helper()
	code, out, errs := custody(t.Context(), auditor, "", "events", exampleSubject, "--kind", "access.logged", "--wait", "1m", "-o", "jsonl")
	if code != exitDone {
		t.Fatalf("events = %d, %s", code, errs)
	}
	if n := strings.Count(out, `"action":"report"`); n != 1 {
		t.Errorf("%d reports on record, want 1: %s", n, out)
	}
	before := strings.Count(out, `"erasure-plan"`)
	for _, args := range [][]string{{"list"}, {"show", "case-17"}} {
		if code, _, errs := custody(t.Context(), auditor, "", append([]string{"erase", "--wait", "1m"}, args...)...); code != exitDone {
			t.Fatalf("%v = %d, %s", args, code, errs)
		}
	}
	_, out, _ = custody(t.Context(), auditor, "", "events", exampleSubject, "--kind", "access.logged", "--wait", "1m", "-o", "jsonl")
	if n := strings.Count(out, `"erasure-plan"`); before == 0 || n != before+1 {
		t.Errorf("%d looks at the case on record after %d, want one more", n, before)
	}
}

// A file of holidays that is wrong is told with its line, before anybody is asked.
func TestEraseHolidays(t *testing.T) {
	name := filepath.Join(t.TempDir(), "holidays.txt")
	if err := os.WriteFile(name, []byte("2025-10-01 off\n2025-10-12 of\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := custody(t.Context(), nil, "", "erase", "run", "--holidays", name)
	if code != exitUsage || !strings.Contains(errs, name+`: line 2: "2025-10-12 of": want a day`) {
		t.Errorf("run = %d, %s, want the line", code, errs)
	}
}

// shows waits until a fact of the recipient is shown.
func shows(t *testing.T, erase func(...string) (int, string, string), fact string) {
	t.Helper()
	var out, errs string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		_, out, errs = erase("show", "case-17", "--wait", "1m", "-o", "jsonl")
		for line := range strings.Lines(out) {
			if strings.Contains(line, `"party":"cainiao"`) && strings.Contains(line, `"`+fact+`":"20`) {
				return
			}
		}
	}
	t.Fatalf("show never had %s: %s%s", fact, out, errs)
}

func awaitFile(t *testing.T, pattern string) string {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if names, _ := filepath.Glob(pattern); len(names) > 0 {
			if text, err := os.ReadFile(names[0]); err == nil && strings.HasSuffix(string(text), "\n") {
				return string(text)
			}
		}
	}
	t.Fatalf("there is no %s", pattern)
	return ""
}

// importAnswers gives a file of answers, and gives it again.
func importAnswers(t *testing.T, erase func(...string) (int, string, string)) {
	t.Helper()
	const sto = `{"controller":"tmall","case":"case-17","recipient":"cainiao",`
	file := filepath.Join(t.TempDir(), "answers.jsonl")
	text := sto + `"id":"letter-1","status":"executed"}
` + sto + `"id":"letter-2","status":"acknowledged"}
` + sto + `"id":"letter-2","status":"acknowledged"}
` + sto + `"id":"letter-3","status":"fine"}
{"controller":"tmall","case":"case-18","recipient":"cainiao","id":"1","status":"executed"}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := erase("answer", "--file", file, "--wait", "1m")
	if code != exitFailed || out != "1 taken, 2 taken before, 2 not taken\n" || !strings.Contains(errs, "line 4: status: want") || !strings.Contains(errs, "line 5: there is no case case-18 of tmall") {
		t.Errorf("answer --file = %d, %s%s", code, out, errs)
	}
	if code, out, errs := erase("answer", "--file", file, "--wait", "1m"); code != exitFailed || out != "0 taken, 3 taken before, 2 not taken\n" {
		t.Errorf("answer --file once more = %d, %s%s", code, out, errs)
	}
	csv := filepath.Join(t.TempDir(), "answers.csv")
	for text, want := range map[string]struct{ out, errs string }{
		"\ufeffcase,controller,recipient,id,status,categories,evidence_uri\ncase-17,tmall,cainiao,letter-1,executed,,\n\ncase-17,tmall,cainiao,letter-4,acknowledged,,\n" +
			"case-17,tmall,cainiao,letter-5,executed,consignee-name fingers,https://sto.example/1\n": {"1 taken, 1 taken before, 1 not taken\n", "line 5: "},
		"case,answer\ncase-17,executed\n":           {"0 taken, 0 taken before, 0 not taken\n", `line 1: no column is called "answer": want some of case, categories, controller`},
		"case,status\ncase-17,executed,consignee\n": {"0 taken, 0 taken before, 0 not taken\n", "record on line 2: wrong number of fields"},
	} {
		if err := os.WriteFile(csv, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := erase("answer", "--file", csv, "--wait", "1m"); code != exitFailed || out != want.out || !strings.Contains(errs, want.errs) {
			t.Errorf("answer --file %q = %d, %s%s, want %s and %s", text, code, out, errs, want.out, want.errs)
		}
	}
}
