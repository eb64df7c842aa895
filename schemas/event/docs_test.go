package event_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/datacustody/custody/schemas/event"
)

// TestExamplesOfTheDocs sends every whole event of docs/events.md through the decoder.
func TestExamplesOfTheDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(doc, -1)
	if len(examples) < 3 {
		t.Fatalf("examples in docs/events.md = %d, want at least 3", len(examples))
	}
	d := event.NewDecoder(event.Options{})
	for _, e := range examples {
		m := event.Message{Key: keyOf(e[1]), Value: e[1], Headers: headerLines("content-type: application/cloudevents+json")}
		if _, rejection := d.Decode(&m, refNow); rejection != nil {
			t.Errorf("Decode(example) = %s %s (%s), want accepted:\n%s", rejection.Reason, rejection.Field, rejection.Rule, e[1])
		}
	}
}
