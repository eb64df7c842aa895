package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/schemas/event"
)

// What the gateway itself costs, without a network and without a broker.
func BenchmarkGateway(b *testing.B) {
	padded := func(id string) string {
		return strings.Replace(collected(id), `"origin"`, `"note":"`+strings.Repeat("note ", 40)[:180]+`","origin"`, 1)
	}
	batch := make([]string, 100)
	for i := range batch {
		batch[i] = padded(fmt.Sprint(i))
	}
	for name, c := range map[string]struct {
		contentType, body string
		events            int
	}{
		"single":       {structured, padded("1"), 1},
		"batch-of-100": {batchType, "[" + strings.Join(batch, ",") + "]", 100},
	} {
		b.Run(name, func(b *testing.B) {
			h := api.New(api.Options{Publisher: &publisher{fail: func([]event.Message) error { return nil }}, Now: func() time.Time { return noon }})
			body := bytes.NewReader([]byte(c.body))
			b.ReportAllocs()
			for b.Loop() {
				body.Reset([]byte(c.body))
				r := httptest.NewRequest(http.MethodPost, "/v1/events", body)
				r.Header.Set("Content-Type", c.contentType)
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != http.StatusAccepted {
					b.Fatal(w.Code, w.Body)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(float64(b.N*c.events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
