package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/datacustody/custody/erasure"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// TestPartnersOfEveryBehaviour: a case goes out to partners of each sort, their
// answers come back over HTTP, one from a topic, and the case says what each has done.
func TestPartnersOfEveryBehaviour(t *testing.T) {
	h, auditor, writer := stillHouse(t)
	startService(t, writer, "consume", "--monitor", "127.0.0.1:0")
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write("key.pem", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n-----END PRIVATE KEY-----\n")
	behaviours := []string{answers, refuses, slow, down, answersTwice, subRecipients}
	said := []string{"--delay", "100ms", "--behaviour", answers}
	var recipients []string
	for _, b := range behaviours {
		recipients, said = append(recipients, "p-"+b), append(said, "--behaviour", "p-"+b+"="+b)
		e := strings.ReplaceAll(exampleEvent, "cainiao", "p-"+b)
		h.send(t, strings.Replace(e, "order-4711-shared", "shared-with-"+b, 1))
	}
	recipients = append(recipients, "p-sub-recipients-below")
	routes := func(custody, partner string) string {
		text := "key: key.pem\nanswers: " + custody + "/v1/erasures\nparties:\n"
		for _, p := range recipients {
			write(p+".token", strings.Repeat(p, 8))
			text += fmt.Sprintf("  %s: {channel: webhook, url: \"%s/\", token-file: %s.token}\n", p, partner, p)
		}
		return write("routes.yaml", text)
	}
	file := routes("http://127.0.0.1:1", "http://127.0.0.1:1") // who signs, and with what; addresses follow
	partner, _ := startService(t, nil, append([]string{"simulate", "partner", "--routes", file, "--http", "127.0.0.1:0"}, said...)...)
	kafka := h.servers.stream("test")
	defer kafka.Close()
	if _, err := kafka.EnsureTopic(t.Context(), stream.Topic{Name: "custody.answers", Partitions: 1, Replication: 1}); err != nil {
		t.Fatal(err)
	}
	serve, _ := startService(t, auditor, "serve", "--http", "127.0.0.1:0", "--routes", file, "--answers-topic", "custody.answers")
	routes("http://"+serve, "http://"+partner)
	eraser := append(auditor[:len(auditor):len(auditor)], "CUSTODY_CLICKHOUSE_USER=eraser", "CUSTODY_CLICKHOUSE_PASSWORD="+h.servers.clickhouse.passwords[roleEraser])
	startService(t, eraser, "erase", "run", "--routes", file, "--monitor", "127.0.0.1:0")

	answer, err := http.Post("http://"+serve+"/v1/erasures", "application/json", strings.NewReader(
		`{"controller":"tmall","subject":"`+exampleSubject+`","ground":"account-closure","case":"case/17"}`))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("POST /v1/erasures = %s, want 202", answer.Status)
	}
	want := map[string]string{
		"p-answer": "executed", "p-refuse": "refused own-authorisation", "p-slow": "acknowledged executed", "p-down": "failed acknowledged",
		"p-twice": "executed", "p-sub-recipients": "executed", "p-sub-recipients-below": "executed",
	}
	byTopic := event.Message{}
	var headers map[string]string
	p := erasure.Party{Token: strings.Repeat("p-down", 8)}
	if byTopic.Value, headers, err = p.Record(erasure.Notice{ID: "by-topic", Controller: "tmall", Case: "case/17", Recipient: "p-down"}, erasure.Answer{Status: erasure.Acknowledged}); err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		byTopic.Headers = append(byTopic.Headers, event.Header{Name: name, Value: []byte(value)})
	}
	if err := kafka.Send(t.Context(), "custody.answers", byTopic); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	until(t, "every partner is seen to behave as it does", func() bool {
		_, out, _ := custody(t.Context(), auditor, "", "erase", "show", "case/17", "--routes", file, "--wait", "1m", "-o", "jsonl")
		got = behaved(t, out)
		for party, behaviour := range want {
			if got[party] != behaviour {
				return false
			}
		}
		return true
	})
	if len(got) != len(want)+1 { // and the controller itself
		t.Errorf("parties = %v, want those of %v and tmall", got, want)
	}
	if _, metrics := fetch(t, "http://"+serve+"/metrics"); !strings.Contains(metrics, `custody_api_answers_total{outcome="repeated"} 1`) || strings.Contains(metrics, `outcome="unsigned"`) {
		t.Errorf("metrics = %s, want one answer that was repeated and none unsigned", metrics)
	}
}

// behaved is what a case shows of each party.
func behaved(t *testing.T, out string) map[string]string {
	t.Helper()
	parties := map[string]string{}
	for line := range strings.Lines(out) {
		var p struct {
			Party                            string
			Notified, Acknowledged, Executed *string
			Refusal                          string
			Attempts                         int
		}
		if json.Unmarshal([]byte(line), &p) != nil || p.Party == "" {
			continue
		}
		var words []string
		if p.Notified == nil && p.Attempts > 0 {
			words = append(words, "failed")
		}
		if p.Acknowledged != nil {
			words = append(words, "acknowledged")
		}
		if p.Executed != nil {
			words = append(words, "executed")
		}
		if p.Refusal != "" {
			words = append(words, "refused "+p.Refusal)
		}
		parties[p.Party] = strings.Join(words, " ")
	}
	return parties
}
