package api_test

import (
	"net/http"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/api"
)

// The events that docs/producers.md shows are good ones.
func TestExamplesOfTheProducersDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/producers.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(doc, -1)
	if len(examples) == 0 {
		t.Fatal("docs/producers.md shows no event")
	}
	f := newFixture(t, api.Options{Now: func() time.Time { return late }})
	for _, e := range examples {
		if w := f.post("/v1/events", structured, string(e[1])); w.Code != http.StatusAccepted {
			t.Errorf("answer = %d %s to\n%s", w.Code, w.Body, e[1])
		}
	}
}
