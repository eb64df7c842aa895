package event_test

import (
	"testing"

	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

func TestFixtures(t *testing.T) {
	d := event.NewDecoder(event.Options{})
	for _, f := range append(eventtest.Valid(), eventtest.Invalid()...) {
		reason, field := event.ReasonNone, ""
		if _, rejection := d.Decode(&f.Message, refNow); rejection != nil {
			reason, field = rejection.Reason, rejection.Field
		}
		if reason != f.Reason || field != f.Field {
			t.Errorf("Decode(%s) = %q %q, want %q %q", f.Name, reason, field, f.Reason, f.Field)
		}
		compare(t, d, &f.Message)
	}
}
