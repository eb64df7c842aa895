package parties_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/datacustody/custody/schemas/parties"
	"github.com/datacustody/custody/schemas/policies"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// A party as docs/policies.md describes it.
type party struct {
	ID        string    `yaml:"id"`
	English   string    `yaml:"en"`
	Chinese   string    `yaml:"zh"`
	Role      string    `yaml:"role"`
	Companies []company `yaml:"companies"`
	Country   string    `yaml:"country"`
	Group     string    `yaml:"group"`
	Contact   struct {
		Email   string `yaml:"email"`
		URL     string `yaml:"url"`
		Phone   string `yaml:"phone"`
		Address string `yaml:"address"`
	} `yaml:"contact"`
	Notice struct {
		Channel string `yaml:"channel"`
	} `yaml:"notice"`
	Onward     []string   `yaml:"onward"`
	Contract   string     `yaml:"contract"`
	Approvals  []approval `yaml:"approvals"`
	Advertiser *bool      `yaml:"advertiser"`
	Source     []source   `yaml:"source"`

	file string
}

type company struct {
	English string `yaml:"en"`
	Chinese string `yaml:"zh"`
}

type approval struct {
	Ref       string `yaml:"ref"`
	Mechanism string `yaml:"mechanism"`
	From      string `yaml:"from"`
	Until     string `yaml:"until"`
}

type source struct {
	Policy  string `yaml:"policy"`
	Section string `yaml:"section"`
}

const roles = "controller affiliate payment-institution financial-institution logistics carrier overseas-carrier sdk-vendor advertising analytics stability infrastructure customer-service membership seller overseas-seller service-provider developer customs authority research public successor third-party-platform"

// readAll reads every file strictly: a key that is unknown or stands twice is an error.
func readAll(t *testing.T) map[string]party {
	t.Helper()
	names, err := fs.Glob(parties.Files, "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("Glob(*.yaml) = %v, %v, want files", names, err)
	}
	all := map[string]party{}
	for _, name := range names {
		text, err := fs.ReadFile(parties.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		var f struct {
			Parties []party `yaml:"parties"`
		}
		if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, p := range f.Parties {
			if other, twice := all[p.ID]; twice {
				t.Errorf("%s: %s is in %s already", name, p.ID, other.file)
			}
			p.file = name
			all[p.ID] = p
		}
	}
	return all
}

var (
	partyID   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	countryID = regexp.MustCompile(`^[A-Z]{2}$`)
)

func TestEveryPartyIsWhole(t *testing.T) {
	for id, p := range readAll(t) {
		if !partyID.MatchString(id) {
			t.Errorf("%s: id %q, want lower-case letters, digits and hyphens", p.file, id)
		}
		if p.English == "" || p.Chinese == "" {
			t.Errorf("%s: en %q, zh %q, want both", id, p.English, p.Chinese)
		}
		if !slices.Contains(strings.Fields(roles), p.Role) {
			t.Errorf("%s: role %q, want one of %s", id, p.Role, roles)
		}
		if p.Country != "" && !countryID.MatchString(p.Country) {
			t.Errorf("%s: country %q, want two capital letters", id, p.Country)
		}
		for _, c := range p.Companies {
			if c.English == "" || c.Chinese == "" {
				t.Errorf("%s: company %q, %q, want both names", id, c.English, c.Chinese)
			}
		}
	}
}

// TestPartiesHaveSources: what is no example is named by a policy, and an example by none.
func TestPartiesHaveSources(t *testing.T) {
	for id, p := range readAll(t) {
		if example := p.file == "examples.yaml"; example == (len(p.Source) > 0) {
			t.Errorf("%s: example %v with %d sources, want either", id, example, len(p.Source))
		}
		for _, s := range p.Source {
			if _, err := fs.Stat(policies.Files, s.Policy+".yaml"); err != nil || s.Section == "" {
				t.Errorf("%s: source %q, section %q: %v, want a policy and a section", id, s.Policy, s.Section, err)
			}
		}
	}
}

func TestOnwardPartiesExist(t *testing.T) {
	all := readAll(t)
	for id, p := range all {
		for _, to := range p.Onward {
			if _, ok := all[to]; !ok && !slices.Contains(strings.Fields(roles), to) {
				t.Errorf("%s: onward %q, want a party or a role", id, to)
			}
		}
	}
}

func TestNoticeChannelsAreTerms(t *testing.T) {
	text, err := fs.ReadFile(vocabulary.Files, "notice-channel.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range readAll(t) {
		if c := p.Notice.Channel; c != "" && !strings.Contains(string(text), "- id: "+c+"\n") {
			t.Errorf("%s: notice channel %q, want a term of notice-channel", id, c)
		}
	}
}

// TestOutsiders holds the three out that show what unregistered-party looks like.
func TestOutsiders(t *testing.T) {
	all := readAll(t)
	for _, id := range []string{"mini-program-garden", "seller-auckland-milk", "sina-login"} {
		if p, ok := all[id]; ok {
			t.Errorf("%s is registered in %s, want it left out", id, p.file)
		}
	}
}
