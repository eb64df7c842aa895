package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// custody runs a command in this process; what it prints is returned.
func custody(ctx context.Context, environ []string, in string, args ...string) (code int, out, errors string) {
	var o, e buffer
	code = run(ctx, surroundings{args: args, environ: environ, in: strings.NewReader(in), out: &o, err: &e})
	return code, o.String(), e.String()
}

// A buffer may be read while it is written to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A development is a running custody dev.
type development struct {
	http    string
	environ []string // lets commands find it
	said    string
	stop    func() (code int, errors string)
}

func startDev(t *testing.T, dir string, more ...string) development {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, surroundings{out: &out, err: &errs, args: append([]string{
			"dev", "--dir", dir, "--kafka-port", "0", "--clickhouse-port", "0", "--clickhouse-http-port", "0", "--http-port", "0", "--log-level", "error",
		}, more...)})
	}()
	until(t, "custody dev is up", func() bool {
		select {
		case c := <-code:
			t.Fatalf("custody dev ended with %d: %s", c, errs.String())
		default:
		}
		return strings.Contains(out.String(), "SELECT * FROM custody.recipients")
	})
	d := development{said: out.String(), environ: []string{"CUSTODY_CONFIG=" + filepath.Join(dir, "custody.yaml")}}
	d.http = regexp.MustCompile(`http://\S+/v1/events`).FindString(d.said)
	d.stop = sync.OnceValues(func() (int, string) { cancel(); return <-code, errs.String() })
	t.Cleanup(func() { d.stop() })
	return d
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// TestDevIsAHouseToLiveIn: events in by HTTP and by file, answers out, and after
// a restart every event is there.
func TestDevIsAHouseToLiveIn(t *testing.T) {
	dir := t.TempDir()
	d := startDev(t, dir)
	answer, err := http.Post(d.http, "application/cloudevents+json", strings.NewReader(exampleEvent))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("POST %s = %s, want 202", d.http, answer.Status)
	}
	more := strings.Replace(exampleEvent, "cainiao", "yto-express", 1)
	more = strings.Replace(more, "order-4711-shared", "order-4711-onward", 1)
	code, out, errs := custody(t.Context(), d.environ, exampleEvent+"\n"+more+"\n{\"specversion\":\"1.0\"}\n", "emit", "-")
	if code != exitFailed || out != "2 sent, 1 not sent\n" || !strings.Contains(errs, "line 3: rejected: ") {
		t.Errorf("emit of 2 good and 1 bad = %d, %q, %q", code, out, errs)
	}
	recipients := func(d development) string {
		code, out, errs := custody(t.Context(), d.environ, "", "recipients", exampleSubject, "-o", "csv")
		if code != exitDone {
			t.Fatalf("recipients = %d: %s", code, errs)
		}
		return out
	}
	until(t, "both recipients are logged", func() bool {
		out := recipients(d)
		return strings.Contains(out, "cainiao,") && strings.Contains(out, "yto-express,")
	})
	before := recipients(d)
	until(t, "the duplicate is logged", func() bool {
		_, out, _ := custody(t.Context(), d.environ, "", "events", "--outcome", "duplicate", "-o", "jsonl")
		return strings.Count(out, `"id":"order-4711-shared"`) == 1
	})
	until(t, "the look-up is logged", func() bool {
		_, out, _ := custody(t.Context(), d.environ, "", "events", exampleSubject, "--kind", "access.logged", "-o", "jsonl")
		return strings.Contains(out, `"action":"recipients"`) && strings.Contains(out, `"actor":"user-`)
	})
	code, out, errs = custody(t.Context(), d.environ, "", "show", "order-4711-onward")
	if code != exitDone || !strings.HasPrefix(out, "accepted order-4711-onward\n") || !strings.Contains(out, "yto-express") {
		t.Errorf("show = %d, %s%s", code, out, errs)
	}
	if code, errs := d.stop(); code != exitDone {
		t.Fatalf("custody dev told to stop = %d: %s", code, errs)
	}
	if after := recipients(startDev(t, dir)); after != before {
		t.Errorf("recipients after a restart = %s, want %s", after, before)
	}
}

func TestDevSaysWhatIsInItsWay(t *testing.T) {
	d := startDev(t, t.TempDir())
	port := regexp.MustCompile(`:(\d+)/`).FindStringSubmatch(d.http)[1]
	free := []string{"dev", "--dir", t.TempDir(), "--kafka-port", "0", "--clickhouse-port", "0", "--clickhouse-http-port", "0", "--http-port", "0"}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"port of HTTP":       {[]string{"--http-port", port}, "already in use; end what uses it or choose another with --http-port"},
		"port of Kafka":      {[]string{"--kafka-port", port}, "port " + port + " for Kafka is in use by another program; end that or choose another port (--kafka-port"},
		"port of ClickHouse": {[]string{"--clickhouse-port", port}, "native protocol is in use"},
		"port of SQL":        {[]string{"--clickhouse-http-port", port}, "HTTP interface is in use"},
		"a file":             {[]string{"--dir", file}, "not a directory"},
	} {
		code, _, errs := custody(t.Context(), nil, "", append(free, c.args...)...)
		if code != exitFailed || !strings.Contains(errs, c.want) {
			t.Errorf("custody dev, %s in use = %d, %q, want %q", name, code, errs, c.want)
		}
	}
}

func TestDemo(t *testing.T) {
	code, out, errs := custody(t.Context(), nil, "", "demo", "--events", "3000", "--history")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	last := regexp.MustCompile(`^3000 records: \d{4} accepted, [1-9]\d* duplicate, [1-9]\d* conflict, [1-9]\d* rejected; \d+ events/s$`)
	if code != exitDone || !last.MatchString(lines[len(lines)-1]) {
		t.Fatalf("custody demo = %d, last line %q: %s", code, lines[len(lines)-1], errs)
	}
	for _, want := range []string{"Who got the data of one person", "FROM custody.recipients", "recipient", "What accepted events break", "policy-missing", "What the history of persons shows", "parties told and heard", "│ kept "} {
		if !strings.Contains(out, want) {
			t.Errorf("custody demo does not print %q", want)
		}
	}
}

func TestDemoStoppedLeavesNothing(t *testing.T) {
	before := temporary(t)
	ctx, cancel := context.WithCancel(t.Context())
	var errs buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, surroundings{args: []string{"demo", "--events", "50000000"}, out: &buffer{}, err: &errs})
	}()
	until(t, "events are being sent", func() bool { return strings.Contains(errs.String(), "sending") })
	cancel()
	if got := <-code; got != exitFailed || !strings.HasSuffix(errs.String(), "custody: stopped before the end\n") {
		t.Errorf("custody demo stopped = %d, %s", got, errs.String())
	}
	if after := temporary(t); after != before {
		t.Errorf("%d directories of demos, want %d as before", after, before)
	}
}

func temporary(t *testing.T) int {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), "custody-demo-*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(dirs)
}
