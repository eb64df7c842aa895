package catalog

// Parties are parties by name and by class. The zero value is everyone.
type Parties struct {
	Named []*Party // in the order of the file
	Roles []Role   // any registered party that has one of them

	roles uint32
}

// Any says that there is no restriction.
func (ps *Parties) Any() bool { return len(ps.Named) == 0 && ps.roles == 0 }

// Allow says whether a registered party is among them; nil, who is not
// registered, is so only where everyone is.
func (ps *Parties) Allow(p *Party) bool { return ps.Any() || ps.Name(p) }

// Name says whether a party is named or has one of the roles.
func (ps *Parties) Name(p *Party) bool {
	if p == nil {
		return false
	}
	if ps.roles&(1<<p.Role) != 0 {
		return true
	}
	for _, named := range ps.Named {
		if named == p {
			return true
		}
	}
	return false
}

func (ps *Parties) addRole(r Role) {
	if ps.roles&(1<<r) == 0 {
		ps.Roles = append(ps.Roles, r)
		ps.roles |= 1 << r
	}
}

func (ps *Parties) add(p *Party) {
	for _, named := range ps.Named {
		if named == p {
			return
		}
	}
	ps.Named = append(ps.Named, p)
}

// merge adds all of other.
func (ps *Parties) merge(other *Parties) {
	for _, p := range other.Named {
		ps.add(p)
	}
	for _, r := range other.Roles {
		ps.addRole(r)
	}
}

// parties reads lists of ids and of roles. It must be called when all parties
// have been read.
func (c *Catalog) parties(o *object, ids, classes string) (ps Parties) {
	o.list(ids, func(id string, line int) {
		p := c.registered[id]
		if p == nil {
			o.fault(line, ids, "there is no party %q%s", id, nearest(id, c.partyIDs()))
			return
		}
		ps.add(p)
	})
	if classes != "" {
		for _, name := range o.someOf(classes, roles[1:]) {
			ps.addRole(roleNamed(name))
		}
	}
	return ps
}

func (c *Catalog) partyIDs() []string {
	ids := make([]string, len(c.all))
	for i, p := range c.all {
		ids[i] = p.ID
	}
	return ids
}
