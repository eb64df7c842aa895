//go:build docs

package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDocs needs curl and kcat, which not every machine has: make test-docs.
// It runs every shell line of the documents in an empty folder, beside
// `custody dev` on ports of its own.
func TestDocs(t *testing.T) {
	h := newReader(t)
	for _, name := range []string{"README.md", "docs/events.md", "docs/pseudonyms.md", "docs/operating.md", "docs/dead-letters.md", "docs/findings.md", "docs/auditing-findings.md"} {
		t.Run(name, func(t *testing.T) { h.read(t, name) })
	}
}

// A Reader is a person who pastes what a document says.
type reader struct {
	dir   string
	ports *strings.Replacer // the ports that the documents name, for those of this run
	env   []string
}

func newReader(t *testing.T) *reader {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "bin", "custody"), "./cmd/custody")
	build.Dir, build.Env = "..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	// curl says with its exit code what the server thinks of a request.
	if err := os.WriteFile(filepath.Join(dir, ".curlrc"), []byte("fail-with-body\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	kafka, native, sql, http := freePort(t), freePort(t), freePort(t), freePort(t)
	h := &reader{
		dir:   dir,
		ports: strings.NewReplacer(":9092", ":"+kafka, ":9000", ":"+native, ":8123", ":"+sql, ":8080", ":"+http),
		env:   append(os.Environ(), "CURL_HOME="+dir),
	}
	dev := exec.Command(filepath.Join(dir, "bin", "custody"), "dev",
		"--kafka-port", kafka, "--clickhouse-port", native, "--clickhouse-http-port", sql, "--http-port", http)
	dev.Dir = dir
	out, err := dev.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	dev.Stderr = os.Stderr
	if err := dev.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = dev.Process.Signal(syscall.SIGTERM)
		if err := dev.Wait(); err != nil {
			t.Errorf("custody dev ended: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Custody is running") {
			go io.Copy(io.Discard, out)
			return h
		}
	}
	t.Fatal("custody dev did not start")
	return nil
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

var (
	blocks = regexp.MustCompile("(?ms)^```([a-z ]*)\n(.*?)^```\n")
	saveAs = regexp.MustCompile("^\\s*Save it as `([a-z.]+)`")
)

// read does what a document says, from top to bottom. A block of "sh ci" holds
// what CI runs, or what runs until it is told to stop.
func (h *reader) read(t *testing.T, name string) {
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range blocks.FindAllSubmatchIndex(text, -1) {
		info, body := string(text[at[2]:at[3]]), string(text[at[4]:at[5]])
		if file := saveAs.FindSubmatch(text[at[1]:]); file != nil {
			if err := os.WriteFile(filepath.Join(h.dir, string(file[1])), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		switch info {
		case "sh":
			h.run(t, body)
		case "sh ci":
			for line := range strings.Lines(body) {
				h.ci(t, strings.TrimSpace(strings.SplitN(line, "#", 2)[0]))
			}
		}
	}
}

func (h *reader) run(t *testing.T, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", h.ports.Replace(script))
	cmd.Dir, cmd.Env = h.dir, h.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s\n%s", err, script, out)
	}
	if strings.Contains(script, "SELECT") && !strings.Contains(string(out), "cainiao") {
		t.Errorf("the auditor sees no recipient\n%s\n%s", script, out)
	}
	if strings.Contains(script, "consent_id") {
		time.Sleep(5 * time.Second) // "seconds later it is found"
	}
	time.Sleep(2 * time.Second) // as long as a person takes to read on; the log is at most a second behind
	t.Logf("%s\n%s", script, out)
}

func (h *reader) ci(t *testing.T, line string) {
	t.Helper()
	switch {
	case line == "" || line == "make build": // as this test did
	case strings.HasPrefix(line, "make "):
		script, err := os.ReadFile("../.ci/run")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(script), "\n"+line+"\n") {
			t.Errorf("CI does not run %q", line)
		}
	case strings.HasSuffix(line, " consume"), strings.HasSuffix(line, " findings run"):
		h.service(t, line+" --monitor")
	case strings.HasSuffix(line, " serve"):
		h.service(t, line+" --http")
	default:
		h.run(t, "export CUSTODY_CONFIG=custody-data/custody.yaml\n"+line)
	}
}

// service runs a line until it is ready, and stops it.
func (h *reader) service(t *testing.T, line string) {
	t.Helper()
	port := freePort(t)
	h.run(t, fmt.Sprintf(`export CUSTODY_CONFIG=custody-data/custody.yaml
%s 127.0.0.1:%s & service=$!
for i in $(seq 100); do bin/custody healthcheck --url http://127.0.0.1:%[2]s/readyz 2>/dev/null && break; sleep 0.1; done
bin/custody healthcheck --url http://127.0.0.1:%[2]s/readyz
kill -TERM $service
wait $service`, line, port))
}
