package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

// ways are the five by which an event reaches Kafka. Each is given the same
// events in structured and in binary mode.
var ways = map[string]func(t *testing.T, w *world, structured, binary []event.Message){
	"kafka structured": func(t *testing.T, w *world, structured, _ []event.Message) { w.send(t, w.emitter(t), structured) },
	"kafka binary":     func(t *testing.T, w *world, _, binary []event.Message) { w.send(t, w.emitter(t), binary) },
	"http structured": func(t *testing.T, w *world, structured, _ []event.Message) {
		post := w.gateway(t)
		for _, m := range structured {
			post(http.Header{"Content-Type": {"application/cloudevents+json"}}, m.Value)
		}
	},
	"http binary": func(t *testing.T, w *world, _, binary []event.Message) {
		post := w.gateway(t)
		for _, m := range binary {
			h := http.Header{}
			for _, header := range m.Headers {
				name, value := header.Name, string(header.Value)
				if strings.HasPrefix(name, "ce_") {
					name, value = "ce-"+name[3:], url.PathEscape(value)
				}
				h.Set(name, value)
			}
			post(h, m.Value)
		}
	},
	"http batch": func(t *testing.T, w *world, structured, _ []event.Message) {
		post := w.gateway(t)
		for ms := structured; len(ms) > 0; {
			n := min(100, len(ms))
			values := make([][]byte, n)
			for i := range values {
				values[i] = ms[i].Value
			}
			post(http.Header{"Content-Type": {"application/cloudevents-batch+json"}},
				append(append([]byte("["), bytes.Join(values, []byte(","))...), ']'))
			ms = ms[n:]
		}
	},
}

// The same events give the same rows by whatever way they come: the same bytes
// in every column that does not say where and when the record stood in Kafka.
func TestEveryWayInGivesTheSameRows(t *testing.T) {
	const n = 600
	life := func(binary float64) (ms []event.Message) {
		s := simulate.New(simulate.Options{Seed: 8, Start: yesterday(), Subjects: 60, Events: n, Binary: binary})
		for range n {
			m, _ := s.Next()
			ms = append(ms, m)
		}
		return ms
	}
	structured, binary := life(0), life(1)
	first, want := "", ""
	for name, send := range ways {
		w := newWorld(t, "way", 3)
		w.consume(t)
		send(t, w, structured, binary)
		w.await(t, n)
		w.intact(t)
		got := w.content(t)
		if lines := strings.Count(got, "\n"); lines != n {
			t.Fatalf("%s: %d rows, want %d", name, lines, n)
		}
		if first == "" {
			first, want = name, got
		}
		if got != want {
			t.Errorf("rows differ between %s and %s: %s", first, name, difference(want, got))
		}
	}
}

// content is every row without where it stood in Kafka and when it was written.
func (w *world) content(t *testing.T) string {
	t.Helper()
	var columns []string
	for _, r := range w.mustAsk(t, `SELECT name FROM system.columns WHERE database = 'custody' AND table = 'log'
		AND name NOT IN ('kafka_cluster', 'kafka_topic', 'kafka_epoch', 'kafka_partition', 'kafka_offset', 'lost_from', 'seq', 'kafka_time', 'recorded_at', 'lease_until')`) {
		columns = append(columns, r["name"].(string))
	}
	if len(columns) < 60 {
		t.Fatalf("the log has %d columns besides the record's place, want all of the contract", len(columns))
	}
	var all strings.Builder
	for _, r := range w.mustAsk(t, "SELECT hex(event_hash) AS event_hash, hex(content_hash) AS content_hash, * EXCEPT (event_hash, content_hash) FROM (SELECT `"+
		strings.Join(columns, "`, `")+"` FROM custody.log WHERE kafka_topic = {topic}) ORDER BY event_hash") {
		fmt.Fprintln(&all, r)
	}
	return all.String()
}

// difference is the first line that is not the same.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

// gateway serves the API in front of the world's topic, and posts to it.
func (w *world) gateway(t *testing.T) (post func(http.Header, []byte)) {
	t.Helper()
	server := httptest.NewServer(api.New(api.Options{Publisher: w.emitter(t)}))
	t.Cleanup(server.Close)
	return func(h http.Header, body []byte) {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, server.URL+"/v1/events", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = h
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusAccepted {
			t.Fatalf("the gateway answers %s: %s", answer.Status, text)
		}
	}
}
