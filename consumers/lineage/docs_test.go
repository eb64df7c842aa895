package lineage_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/datacustody/custody/consumers/lineage"
)

// Every metric is in the operators' page, and the page names no other.
func TestMetricsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	descriptions := make(chan *prometheus.Desc, 100)
	lineage.NewMetrics().Describe(descriptions)
	close(descriptions)
	name := regexp.MustCompile(`custody_lineage_\w+`)
	known := map[string]bool{}
	for d := range descriptions {
		n := name.FindString(d.String())
		known[n] = true
		if !strings.Contains(string(text), "`"+n+"`") {
			t.Errorf("docs/operating.md does not tell of %s", n)
		}
	}
	for _, n := range name.FindAllString(string(text), -1) {
		if !known[n] {
			t.Errorf("docs/operating.md tells of %s, which is no metric", n)
		}
	}
}
