package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// A still house has Kafka and ClickHouse, and nobody who consumes.
func stillHouse(t *testing.T) (h *house, auditor, writer []string) {
	t.Helper()
	dir := t.TempDir()
	h, err := build(t.Context(), plot{dir: dir}, func(string, time.Duration) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	config, err := h.settings(dir)
	if err != nil {
		t.Fatal(err)
	}
	auditor = []string{"CUSTODY_CONFIG=" + config}
	return h, auditor, append(auditor, "CUSTODY_CLICKHOUSE_USER=writer", "CUSTODY_CLICKHOUSE_PASSWORD="+h.servers.clickhouse.passwords[roleWriter])
}

// send puts an event into Kafka, be it right or wrong.
func (h *house) send(t *testing.T, value string) {
	t.Helper()
	p, err := h.servers.producer("test", true, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(context.Background())
	err = p.EmitMessages(t.Context(), event.Message{Key: []byte(exampleSubject), Value: []byte(value),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestG5AnAnswerIsCompleteOrSaysThatItIsNot(t *testing.T) {
	h, auditor, writer := stillHouse(t)
	h.send(t, exampleEvent)
	look := func(args ...string) (code int, out, errs string) {
		t.Helper()
		return custody(t.Context(), auditor, "", append([]string{"recipients", exampleSubject}, args...)...)
	}
	// nobody consumes: an answer that is given says what it lacks
	code, out, errs := look("--wait", "50ms")
	if code != exitFailed || !strings.Contains(out, "INCOMPLETE as of ") || !strings.Contains(out, "lacks: 1 record is not logged yet, of kafka/custody.events/0/") || !strings.Contains(errs, "the answer is incomplete: 1 record is not logged yet") {
		t.Errorf("recipients without a consumer = %d, %s%s", code, out, errs)
	}
	if code, out, errs := look("--wait", "50ms", "--incomplete-ok", "-o", "csv"); code != exitDone || strings.Contains(out, "INCOMPLETE") || !strings.Contains(errs, "INCOMPLETE") {
		t.Errorf("recipients --incomplete-ok -o csv = %d, %s%s", code, out, errs)
	}
	for _, args := range [][]string{{"events"}, {"show", "order-4711-shared"}} {
		if code, _, errs := custody(t.Context(), auditor, "", append(args, "--wait", "50ms")...); code != exitFailed || !strings.Contains(errs, "the answer is incomplete: ") {
			t.Errorf("%v without a consumer = %d, %s", args, code, errs)
		}
	}
	// an answer waits for the log
	startService(t, writer, "consume", "--monitor", "127.0.0.1:0")
	file := filepath.Join(t.TempDir(), "certificate.json")
	code, first, errs := look("--wait", "1m", "-o", "csv", "--certificate", file)
	if code != exitDone || !strings.Contains(first, "cainiao") || !strings.Contains(errs, "complete as of ") {
		t.Fatalf("recipients with a consumer = %d, %s%s", code, first, errs)
	}
	// a rejected record may be what the answer lacks, until its event comes
	corrected := strings.NewReplacer("cainiao", "yto-express", "order-4711-shared", "order-4712").Replace(exampleEvent)
	h.send(t, strings.Replace(corrected, "order-delivery", "fun", 1))
	if code, out, errs := look("--wait", "1m"); code != exitFailed || !strings.Contains(out, "lacks: 1 record of this person was rejected") || strings.Contains(out, "yto-express") {
		t.Errorf("recipients beside a rejected record = %d, %s%s", code, out, errs)
	}
	h.send(t, corrected)
	if code, out, errs := look("--wait", "1m"); code != exitDone || !strings.Contains(out, "\ncomplete as of ") || !strings.Contains(out, "yto-express") {
		t.Errorf("recipients after it was corrected = %d, %s%s", code, out, errs)
	}
	// an earlier certificate gives its answer again
	again := filepath.Join(t.TempDir(), "again.json")
	if code, out, errs := look("--known-by", file, "-o", "csv", "--certificate", again); code != exitDone || out != first {
		t.Errorf("recipients by the earlier certificate = %d, %q, want %q %s", code, out, first, errs)
	}
	if got, want := readCertificate(t, again), readCertificate(t, file); !reflect.DeepEqual(got, want) {
		t.Errorf("the certificate by the earlier one = %+v, want %+v", got, want)
	}
	if code, out, errs := look("--known-at", "2026-01-01", "-o", "csv"); code != exitDone || strings.Count(out, "\n") != 1 || !strings.Contains(errs, "note: what was recorded after 2026-01-01T00:00:00Z is left out") {
		t.Errorf("recipients as known before = %d, %s%s", code, out, errs)
	}
	jsonHasACertificate(t, auditor)
}

func readCertificate(t *testing.T, file string) *ledger.Certificate {
	t.Helper()
	c, err := certificateOf(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func jsonHasACertificate(t *testing.T, auditor []string) {
	t.Helper()
	for name, c := range map[string]struct {
		args     []string
		subjects int
		of       uint64
	}{
		"a person's recipients": {[]string{"recipients", exampleSubject}, 1, 2},
		"a person's events":     {[]string{"events", exampleSubject, "--kind", "data.shared"}, 1, 2},
		"events of nobody":      {[]string{"events", "--recipient", "yto-express"}, 0, 1},
		"an event's rows":       {[]string{"show", "order-4712"}, 1, 2},
	} {
		code, out, errs := custody(t.Context(), auditor, "", append(c.args, "-o", "json", "--wait", "1m")...)
		var got struct {
			Certificate        *ledger.Certificate
			Subjects           []string
			Recipients, Events []map[string]any
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitDone {
			t.Errorf("%s = %d, %v: %s%s", name, code, err, out, errs)
			continue
		}
		sources := got.Certificate.Sources
		if !got.Certificate.Complete || len(got.Certificate.Partitions) != 8 || len(sources) != 2 || len(got.Subjects) != c.subjects || uint64(len(got.Recipients)+len(got.Events)) != c.of {
			t.Errorf("%s = %s, want a complete answer of %d rows", name, out, c.of)
		}
	}
}

func TestCertificatesThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no file":        {"", "read a certificate: "},
		"no JSON":        {"complete", "is no certificate"},
		"something else": {`{"recipients":[]}`, "is no certificate"},
		"a hole":         {`{"asked_at":"2026-11-26T00:00:00Z","partitions":[{"hole":true}]}`, "the log had a hole"},
	} {
		file := filepath.Join(t.TempDir(), "certificate.json")
		if c.text != "" {
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		code, _, errs := custody(t.Context(), nil, "", "recipients", exampleSubject, "--known-by", file)
		if code != exitFailed || !strings.Contains(errs, c.want) {
			t.Errorf("--known-by, %s = %d, %q, want %q", name, code, errs, c.want)
		}
	}
	if code, _, errs := custody(t.Context(), nil, "", "recipients", exampleSubject, "--known-by", "x", "--known-at", "2026-11-26"); code != exitUsage {
		t.Errorf("--known-by and --known-at = %d, %q, want a misuse", code, errs)
	}
}
