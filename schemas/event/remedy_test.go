package event_test

import (
	"strings"
	"testing"

	"github.com/datacustody/custody/schemas/event"
)

// A remedy names the terms that there are, and never what was sent.
func TestUnknownTermNamesTheTerms(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"a short list": {`"provision"`, `"provison"`, "use one of: provision, entrustment"},
		"a long list":  {`"order-delivery"`, `"order-delivry"`, "use a term such as "},
	} {
		m := benchMessage()
		m.Value = []byte(strings.Replace(benchEvent, c.from, c.to, 1))
		_, rejection := event.NewDecoder(event.Options{}).Decode(&m, benchNow)
		if rejection == nil || rejection.Reason != event.ReasonUnknownTerm || !strings.HasPrefix(rejection.Remedy, c.want) {
			t.Errorf("%s: rejection = %+v, want unknown-term with %q", name, rejection, c.want)
		} else if strings.Contains(rejection.Remedy, strings.Trim(c.to, `"`)) {
			t.Errorf("%s: the remedy repeats what was sent: %s", name, rejection.Remedy)
		}
	}
}
