package catalog

import "github.com/datacustody/custody/schemas/event"

// Party finds a party by its id; nil where it is not registered.
func (c *Catalog) Party(id []byte) *Party { return c.registered[string(id)] }

// PartyName is what a party is called in a language, or its id where it is not registered.
func (c *Catalog) PartyName(id, language string) string {
	if p := c.registered[id]; p != nil {
		return p.Name.In(language)
	}
	return id
}

// Parties are all that are registered, by id.
func (c *Catalog) Parties() []*Party { return c.all }

// PolicyNamed finds a policy by its id; nil where there is none.
func (c *Catalog) PolicyNamed(id string) *Policy { return c.policies[id] }

// Knows says whether there is a policy of an id.
func (c *Catalog) Knows(id []byte) bool { return c.policies[string(id)] != nil }

// Policies are all versions of all platforms, each platform's from the oldest to the newest.
func (c *Catalog) Policies() []*Policy { return c.versions }

// Approval finds what was registered under a reference; nil where nothing is.
func (c *Catalog) Approval(ref []byte) *Approval { return c.approvals[string(ref)] }

// Digest is the SHA-256 of all that events are judged by, hexadecimal: every
// term, every file of parties, every policy.
func (c *Catalog) Digest() string { return c.digest }

// Sensitive are the categories that a law protects more (PIPL 28, GDPR 9).
func (c *Catalog) Sensitive(l Law) *Set { return &c.sensitive[l] }

// findSensitive fills in what Sensitive gives.
func (c *Catalog) findSensitive() {
	for i, t := range c.lists[event.ListCategory].Terms {
		if t.SensitivePIPL {
			c.sensitive[PIPL].Add(event.Term(i + 1))
		}
		if t.SensitiveGDPR {
			c.sensitive[GDPR].Add(event.Term(i + 1))
		}
	}
}

// Policy is the version in force at an instant, in nanoseconds since
// 1970-01-01T00:00Z, for events of a controller; nil where none is.
func (c *Catalog) Policy(controller []byte, at int64) *Policy {
	return c.Party(controller).PolicyAt(at)
}

// PolicyAt is the version of a controller's policy in force at an instant.
func (p *Party) PolicyAt(at int64) *Policy {
	if p == nil {
		return nil
	}
	for i := len(p.policies) - 1; i >= 0; i-- {
		if v := p.policies[i]; v.From <= at {
			if at < v.Until {
				return v
			}
			return nil
		}
	}
	return nil
}

// HasPolicy says whether a party is the controller of any policy, in force or not.
func (p *Party) HasPolicy() bool { return p != nil && len(p.policies) > 0 }

// PassesOn says whether a party is declared to give data to another.
func (p *Party) PassesOn(to *Party) bool { return p != nil && p.onward.Name(to) }
