package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/datacustody/custody/producer"
)

// startService runs a command that serves until it is told to stop; its log tells the address.
func startService(t *testing.T, environ []string, args ...string) (address string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var errs buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, surroundings{args: args, environ: environ, out: io.Discard, err: &errs})
	}()
	told := regexp.MustCompile(`"(?:http|monitor)":"(127\.0\.0\.1:\d+)"`)
	until(t, strings.Join(args, " ")+" serves", func() bool {
		select {
		case c := <-code:
			t.Fatalf("custody %v ended with %d: %s", args, c, errs.String())
		default:
		}
		return told.MatchString(errs.String())
	})
	stop = sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() { stop() })
	return told.FindStringSubmatch(errs.String())[1], stop
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(body)
}

// passwordOf is what custody dev said a user's password is.
func (d development) passwordOf(t *testing.T, user string) string {
	t.Helper()
	found := regexp.MustCompile(`user +` + user + ` +(\S+)`).FindStringSubmatch(d.said)
	if found == nil {
		t.Fatalf("custody dev did not tell the password of %s", user)
	}
	return found[1]
}

// as lets commands be another user at ClickHouse.
func (d development) as(t *testing.T, user string) []string {
	return append(d.environ[:1:1], "CUSTODY_CLICKHOUSE_USER="+user, "CUSTODY_CLICKHOUSE_PASSWORD="+d.passwordOf(t, user))
}

// TestServices runs consume and serve beside custody dev, on its servers.
func TestServices(t *testing.T) {
	d := startDev(t, t.TempDir())
	consume, stopConsume := startService(t, d.as(t, "writer"), "consume", "--monitor", "127.0.0.1:0")
	until(t, "consume is ready", func() bool { code, _ := fetch(t, "http://"+consume+"/readyz"); return code == http.StatusOK })
	if code, body := fetch(t, "http://"+consume+"/metrics"); code != http.StatusOK || !strings.Contains(body, "custody_lineage_rows_total") || !strings.Contains(body, "custody_build_info") {
		t.Errorf("consume: /metrics = %d, %.200s", code, body)
	}

	// of the findings one keeps them already: this one stands by
	find, stopFind := startService(t, d.as(t, "writer"), "findings", "run", "--monitor", "127.0.0.1:0")
	until(t, "findings run is ready", func() bool { code, _ := fetch(t, "http://"+find+"/readyz"); return code == http.StatusOK })
	if code, body := fetch(t, "http://"+find+"/metrics"); code != http.StatusOK || !strings.Contains(body, "custody_findings_behind_offsets") {
		t.Errorf("findings run: /metrics = %d, %.200s", code, body)
	}
	if code := stopFind(); code != exitDone {
		t.Errorf("findings run told to stop = %d, want 0", code)
	}

	_, line, token := custody(t.Context(), nil, "", "token", "order-service")
	tokens := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(tokens, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	serve, stopServe := startService(t, d.environ, "serve", "--http", "127.0.0.1:0", "--tokens", tokens)
	for authorization, want := range map[string]int{"": http.StatusUnauthorized, "Bearer " + strings.TrimSpace(token): http.StatusAccepted} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+serve+"/v1/events", strings.NewReader(exampleEvent))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/cloudevents+json")
		request.Header.Set("Authorization", authorization)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("POST /v1/events with authorization of %d bytes = %s, want %d", len(authorization), answer.Status, want)
		}
	}
	if code, _, errs := custody(t.Context(), nil, "", "healthcheck", "--url", "http://"+serve+"/readyz"); code != exitDone {
		t.Errorf("healthcheck = %d: %s", code, errs)
	}
	if code := stopServe(); code != exitDone {
		t.Errorf("serve told to stop = %d, want 0", code)
	}
	if code := stopConsume(); code != exitDone {
		t.Errorf("consume told to stop = %d, want 0", code)
	}
}

// TestCommandsOnAHouse tries the commands that operators and producers use.
func TestCommandsOnAHouse(t *testing.T) {
	dir := t.TempDir()
	d := startDev(t, dir)
	code, out, errs := custody(t.Context(), d.as(t, "admin"), "", "migrate", "--dry-run")
	if code != exitDone || out != "-- 0 to apply\n" {
		t.Errorf("migrate --dry-run on a new house = %d, %q%s", code, out, errs)
	}
	if code, out, errs := custody(t.Context(), d.environ, "", "topic", "create"); code != exitDone || strings.Count(out, ": is there\n") != 3 {
		t.Errorf("topic create on a new house = %d, %q%s", code, out, errs)
	}
	_, events, _ := custody(t.Context(), nil, "", "simulate", "--stdout", "--events", "40", "--seed", "7")
	if code, out, errs := custody(t.Context(), d.environ, events, "emit", "-"); code != exitDone || out != "40 sent, 0 not sent\n" {
		t.Errorf("emit of what simulate prints = %d, %q%s", code, out, errs)
	}
	if code, out, errs := custody(t.Context(), d.environ, "", "tail", "--from-beginning", "--count", "40"); code != exitDone || strings.Count(out, "\n") != 40 || strings.Contains(out, "rejected") {
		t.Errorf("tail of 40 = %d, %s%s", code, out, errs)
	}
	if code, _, errs := custody(t.Context(), d.environ, "", "simulate", "--events", "500", "--seed", "8"); code != exitDone || !strings.Contains(errs, "500 events sent") {
		t.Errorf("simulate = %d: %s", code, errs)
	}
	until(t, "a dead letter", func() bool {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		code, out, _ := custody(ctx, d.environ, "", "tail", "--dead-letters", "--from-beginning", "--count", "1")
		return code == exitDone && strings.Contains(out, " kafka/custody.events/0/")
	})
}

// TestAccountsAreLookedUpUnderEveryKey: a key is rotated, and older events are found all the same.
func TestAccountsAreLookedUpUnderEveryKey(t *testing.T) {
	dir := t.TempDir()
	d := startDev(t, dir)
	file := filepath.Join(dir, "pseudonyms.keys")
	keys, err := producer.LoadPseudonyms(file)
	if err != nil {
		t.Fatal(err)
	}
	e := strings.ReplaceAll(exampleEvent, exampleSubject, string(keys.Subject("tmall", "account-4711")))
	if code, out, errs := custody(t.Context(), d.environ, e, "emit", "-"); code != exitDone {
		t.Fatalf("emit = %d, %s%s", code, out, errs)
	}
	look := func() string {
		code, out, errs := custody(t.Context(), d.environ, "", "recipients", "--account", "tmall:account-4711", "-o", "jsonl")
		if code != exitDone {
			t.Fatalf("recipients --account = %d: %s", code, errs)
		}
		return out
	}
	if out := look(); !strings.Contains(out, `"recipient":"cainiao"`) {
		t.Errorf("recipients --account = %s, want cainiao", out)
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rotated := "new AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n" + string(old)
	if err := os.WriteFile(file, []byte(rotated), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := look(); !strings.Contains(out, `"recipient":"cainiao"`) {
		t.Errorf("recipients --account after the key was rotated = %s, want cainiao", out)
	}
}
