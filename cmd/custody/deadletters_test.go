package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// brokers are where the house's Kafka listens.
func (d development) brokers(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(strings.TrimPrefix(d.environ[0], "CUSTODY_CONFIG="))
	if err != nil {
		t.Fatal(err)
	}
	return []string{regexp.MustCompile(`kafka: "(.+)"`).FindStringSubmatch(string(text))[1]}
}

// sendBad sends messages as they are, be they right or wrong.
func (d development) sendBad(t *testing.T, ms ...event.Message) {
	t.Helper()
	p, err := producer.New(d.brokers(t), producer.Options{Unchecked: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.EmitMessages(t.Context(), ms...); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// records is how many records custody.events has.
func (d development) records(t *testing.T) (n int64) {
	t.Helper()
	client := stream.New(stream.Config{Brokers: d.brokers(t)})
	defer client.Close()
	ranges, err := client.Ranges(t.Context(), stream.EventsTopic)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range ranges {
		n += r.End - r.First
	}
	return n
}

// lines runs a command that is to succeed and reads the JSON lines it prints.
func (d development) lines(t *testing.T, args ...string) (objects []map[string]any) {
	t.Helper()
	code, out, errs := custody(t.Context(), d.environ, "", append(args, "-o", "jsonl")...)
	if code != exitDone {
		t.Fatalf("custody %v = %d: %s", args, code, errs)
	}
	for line := range strings.Lines(out) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("custody %v: %v: %s", args, err, line)
		}
		objects = append(objects, object)
	}
	return objects
}

// accepted is how many accepted rows the log has of an id.
func (d development) accepted(t *testing.T, id string) (n int) {
	t.Helper()
	for _, row := range d.lines(t, "events", "--outcome", "accepted", "--kind", "data.shared") {
		if row["id"] == id {
			n++
		}
	}
	return n
}

// bad is the example with another id, and something replaced in it.
func bad(id, old, replacement string) event.Message {
	text := strings.Replace(exampleEvent, "order-4711-shared", id, 1)
	return structured([]byte(strings.Replace(text, old, replacement, 1)))
}

const ownTerms = `list: purpose
terms:
  - id: drone-delivery
    en: Delivery by drone
    zh: 无人机配送
    definition: Bring an order by air.
`

// TestDeadLetters is the life of five of them: one whose term comes to be known,
// one with a wrong key, one that looks personal, one that is no JSON, a conflict.
func TestDeadLetters(t *testing.T) {
	dir, terms := t.TempDir(), t.TempDir()
	d := startDev(t, dir)
	wrongKey := bad("wrong-key", "", "")
	wrongKey.Key = []byte("somebody else")
	noJSON := bad("no-json", `"specversion"`, `specversion`)
	d.sendBad(t, bad("first", "", ""), bad("term", "order-delivery", "drone-delivery"), bad("term-2", "order-delivery", "drone-delivery"),
		wrongKey, bad("personal", `"purpose"`, `"note":"13912345678","purpose"`), noJSON, bad("first", "cainiao", "yto-express"))
	until(t, "all letters are logged", func() bool {
		return len(d.lines(t, "dead-letters", "list", "--each")) == 6
	})
	keys := map[string]string{}
	for _, l := range d.lines(t, "dead-letters", "list", "--each") {
		keys[l["reason"].(string)+" "+l["id"].(string)] = l["letter"].(string)
	}
	groups := d.lines(t, "dead-letters", "list")
	if len(groups) != 5 || groups[0]["reason"] != "unknown-term" || groups[0]["field"] != "data.purpose" || groups[0]["letters"] != 2.0 ||
		groups[0]["unresolved"] != 2.0 || groups[0]["source"] != "/tmall/order-service" || groups[0]["example"] != keys["unknown-term term"] {
		t.Errorf("list = %v, want five groups, the one of two unknown terms first", groups)
	}
	if code, _, errs := custody(t.Context(), d.environ, "", "dead-letters", "list", "--limit", "4"); code != exitFailed || !strings.Contains(errs, "more rows than the limit of 4") {
		t.Errorf("list of five groups with --limit 4 = %d, %q, want it to fail", code, errs)
	}
	t.Run("show", func(t *testing.T) { d.showsLetters(t, keys) })

	d.stop()
	if err := os.WriteFile(filepath.Join(terms, "purpose.yaml"), []byte(ownTerms), 0o600); err != nil {
		t.Fatal(err)
	}
	d = startDev(t, dir, "--vocabulary", terms)
	t.Run("dry run", func(t *testing.T) { d.foretells(t, terms) })
	t.Run("replay", func(t *testing.T) { d.replays(t, terms, keys) })
	t.Run("resolve", func(t *testing.T) { d.resolves(t, keys["conflict first"]) })
}

func (d development) showsLetters(t *testing.T, keys map[string]string) {
	for name, c := range map[string]struct {
		key  string
		want []string
	}{
		"unknown term": {"unknown-term term", []string{`"purpose": "drone-delivery"`, "if sent now        rejected again", "in field           data.purpose", "the remedy ", "a copy of the record"}},
		"key":          {"key-mismatch wrong-key", []string{"accepted, with the right key", "key                somebody else", "because of         key-mismatch"}},
		"personal":     {"personal-value personal", []string{"a pointer, without a copy; the source topic has the record still", "sha256", "send a pseudonym or an opaque reference instead"}},
		"no JSON":      {"syntax ", []string{"a pointer", "write the value with a JSON library"}},
		"conflict":     {"conflict first", []string{"conflict: the log has another event", `"yto-express"`}},
	} {
		code, out, errs := custody(t.Context(), d.environ, "", "dead-letters", "show", keys[c.key])
		for _, want := range c.want {
			if code != exitDone || !strings.Contains(out, want) {
				t.Errorf("%s: show = %d, %s%s, want %q", name, code, out, errs, want)
			}
		}
		if strings.Contains(out+errs, "13912345678") {
			t.Errorf("%s: show repeats a personal value", name)
		}
	}
	until(t, "the look-ups are logged", func() bool {
		return len(d.lines(t, "events", "--kind", "access.logged")) == 4 // the one that is no JSON is of no person
	})
	if code, _, errs := custody(t.Context(), d.environ, "", "dead-letters", "show", "kafka/custody.events/0/0/99"); code != exitFailed || !strings.Contains(errs, "no refused record") {
		t.Errorf("show of what was not refused = %d, %q", code, errs)
	}
}

// foretells: the dry run says what would become of each, and sends nothing.
func (d development) foretells(t *testing.T, terms string) {
	before := d.records(t)
	fates := map[string]float64{}
	for _, o := range d.lines(t, "dead-letters", "replay", "--vocabulary", terms, "--wait", "1m") {
		fates[o["fate"].(string)+": "+o["refused_for"].(string)] += o["letters"].(float64)
	}
	want := map[string]float64{
		"accepted: unknown-term data.purpose": 2, "accepted: key-mismatch": 1, "rejected: personal-value data.note": 1, "rejected: syntax": 1, "conflict: conflict": 1,
	}
	for fate, n := range want {
		if fates[fate] != n {
			t.Errorf("dry run: %v of %s, want %v; all: %v", fates[fate], fate, n, fates)
		}
	}
	if after := d.records(t); len(fates) != len(want) || after != before {
		t.Errorf("dry run: %v, and Kafka has %d records, want %d as before", fates, after, before)
	}
}

func (d development) replays(t *testing.T, terms string, keys map[string]string) {
	args := []string{"dead-letters", "replay", "--vocabulary", terms, "--actor", "dpo-office", "--note", "term added", "--yes", "--wait", "1m"}
	code, _, errs := custody(t.Context(), d.environ, "", args...)
	if code != exitFailed || !strings.Contains(errs, "3 sent, 0 settled that the log has already, 3 left") {
		t.Errorf("replay = %d, %q, want three sent and exit code 1 for the three left", code, errs)
	}
	for range 2 { // again, and again by its key
		before := d.records(t)
		code, _, errs = custody(t.Context(), d.environ, "", append(args, "--reason", "unknown-term")...)
		if code != exitDone || !strings.Contains(errs, "no dead letters to send again") || d.records(t) != before {
			t.Errorf("replay once more = %d, %q, %d records, want nothing done and %d", code, errs, d.records(t), before)
		}
	}
	code, _, errs = custody(t.Context(), d.environ, "", append(args, keys["unknown-term term"])...)
	if code != exitDone || !strings.Contains(errs, "1 of the dead letters are settled already") {
		t.Errorf("replay of a settled one = %d, %q", code, errs)
	}
	for _, id := range []string{"term", "term-2", "wrong-key"} {
		if n := d.accepted(t, id); n != 1 {
			t.Errorf("%s is accepted %d times, want once", id, n)
		}
	}
	named := 0
	for _, e := range d.lines(t, "events", "--kind", "operation.logged") {
		if data := e["data"].(map[string]any); data["actor"] == "dpo-office" && data["note"] == "term added" && data["action"] == "replay" {
			if ref, ok := data["record_ref"].(string); ok && strings.HasPrefix(ref, "kafka/custody.events/0/") {
				named++
			}
		}
	}
	if named != 3 {
		t.Errorf("%d operations name the actor and a letter, want 3", named)
	}
	for _, l := range d.lines(t, "dead-letters", "list", "--each", "--all", "--reason", "unknown-term") {
		if l["resolved_by"] != "replayed" {
			t.Errorf("letter %s is %q, want replayed", l["letter"], l["resolved_by"])
		}
	}
	// Not even --force sends what looks personal; all else it does.
	code, _, errs = custody(t.Context(), d.environ, "", append(args, "--force", keys["personal-value personal"])...)
	if code != exitFailed || !strings.Contains(errs, "0 sent") {
		t.Errorf("replay of what looks personal, with --force = %d, %q", code, errs)
	}
}

func (d development) resolves(t *testing.T, key string) {
	args := []string{"dead-letters", "resolve", key, "--note", "the first one is right", "--wait", "1m"}
	before := d.records(t)
	if code, _, errs := custody(t.Context(), d.environ, "", args...); code != exitDone || !strings.Contains(errs, "nothing was recorded") || d.records(t) != before {
		t.Errorf("resolve without --yes = %d, %q", code, errs)
	}
	if code, _, errs := custody(t.Context(), d.environ, "", append(args, "--yes")...); code != exitDone {
		t.Errorf("resolve = %d, %q", code, errs)
	}
	letters := d.lines(t, "dead-letters", "list", "--each", "--all", "--reason", "conflict")
	if len(letters) != 1 || letters[0]["resolved_by"] != "resolved" {
		t.Errorf("the conflict is %v, want it resolved", letters)
	}
	if code, _, errs := custody(t.Context(), d.environ, "", "dead-letters", "resolve", key, "--yes"); code != exitUsage || !strings.Contains(errs, "--note") {
		t.Errorf("resolve without a note = %d, %q", code, errs)
	}
}
