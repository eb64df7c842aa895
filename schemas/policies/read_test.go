package policies_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/datacustody/custody/schemas/policies"
)

// A policy as docs/policies.md describes it.
type policy struct {
	ID             string   `yaml:"id"`
	Platform       string   `yaml:"platform"`
	Title          label    `yaml:"title"`
	Controllers    []string `yaml:"controllers"`
	Published      string   `yaml:"published"`
	Effective      string   `yaml:"effective"`
	Document       string   `yaml:"document"`
	Zone           string   `yaml:"time-zone"`
	Law            string   `yaml:"law"`
	ReplyDays      int      `yaml:"reply-days"`
	Rights         []string `yaml:"rights"`
	Owner          label    `yaml:"owner"`
	MainRecipients []string `yaml:"main-recipients"`
	Flows          []flow   `yaml:"flows"`
}

type label struct {
	English string `yaml:"en"`
	Chinese string `yaml:"zh"`
}

type flow struct {
	ID                string    `yaml:"id"`
	Row               int       `yaml:"row"`
	Section           string    `yaml:"section"`
	Law               string    `yaml:"law"`
	Summary           label     `yaml:"summary"`
	Kind              string    `yaml:"kind"`
	Minor             bool      `yaml:"minor"`
	Categories        []string  `yaml:"categories"`
	Purposes          []string  `yaml:"purposes"`
	LegalBases        []string  `yaml:"legal-bases"`
	ConsentForms      []string  `yaml:"consent-forms"`
	SeparateConsent   bool      `yaml:"separate-consent"`
	Necessity         string    `yaml:"necessity"`
	Protection        string    `yaml:"protection"`
	Origins           []string  `yaml:"origins"`
	From              []string  `yaml:"from"`
	FromRoles         []string  `yaml:"from-roles"`
	Recipients        []string  `yaml:"recipients"`
	RecipientRoles    []string  `yaml:"recipient-roles"`
	Relationships     []string  `yaml:"relationships"`
	Holders           []string  `yaml:"holders"`
	Countries         []string  `yaml:"countries"`
	Mechanisms        []string  `yaml:"mechanisms"`
	Channels          []string  `yaml:"channels"`
	SDKs              []string  `yaml:"sdks"`
	Audiences         []string  `yaml:"audiences"`
	DisclosureGrounds []string  `yaml:"disclosure-grounds"`
	Grounds           []string  `yaml:"grounds"`
	Scopes            []string  `yaml:"scopes"`
	Exemptions        []string  `yaml:"exemptions"`
	Refusals          []string  `yaml:"refusals"`
	Methods           []string  `yaml:"methods"`
	Actions           []string  `yaml:"actions"`
	DeadlineDays      int       `yaml:"deadline-days"`
	Retention         retention `yaml:"retention"`
	Quote             string    `yaml:"quote"`
}

type retention struct {
	Years   int    `yaml:"years"`
	Months  int    `yaml:"months"`
	Days    int    `yaml:"days"`
	Minimum bool   `yaml:"minimum"`
	After   string `yaml:"after"`
}

// readAll reads every file strictly: a key that is unknown or stands twice is an error.
func readAll(t *testing.T) map[string]policy {
	t.Helper()
	names, err := fs.Glob(policies.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]policy{}
	for _, name := range names {
		text, err := fs.ReadFile(policies.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		var p policy
		if err := yaml.UnmarshalWithOptions(text, &p, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.ID != strings.TrimSuffix(name, ".yaml") {
			t.Errorf("%s: id = %s, want the name of the file", name, p.ID)
		}
		all[p.ID] = p
	}
	return all
}
