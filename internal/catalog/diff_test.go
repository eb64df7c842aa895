package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/catalog"
)

func TestDiff(t *testing.T) {
	tests := map[string]struct {
		was, is string // in the newer version of the shop's policy
		want    []string
	}{
		"nothing":           {"", "", nil},
		"only its words":    {"# ", "# ", nil},
		"a purpose":         {"purposes: [payment, settlement]", "purposes: [payment, marketing]", []string{"true purpose added [marketing] ", "true purpose removed [settlement] "}},
		"categories":        {"categories: [order, payment-account]\n", "categories: [order, face]\n", []string{"true category added [face] payment", "true category removed [payment-account] payment", "true category added [face] settlement", "true category removed [payment-account] settlement"}},
		"a main recipient":  {"main-recipients: [pay]", "main-recipients: [pay, dispatch]", []string{"true main recipient added [dispatch] "}},
		"rights":            {"rights: [access, deletion]", "rights: [access]", []string{"true right removed [deletion] "}},
		"the owner":         {"owner: {en: Shop Ltd}", "owner: {en: Mall Ltd}", []string{"true owner changed [Shop Ltd Mall Ltd] "}},
		"another recipient": {"    recipients: [pay]\n", "    recipients: [pay, adverts]\n", []string{"false recipient added [adverts] "}},
		"a class":           {"recipient-roles: [carrier]", "recipient-roles: [carrier, seller]", []string{"false recipient added [any seller] "}},
		"a country":         {"countries: [US, recipient]", "countries: [US, recipient, DE]", []string{"false country added [DE] "}},
		"the days to reply": {"reply-days: 15", "reply-days: 30", []string{"false days to reply changed [15 30] "}},
		"an entry renamed":  {"id: payment\n", "id: paying\n", nil},
		"a ground":          {"recipients: [pay]\n    recipient", "legal-bases: [pipl-13-1-2]\n    recipients: [pay]\n    recipient", []string{"false ground added [pipl-13-1-2] "}},
	}
	before := shop(t).PolicyNamed("shop-2")
	for name, test := range tests {
		text := strings.Replace(newer, test.was, test.is, 1)
		c, err := with(t, parties, "1.yaml", older, "2.yaml", text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []string
		for _, c := range catalog.Diff(before, c.PolicyNamed("shop-2")) {
			got = append(got, fmt.Sprintf("%v %s %s %v %s", c.Material, c.Matter, c.Change, c.What, c.For))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: Diff = %q, want %q", name, got, test.want)
		}
	}
}
