package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

// A Dir is a folder of YAML files, and the name that errors call it by.
type Dir struct {
	Name string
	FS   fs.FS
}

// With is a catalogue of the same vocabulary with these parties and policies.
// What a later folder says of a party or a policy replaces what an earlier one
// said. The error is Faults, all of them, unless a folder cannot be read.
func (c *Catalog) With(parties, policies []Dir) (*Catalog, error) {
	n := &Catalog{lists: c.lists, terms: c.terms, own: c.own, vocabulary: c.Vocabulary(),
		registered: map[string]*Party{}, policies: map[string]*Policy{}, approvals: map[string]*Approval{}}
	n.findSensitive()
	var faults Faults
	sum := sha256.New()
	n.sumVocabulary(sum)
	for _, dir := range parties {
		files, err := readDir(dir)
		if err != nil {
			return nil, err
		}
		n.takeParties(files, &faults)
		for _, f := range files {
			fmt.Fprintf(sum, "parties %s\n", f.digest)
		}
	}
	n.connectParties(&faults)
	for _, dir := range policies {
		files, err := readDir(dir)
		if err != nil {
			return nil, err
		}
		n.takePolicies(files, &faults)
	}
	n.order(&faults)
	for _, p := range n.versions {
		fmt.Fprintf(sum, "policy %s\n", p.Digest)
	}
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	n.digest = hex.EncodeToString(sum.Sum(nil))
	return n, nil
}

// A text is a YAML file that has been read.
type text struct {
	name    string
	content []byte
	digest  string
}

func readDir(dir Dir) (all []text, err error) {
	entries, err := fs.ReadDir(dir.FS, ".")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir.Name, err)
	}
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		b, err := fs.ReadFile(dir.FS, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", dir.Name, err)
		}
		sum := sha256.Sum256(b)
		all = append(all, text{path.Join(dir.Name, e.Name()), b, hex.EncodeToString(sum[:])})
	}
	return all, nil
}

// sumVocabulary puts every term into the digest: what a term means is part of a judgement.
func (c *Catalog) sumVocabulary(to interface{ Write([]byte) (int, error) }) {
	for _, l := range c.Lists() {
		for _, t := range l.Terms {
			fmt.Fprintf(to, "term %s %s %t %t\n", l.Name, t.ID, t.SensitivePIPL, t.SensitiveGDPR)
		}
	}
}

// takeParties adds the parties of a folder, over those that are there.
func (c *Catalog) takeParties(files []text, faults *Faults) {
	here := map[string]*Party{}
	for _, file := range files {
		o := document(file.name, file.content, faults)
		if o == nil {
			continue
		}
		for _, child := range o.children("parties") {
			p := c.readParty(child)
			if twin := here[p.ID]; twin != nil && p.ID != "" {
				child.wrong("id", "%s is registered already, in %s:%d", p.ID, twin.place.file, twin.place.line)
			}
			here[p.ID] = p
		}
		o.done()
	}
	maps.Copy(c.registered, here)
}

// connectParties looks up what parties say of one another.
func (c *Catalog) connectParties(faults *Faults) {
	delete(c.registered, "")
	for _, id := range slices.Sorted(maps.Keys(c.registered)) {
		c.all = append(c.all, c.registered[id])
	}
	for _, p := range c.all {
		for i, name := range p.Onward {
			switch next := c.registered[name]; {
			case next != nil:
				p.onward.add(next)
			case roleNamed(name) != NoRole:
				p.onward.addRole(roleNamed(name))
			default:
				*faults = append(*faults, Fault{p.place.file, p.lines[i], "parties[" + p.ID + "].onward",
					fmt.Sprintf("there is neither a party nor a role %q%s", name, nearest(name, append(c.partyIDs(), roles[1:]...)))})
			}
		}
		for i := range p.Approvals {
			c.approvals[p.Approvals[i].Ref] = &p.Approvals[i]
		}
	}
}

// takePolicies adds the policies of a folder, over those that are there.
func (c *Catalog) takePolicies(files []text, faults *Faults) {
	here := map[string]*Policy{}
	for _, file := range files {
		o := document(file.name, file.content, faults)
		if o == nil {
			continue
		}
		p := c.readPolicy(o)
		p.Digest = file.digest
		if twin := here[p.ID]; twin != nil && p.ID != "" {
			o.wrong("id", "%s is described already, in %s", p.ID, twin.place.file)
		}
		here[p.ID] = p
	}
	maps.Copy(c.policies, here)
}

// order puts the versions of each platform one after the other, and gives each
// controller its own.
func (c *Catalog) order(faults *Faults) {
	delete(c.policies, "")
	for _, p := range c.policies {
		c.versions = append(c.versions, p)
	}
	slices.SortFunc(c.versions, func(a, b *Policy) int {
		if by := strings.Compare(a.Platform, b.Platform); by != 0 {
			return by
		}
		switch {
		case a.From < b.From:
			return -1
		case a.From > b.From:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	fault := func(p *Policy, field, text string, a ...any) {
		*faults = append(*faults, Fault{p.place.file, p.place.line, field, fmt.Sprintf(text, a...)})
	}
	for i, p := range c.versions {
		if i > 0 && c.versions[i-1].Platform == p.Platform {
			before := c.versions[i-1]
			if before.Until = p.From; before.From == p.From {
				fault(p, "effective", "is that of %s, too: two versions of %s would be in force at once", before.ID, p.Platform)
			}
		}
		for _, controller := range p.Controllers {
			if own := controller.policies; len(own) > 0 && own[0].Platform != p.Platform {
				fault(p, "controllers", "%s has the policies of %s: an event's controller has to tell which policy judges it", controller.ID, own[0].Platform)
			}
			controller.policies = append(controller.policies, p)
		}
	}
	for _, p := range c.all {
		for _, s := range p.Sources {
			if c.policies[s.Policy] == nil && len(c.policies) > 0 {
				*faults = append(*faults, Fault{p.place.file, p.place.line, "parties[" + p.ID + "].source", fmt.Sprintf("there is no policy %q", s.Policy)})
			}
		}
	}
}

// fits says which lists are longer than a Set.
func (c *Catalog) fits() error {
	for l := event.NoList + 1; l < event.ListCount; l++ {
		if n := len(c.lists[l].Terms); n > maxTerms {
			return fmt.Errorf("list %s has %d terms, at most %d fit", names[l], n, maxTerms)
		}
	}
	return nil
}
