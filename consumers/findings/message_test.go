package findings_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// published is the schema of what the topic tells.
func published(t testing.TB) *jsonschema.Schema {
	t.Helper()
	const name = "../../schemas/findings/finding.v1.json"
	text, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	doc, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile(name)
}

// What numbers are missing of a source is found a minute later, void when the
// events come after all, and told; so is what is found in an event. Each message
// is as its schema says.
func TestMessagesFitTheirSchema(t *testing.T) {
	w := newWorld(t)
	w.ago, w.sequence = 3*time.Minute, map[string]string{"one": "0001", "five": "0005", "three": "0003", "two": "2", "four": "4"}
	who := w.person(1)
	w.happen(0, act{"one", "data.shared", who, 1, relying, []string{"undeclared-purpose"}}, act{"five", "data.used", who, 5, using, nil})
	w.ago = 0
	w.happen(1, act{"horizon", "data.used", who, 6, using, nil})
	w.keep(w.options())
	w.want(" source-gap", "one consent-missing", "one undeclared-purpose")
	w.happen(1, act{"three", "data.used", who, 3, using, nil})
	w.keep(w.options())
	w.want(" source-gap", " source-gap", "one consent-missing", "one undeclared-purpose")
	w.happen(2, act{"four", "data.used", who, 4, using, nil}, act{"two", "data.used", who, 2, using, nil}, act{"consent", "consent.granted", who, 0, grant, nil})
	w.keep(w.options())
	w.want("one undeclared-purpose")

	told := map[string]int{}
	schema := published(t)
	for _, text := range w.topic.told {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err == nil {
			err = schema.Validate(doc)
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		var e struct {
			Type, Subject string
			Data          struct{ Rule, Because string }
		}
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		told[strings.TrimPrefix(e.Type, "org.datacustody.finding.")+" "+e.Data.Rule+" "+e.Data.Because]++
		if (e.Subject == "") != (e.Data.Rule == "source-gap") {
			t.Errorf("%s: the subject is %q", text, e.Subject)
		}
	}
	for _, want := range []string{
		"raised.v1 source-gap sequence 2 to 4 is missing", "raised.v1 source-gap sequence 2 is missing", "raised.v1 source-gap sequence 4 is missing",
		"voided.v1 source-gap sequence 2 is missing", "voided.v1 source-gap sequence 4 is missing",
		"raised.v1 consent-missing ", "voided.v1 consent-missing ", "raised.v1 undeclared-purpose ",
	} {
		if told[want] != 1 {
			t.Errorf("told %d times of %q, want once: %v", told[want], want, told)
		}
	}
	if len(told) != 8 {
		t.Errorf("told of %v, want 8 changes", told)
	}
}
