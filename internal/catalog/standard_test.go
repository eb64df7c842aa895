package catalog_test

import (
	"testing"

	"github.com/datacustody/custody/internal/catalog"
)

// TestOurFilesAreWhole: what this program is built with has no fault.
func TestOurFilesAreWhole(t *testing.T) {
	c, err := catalog.Standard()
	if err != nil {
		t.Fatalf("Standard =\n%v\nwant no error", err)
	}
	if len(c.Policies()) < 6 || len(c.Parties()) < 20 {
		t.Errorf("%d policies, %d parties, want all six and their parties", len(c.Policies()), len(c.Parties()))
	}
	for name, test := range map[string]struct{ controller, at, want string }{
		"the day before": {"alibaba-com", "2022-07-26T12:00:00+08:00", "alibaba-com-before-2022-07-27"},
		"the day after":  {"alibaba-com", "2022-07-28T12:00:00+08:00", "alibaba-com-2022-07-27"},
	} {
		if got := c.Policy([]byte(test.controller), at(t, test.at)); got == nil || got.ID != test.want {
			t.Errorf("%s: Policy(%s) = %v, want %s", name, test.controller, got, test.want)
		}
	}
}
