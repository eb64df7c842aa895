package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// termsOf is what the register and the policy in force add to what was seen: who
// passes data on, and what must be kept. Days end in the policy's zone, else in zone.
func termsOf(c *catalog.Catalog, zone *time.Location) func(controller string, at time.Time) lineage.Terms {
	parties := map[string]lineage.Party{}
	for _, p := range c.Parties() {
		parties[p.ID] = lineage.Party{Role: p.Role.String(), Onward: p.Onward}
	}
	return func(controller string, at time.Time) lineage.Terms {
		t := lineage.Terms{Parties: parties, Zone: zone}
		policy := c.Policy([]byte(controller), at.UnixNano())
		if policy == nil {
			return t
		}
		t.Zone = policy.Zone
		for _, f := range policy.FlowsOf(event.KindErasureRestricted) {
			if f.Retention.Minimum {
				t.Retentions = append(t.Retentions, retentionOf(f, policy))
			}
		}
		return t
	}
}

// rulesOf is how cases of a controller are handled: by rules, but within the days that
// the policy in force promises, unless rules say how many, in its time zone.
func rulesOf(c *catalog.Catalog, rules erasure.Rules) func(controller string, at time.Time) erasure.Rules {
	return func(controller string, at time.Time) erasure.Rules {
		r := rules
		if policy := c.Policy([]byte(controller), at.UnixNano()); policy != nil {
			r.Days, r.Calendar.Zone = cmp.Or(r.Days, policy.ReplyDays), policy.Zone
		}
		return r
	}
}

// retentionOf is a rule of the policy's: it binds its controllers, and whoever the
// entry names.
func retentionOf(f *catalog.Flow, policy *catalog.Policy) lineage.Retention {
	r := lineage.Retention{
		Categories: f.Categories.IDs, Purposes: f.Purposes.IDs,
		Years: f.Retention.Years, Months: f.Retention.Months, Days: f.Retention.Days, After: f.Retention.After,
	}
	for _, p := range slices.Concat(policy.Controllers, f.Holders.Named, f.Recipients.Named) {
		r.Parties = append(r.Parties, p.ID)
	}
	for _, role := range f.Recipients.Roles {
		r.Parties = append(r.Parties, role.String())
	}
	return r
}
