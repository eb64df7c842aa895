package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/internal/stream"
)

// newHouse puts up Kafka and ClickHouse, with which commands work as a user.
func newHouse(t *testing.T) (h *house, as func(user string) []string) {
	t.Helper()
	h, err := build(t.Context(), plot{dir: t.TempDir()}, func(string, time.Duration) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, func(user string) []string {
		return []string{
			"CUSTODY_KAFKA=" + h.kafka.Addr(), "CUSTODY_CLICKHOUSE=" + h.clickhouse.Addr(),
			"CUSTODY_CLICKHOUSE_USER=" + user, "CUSTODY_CLICKHOUSE_PASSWORD=" + h.clickhouse.Passwords()[user],
		}
	}
}

// must runs a command that must do what it is asked for.
func must(t *testing.T, environ []string, in string, args ...string) (out string) {
	t.Helper()
	code, out, errs := custody(t.Context(), environ, in, args...)
	if code != exitDone {
		t.Fatalf("custody %s = %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

// numbered are n example events of as many ids.
func numbered(name string, n int) string {
	var lines strings.Builder
	for i := range n {
		lines.WriteString(strings.Replace(exampleEvent, "order-4711-shared", fmt.Sprint(name, "-", i), 1) + "\n")
	}
	return lines.String()
}

// TestTopicRenew: the topic is made anew; no answer is called complete, the writer
// says so and waits; the renewal lets it go on. Then it is given more partitions.
func TestTopicRenew(t *testing.T) {
	h, as := newHouse(t)
	consume := func() (monitor string, stop func() int) {
		return startService(t, as("writer"), "consume", "--monitor", "127.0.0.1:0")
	}
	logged := func(n int) {
		t.Helper()
		until(t, fmt.Sprint(n, " events are logged"), func() bool {
			out := must(t, as("auditor"), "", "events", "--kind", "data.shared", "--incomplete-ok", "--wait", "0s", "-o", "csv")
			return strings.Count(out, "\n") == n+1
		})
	}
	_, stop := consume()
	must(t, as("auditor"), numbered("old", 5), "emit", "-")
	logged(5)
	stop()
	if out := must(t, as("writer"), "", "topic", "renew", "-o", "csv"); strings.Count(out, ",as logged,") != 8 {
		t.Errorf("topic renew, nothing changed = %s", out)
	}

	admin := &kafka.Client{Addr: kafka.TCP(h.kafka.Addr())}
	if _, err := admin.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{stream.EventsTopic}}); err != nil {
		t.Fatal(err)
	}
	must(t, as("admin"), "", "topic", "create")
	must(t, as("auditor"), numbered("new", 3), "emit", "-")
	monitor, stop := consume()
	until(t, "the writer says what is wrong", func() bool {
		code, body := fetch(t, "http://"+monitor+"/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "run custody topic renew")
	})
	code, _, errs := custody(t.Context(), as("auditor"), "", "recipients", exampleSubject, "--wait", "1s")
	if code != exitFailed || !strings.Contains(errs, "the answer is incomplete") {
		t.Errorf("recipients, the topic made anew = %d: %s", code, errs)
	}
	code, out, errs := custody(t.Context(), as("writer"), "", "topic", "renew", "-o", "csv")
	if code != exitFailed || strings.Count(out, ",recreated,") != 1 || !strings.Contains(errs, "run this again with --yes") {
		t.Errorf("topic renew without --yes = %d, %s%s", code, out, errs)
	}
	stop()
	must(t, as("writer"), "", "topic", "renew", "--yes", "--actor", "operator-7")
	monitor, stop = consume()
	logged(8)
	until(t, "the writer is ready", func() bool { code, _ := fetch(t, "http://"+monitor+"/readyz"); return code == http.StatusOK })
	until(t, "the renewal is an event", func() bool {
		out := must(t, as("auditor"), "", "events", "--kind", "operation.logged", "--incomplete-ok", "-o", "jsonl")
		return strings.Contains(out, `"actor":"operator-7"`) && strings.Contains(out, "epoch 1 of 8 partitions: 7 as logged, 1 recreated")
	})

	if _, err := admin.CreatePartitions(t.Context(), &kafka.CreatePartitionsRequest{
		Topics: []kafka.TopicPartitionsConfig{{Name: stream.EventsTopic, Count: 9}},
	}); err != nil {
		t.Fatal(err)
	}
	until(t, "the new partition is alarmed", func() bool {
		_, body := fetch(t, "http://"+monitor+"/metrics")
		return strings.Contains(body, `custody_lineage_unannounced_partition{partition="8",topic="custody.events"} 1`)
	})
	stop()
	if out := must(t, as("writer"), "", "topic", "renew", "--yes", "-o", "csv"); strings.Count(out, ",new,") != 1 {
		t.Errorf("topic renew of a grown topic = %s", out)
	}
	monitor, _ = consume()
	must(t, as("auditor"), numbered("newest", 3), "emit", "-")
	logged(11)
	if _, body := fetch(t, "http://"+monitor+"/metrics"); strings.Contains(body, `unannounced_partition{partition="8",topic="custody.events"} 1`) {
		t.Error("the new partition is alarmed after the renewal")
	}
}
