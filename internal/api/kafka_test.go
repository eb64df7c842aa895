package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/producer"
)

// onKafka is the gateway as it is wired: on the producer, on a broker.
func onKafka(t testing.TB, o producer.Options) (url string, cluster *kfake.Cluster) {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(16, producer.Topic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	o.Unchecked = true // the gateway has checked
	p, err := producer.New(cluster.ListenAddrs(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	server := httptest.NewServer(api.New(api.Options{Publisher: p}))
	t.Cleanup(server.Close)
	return server.URL + "/v1/events", cluster
}

func send(t testing.TB, url, contentType, body string) (int, string) {
	res, err := http.Post(url, contentType, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

func TestOnKafka(t *testing.T) {
	url, cluster := onKafka(t, producer.Options{DeliveryTimeout: 500 * time.Millisecond})
	if code, text := send(t, url, batchType, "["+collected("1")+","+unknownTerm("2")+","+collected("3")+"]"); code != http.StatusUnprocessableEntity || !strings.Contains(text, `"accepted":2`) {
		t.Errorf("answer = %d %s, want 422 with 2 accepted", code, text)
	}
	ranges, err := stream.New(stream.Config{Brokers: cluster.ListenAddrs()}).Ranges(t.Context(), producer.Topic)
	if err != nil {
		t.Fatal(err)
	}
	stored := int64(0)
	for _, r := range ranges {
		stored += r.End
	}
	if stored != 2 {
		t.Errorf("%d records in Kafka, want 2", stored)
	}
	cluster.Close()
	code, text := send(t, url, batchType, "["+collected("4")+","+unknownTerm("5")+"]")
	if code != http.StatusServiceUnavailable || !strings.Contains(text, `"index":0,"id":"4","outcome":"unacknowledged"`) || !strings.Contains(text, `"id":"5","outcome":"rejected"`) {
		t.Errorf("without a broker: answer = %d %s, want 503 that names both", code, text)
	}
}

// Requests over TCP, through the producer, acknowledged by a broker in this process.
func BenchmarkOnKafka(b *testing.B) {
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 100
	batch := make([]string, 100)
	for i := range batch {
		batch[i] = collected(fmt.Sprint(i))
	}
	for name, c := range map[string]struct {
		contentType, body string
		events            int
	}{
		"single":       {structured, collected("1"), 1},
		"batch-of-100": {batchType, "[" + strings.Join(batch, ",") + "]", 100},
	} {
		b.Run(name, func(b *testing.B) {
			url, _ := onKafka(b, producer.Options{})
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if code, text := send(b, url, c.contentType, c.body); code != http.StatusAccepted {
						b.Error(code, text)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(float64(b.N*c.events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
