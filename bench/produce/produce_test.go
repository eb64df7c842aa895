package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// Content is what an event says, however it was written.
func content(t *testing.T, m event.Message) [16]byte {
	t.Helper()
	r, rejection := event.NewDecoder(event.Options{}).Decode(&m, start.AddDate(1, 0, 0))
	if rejection != nil {
		t.Fatal(rejection)
	}
	return r.ContentHash()
}

func TestTheThreeFormsSayTheSame(t *testing.T) {
	p, err := newPool(300)
	if err != nil {
		t.Fatal(err)
	}
	structs, err := p.typed()
	if err != nil {
		t.Fatal(err)
	}
	clouds, err := p.clouds()
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.messages {
		want := content(t, p.messages[i])
		m, err := event.Marshal(structs[i])
		if err != nil {
			t.Fatal(err)
		}
		if got := content(t, m); got != want {
			t.Fatalf("typed event %d says another thing:\n%s\n%s", i, m.Value, p.messages[i].Value)
		}
		value, err := json.Marshal(clouds[i])
		if err != nil {
			t.Fatal(err)
		}
		if got := content(t, event.Message{Key: p.messages[i].Key, Value: value, Headers: p.messages[i].Headers}); got != want {
			t.Fatalf("CloudEvent %d says another thing:\n%s\n%s", i, value, p.messages[i].Value)
		}
	}
}

// What a contestant says it sent is in Kafka, decodes, and waits for no one.
func TestEveryContestantSends(t *testing.T) {
	b, err := startBroker(t.Context(), "embedded")
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	p, err := newPool(200)
	if err != nil {
		t.Fatal(err)
	}
	client := stream.New(stream.Config{Brokers: b.addrs})
	defer client.Close()
	for i, c := range contestants {
		t.Run(c.name, func(t *testing.T) {
			topic := "t" + strings.Repeat("i", i)
			remove, err := b.topic(t.Context(), topic, 2)
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			s, err := c.open(place{Brokers: b.addrs, Topic: topic}, p)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.send(t.Context(), 0, 1); err != nil {
				t.Fatal(err)
			}
			if err := s.send(t.Context(), 1, 199); err != nil {
				t.Fatal(err)
			}
			if err := s.close(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := map[[16]byte]bool{}
			for partition := range int32(2) {
				batch, err := client.Read(t.Context(), topic, partition, 0)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range batch.Records {
					got[content(t, r.Message)] = true
				}
			}
			for i := range p.messages {
				if !got[content(t, p.messages[i])] {
					t.Fatalf("event %d is not in Kafka", i)
				}
			}
		})
	}
}

func TestAContestantReports(t *testing.T) {
	b, err := startBroker(t.Context(), "embedded")
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if _, err := b.topic(t.Context(), "t", 2); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(orders{Place: place{Brokers: b.addrs, Topic: "t"}, Load: load{100, 2}, Duration: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := contest(t.Context(), string(text), &out); err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Calls < 1 || r.Events != 100*r.Calls || r.CPU <= 0 || r.Seconds <= 0 {
		t.Errorf("result = %+v, want calls of 100 events each, time and CPU", r)
	}
}

func TestTheClientSendsWholeRequests(t *testing.T) {
	p, err := newPool(200)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if bodies = append(bodies, r.Header.Get("Content-Type")+" "+string(body)); len(bodies) == 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	g := gateway{server.URL, server.Client()}
	for _, size := range []int{1, 100} {
		all, contentType := requests(p, size)
		if err := g.post(t.Context(), contentType, all[0]); err != nil {
			t.Fatal(err)
		}
	}
	if want := "application/cloudevents+json " + string(p.messages[0].Value); bodies[0] != want {
		t.Errorf("single request = %.300s, want %.300s", bodies[0], want)
	}
	kind, body, _ := strings.Cut(bodies[1], " ")
	var batch []json.RawMessage
	if err := json.Unmarshal([]byte(body), &batch); err != nil || kind != "application/cloudevents-batch+json" || len(batch) != 100 {
		t.Errorf("batch = %s with %d events, %v; want 100 in a CloudEvents batch", kind, len(batch), err)
	}
	if err := g.post(t.Context(), "", nil); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("post = %v, want the answer's code", err)
	}
}

func TestReport(t *testing.T) {
	runs := []result{{100, 30_000, 1, 0.3}, {100, 10_000, 1, 0.2}, {100, 20_000, 1, 0.1}}
	r := report{settings: settings{partitions: 16, runs: 3}, size: 700, alone: "BenchmarkGateway/single 1\n", tables: []table{{
		kafka: "Apache Kafka 4.4.0",
		sdks:  []row{{"custody Emit", loads[1], runs}, {bareWriter, loads[1], runs[:2]}},
	}}}
	var b bytes.Buffer
	r.write(&b)
	for _, want := range []string{
		"| 100 × 16 | custody Emit | 20,000 (10,000–30,000) | 10.0 (5.0–20.0) | 1.00× |",
		"| 100 × 16 | kafka-go Writer | 20,000 (10,000–30,000) | 15.0 (10.0–20.0) | 1.00× |",
		"compression none", "BenchmarkGateway/single",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report has no %q:\n%s", want, &b)
		}
	}
}
