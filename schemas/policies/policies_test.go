package policies_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/parties"
	"github.com/datacustody/custody/schemas/vocabulary"
)

const (
	maxQuote = 120
	rights   = "access correction supplement copy transfer deletion withdrawal account-closure automated-decision explanation complaint"
	laws     = "pipl gdpr"
)

func TestEveryPolicyIsWhole(t *testing.T) {
	for id, p := range readAll(t) {
		if p.Platform == "" || p.Title.English == "" || p.Title.Chinese == "" || len(p.Controllers) == 0 || p.Document == "" || len(p.Flows) == 0 {
			t.Errorf("%s: platform, title, controllers, document or flows are missing", id)
		}
		for key, day := range map[string]string{"published": p.Published, "effective": p.Effective} {
			if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
				t.Errorf("%s: %s: %v", id, key, err)
			}
		}
		if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "" {
			t.Errorf("%s: time-zone %q: %v", id, p.Zone, err)
		}
		if p.Law != "" && !slices.Contains(strings.Fields(laws), p.Law) {
			t.Errorf("%s: law = %q, want one of %s", id, p.Law, laws)
		}
		if bad := unknown(p.Rights, strings.Fields(rights)); len(bad) > 0 {
			t.Errorf("%s: rights %v, want of %s", id, bad, rights)
		}
	}
}

// TestEveryFlowIsProven: an entry says where the source declares it and in which
// words, or which law does.
func TestEveryFlowIsProven(t *testing.T) {
	for id, p := range readAll(t) {
		seen := map[string]bool{}
		for _, f := range p.Flows {
			at := id + " " + f.ID
			if f.ID == "" || seen[f.ID] {
				t.Errorf("%s: want an id of its own", at)
			}
			seen[f.ID] = true
			if f.Section == "" || f.Summary.English == "" || !strings.ContainsFunc(f.Summary.Chinese, isHan) {
				t.Errorf("%s: want a section and a summary in English and Chinese", at)
			}
			if (f.Quote == "") == (f.Law == "") {
				t.Errorf("%s: quote %q, law %q, want one of them", at, f.Quote, f.Law)
			}
			if n := utf8.RuneCountInString(f.Quote); n > maxQuote {
				t.Errorf("%s: quote of %d characters, want %d at most", at, n, maxQuote)
			}
		}
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// TestFlowsSayEnough: a flow of data without categories, purposes or grounds, or
// one to nobody, would let everything pass.
func TestFlowsSayEnough(t *testing.T) {
	for id, p := range readAll(t) {
		for _, f := range p.Flows {
			at := id + " " + f.ID
			if !kinds()[f.Kind] {
				t.Errorf("%s: kind %q is none of the contract", at, f.Kind)
			}
			if strings.HasPrefix(f.Kind, "data.") && (len(f.Categories) == 0 || len(f.Purposes) == 0 || len(f.LegalBases) == 0) {
				t.Errorf("%s: want categories, purposes and legal-bases", at)
			}
			goes := f.Kind == "data.shared" || f.Kind == "data.transferred-abroad"
			if goes && len(f.Recipients)+len(f.RecipientRoles) == 0 {
				t.Errorf("%s: want recipients or recipient-roles", at)
			}
			if f.Kind == "data.transferred-abroad" && len(f.Countries) == 0 {
				t.Errorf("%s: want countries", at)
			}
			if f.Kind == "data.collected" && len(f.Origins) == 0 || f.Kind == "data.disclosed" && len(f.Audiences) == 0 {
				t.Errorf("%s: want origins, or audiences", at)
			}
		}
	}
}

func kinds() map[string]bool {
	all := map[string]bool{}
	for _, k := range event.Kinds() {
		all[k.Kind.String()] = true
	}
	return all
}

func TestTermsExist(t *testing.T) {
	known := terms(t)
	for id, p := range readAll(t) {
		for _, f := range p.Flows {
			for list, ids := range map[string][]string{
				"category": f.Categories, "purpose": f.Purposes, "legal-basis": f.LegalBases, "consent-form": f.ConsentForms,
				"necessity": some(f.Necessity), "protection": some(f.Protection), "origin": f.Origins, "relationship": f.Relationships,
				"mechanism": f.Mechanisms, "channel": f.Channels, "audience": f.Audiences, "disclosure-ground": f.DisclosureGrounds,
				"ground": f.Grounds, "scope": f.Scopes, "exemption": f.Exemptions, "refusal": f.Refusals, "method": f.Methods, "action": f.Actions,
			} {
				if bad := unknown(ids, known[list]); len(bad) > 0 {
					t.Errorf("%s %s: %v, want terms of %s, each once", id, f.ID, bad, list)
				}
			}
		}
	}
}

// terms are those of each list, and "collected" among the categories: all that
// the policy collects.
func terms(t *testing.T) map[string][]string {
	t.Helper()
	known := map[string][]string{"category": {"collected"}}
	each(t, vocabulary.Files, func(text []byte) error {
		var l struct {
			List  string `yaml:"list"`
			Terms []struct {
				ID string `yaml:"id"`
			} `yaml:"terms"`
		}
		err := yaml.Unmarshal(text, &l)
		for _, term := range l.Terms {
			known[l.List] = append(known[l.List], term.ID)
		}
		return err
	})
	return known
}

func TestPartiesExist(t *testing.T) {
	var ids, roles []string
	each(t, parties.Files, func(text []byte) error {
		var f struct {
			Parties []struct {
				ID   string `yaml:"id"`
				Role string `yaml:"role"`
			} `yaml:"parties"`
		}
		err := yaml.Unmarshal(text, &f)
		for _, p := range f.Parties {
			ids, roles = append(ids, p.ID), append(roles, p.Role)
		}
		return err
	})
	roles = append(roles, "sdk-vendor") // the texts speak of SDKs of partners and name none
	for id, p := range readAll(t) {
		if bad := unknown(slices.Concat(p.Controllers, p.MainRecipients), ids); len(bad) > 0 {
			t.Errorf("%s: %v, want registered parties", id, bad)
		}
		for _, f := range p.Flows {
			for _, list := range [][]string{f.From, f.Recipients, f.Holders} {
				if bad := unknown(list, ids); len(bad) > 0 {
					t.Errorf("%s %s: %v, want registered parties", id, f.ID, bad)
				}
			}
			for _, list := range [][]string{f.FromRoles, f.RecipientRoles} {
				if bad := unknown(list, roles); len(bad) > 0 {
					t.Errorf("%s %s: %v, want roles that a party has", id, f.ID, bad)
				}
			}
		}
	}
}

// TestVersionsFollow: of two versions of a platform one begins later; only the
// first may leave its beginning open.
func TestVersionsFollow(t *testing.T) {
	begins := map[string]string{}
	for id, p := range readAll(t) {
		at := p.Platform + " " + p.Effective
		if other, twice := begins[at]; twice {
			t.Errorf("%s and %s begin on the same day %q", id, other, p.Effective)
		}
		begins[at] = id
	}
}

// TestDeviceIdentifiers: what the version of Alibaba.com of July 2022 added is
// the one thing that the version before it lacks.
func TestDeviceIdentifiers(t *testing.T) {
	all := readAll(t)
	ids := func(p policy) (list []string) {
		for _, f := range p.Flows {
			list = append(list, f.ID)
		}
		return list
	}
	before, since := ids(all["alibaba-com-before-2022-07-27"]), ids(all["alibaba-com-2022-07-27"])
	added := slices.DeleteFunc(since, func(id string) bool { return slices.Contains(before, id) })
	if len(before) == 0 || !slices.Equal(added, []string{"device-identifiers"}) {
		t.Errorf("flows added on 27 July 2022 = %v, want device-identifiers", added)
	}
}

func each(t *testing.T, files fs.FS, read func(text []byte) error) {
	t.Helper()
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := read(text); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// unknown are those ids that are not known, or stand twice.
func unknown(ids, known []string) (bad []string) {
	for i, id := range ids {
		if !slices.Contains(known, id) || slices.Contains(ids[:i], id) {
			bad = append(bad, id)
		}
	}
	return bad
}

func some(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}
