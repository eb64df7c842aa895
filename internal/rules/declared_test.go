package rules_test

import (
	"slices"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// A declared event is what an entry of a policy allows, made of the entry itself:
// the first of each list, and all categories.
type declaredEvent struct {
	catalog *catalog.Catalog
	policy  *catalog.Policy
	flow    *catalog.Flow
	data    fields
}

func declaredBy(c *catalog.Catalog, p *catalog.Policy, f *catalog.Flow) *declaredEvent {
	d := &declaredEvent{c, p, f, fields{"controller": p.Controllers[0].ID}}
	if h := f.Holders.Named[0]; h != p.Controllers[0] {
		d.data["holder"] = h.ID
	}
	if f.Minor {
		d.data["minor"] = true
	}
	switch {
	case f.Kind.Requires(event.FieldCategories):
		d.flowData()
	case f.Kind == event.KindConsentGranted:
		d.consent()
	default:
		d.rest()
	}
	return d
}

func first(t catalog.Terms, other string) string {
	if t.Any() {
		return other
	}
	return t.IDs[0]
}

// when is a moment at which the policy is in force.
func (d *declaredEvent) when() string {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	if until := time.Unix(0, d.policy.Until); d.policy.Until < at.UnixNano() {
		at = until.Add(-24 * time.Hour)
	}
	return at.UTC().Format(time.RFC3339)
}

func (d *declaredEvent) flowData() {
	f := d.flow
	d.data["categories"] = f.Categories.IDs[:min(64, len(f.Categories.IDs))]
	d.data["purpose"] = f.Purposes.IDs[0]
	d.data["legal_basis"] = first(f.LegalBases, "pipl-13-1-2")
	if basis := d.data["legal_basis"]; basis == "pipl-13-1-1" || basis == "gdpr-6-1-a" {
		d.data["consent_id"], d.data["consent_form"] = "c1", d.form()
	}
	if f.Minor {
		d.data["consent_form"] = "guardian"
	}
	for name, terms := range map[string]catalog.Terms{"protection": f.Protection, "necessity": f.Necessity, "channel": f.Channels} {
		if !terms.Any() {
			d.data[name] = terms.IDs[0]
		}
	}
	if len(f.SDKs) > 0 {
		d.data["sdk"] = fields{"name": f.SDKs[0]}
	}
	switch f.Kind {
	case event.KindCollected:
		d.data["origin"] = first(f.Origins, "person")
		if d.data["origin"] == "third-party" {
			d.data["from"] = d.one(&f.From)
		}
	case event.KindDisclosed:
		d.data["audience"], d.data["disclosure_ground"] = first(f.Audiences, "public"), first(f.DisclosureGrounds, "own-choice")
		if d.data["disclosure_ground"] == "separate-consent" {
			d.data["consent_form"] = d.form()
		}
	case event.KindShared, event.KindTransferredAbroad:
		d.share()
	}
}

// form is a form of consent that is enough for anything, if the entry takes it.
func (d *declaredEvent) form() string {
	if d.flow.ConsentForms.Any() || slices.Contains(d.flow.ConsentForms.IDs, "separate") {
		return "separate"
	}
	return d.flow.ConsentForms.IDs[0]
}

func (d *declaredEvent) share() {
	f := d.flow
	d.data["recipient"], d.data["relationship"] = d.one(&f.Recipients), first(f.Relationships, "provision")
	if d.data["relationship"] != "provision" {
		d.data["contract_ref"] = "contract-1"
	}
	if f.Kind == event.KindTransferredAbroad {
		d.data["country"], d.data["mechanism"], d.data["approval_ref"] = f.Countries[0], first(f.Mechanisms, "contract-necessity"), "approval-1"
		if f.Countries[0] == catalog.RecipientCountry {
			d.data["country"] = d.catalog.Party([]byte(d.data["recipient"].(string))).Country
		}
	}
}

// one is a party that is allowed; abroad where the entry wants one that has a country of its own.
func (d *declaredEvent) one(ps *catalog.Parties) string {
	for _, p := range ps.Named {
		return p.ID
	}
	abroad := d.flow.Kind == event.KindTransferredAbroad
	for _, p := range d.catalog.Parties() {
		if ps.Allow(p) && (!abroad || p.Country != "" && p.Country != "CN") {
			return p.ID
		}
	}
	return "nobody"
}

func (d *declaredEvent) consent() {
	f := d.flow
	d.data["consent_id"], d.data["consent_form"], d.data["notice"] = "c1", d.form(), d.policy.ID
	if f.Minor {
		d.data["consent_form"] = "guardian"
	}
	if d.data["purposes"] = f.Purposes.IDs; f.Purposes.Any() {
		d.data["purposes"] = d.policy.Declared.Purposes.IDs[:1]
	}
	if !f.Categories.Any() {
		d.data["categories"] = f.Categories.IDs[:min(64, len(f.Categories.IDs))]
	}
	var recipients []string
	for _, p := range f.Recipients.Named {
		recipients = append(recipients, p.ID)
	}
	if len(recipients) > 0 {
		d.data["recipients"] = recipients
	}
	if len(f.Countries) > 0 && f.Countries[0] != catalog.RecipientCountry {
		d.data["countries"] = f.Countries
	}
}

// rest fills in what the other kinds must have.
func (d *declaredEvent) rest() {
	f := d.flow
	has := func(field event.Field, value any) {
		if f.Kind.Requires(field) {
			d.data[field.String()] = value
		}
	}
	has(event.FieldRequestID, "request-1")
	has(event.FieldRecipient, d.one(&f.Recipients))
	has(event.FieldNoticeChannel, "webhook")
	has(event.FieldAttempt, 1)
	has(event.FieldDelivery, "sent")
	has(event.FieldMethod, first(f.Methods, "delete"))
	has(event.FieldExemption, first(f.Exemptions, "backup"))
	has(event.FieldRefusal, first(f.Refusals, "unfounded"))
	has(event.FieldGround, first(f.Grounds, "person-request"))
	has(event.FieldLinkedSubject, "other:0190b5b4-0000-8000-8000-000000000002")
	has(event.FieldAction, first(f.Operations, "recipients"))
	has(event.FieldActor, "auditor")
	if f.Kind == event.KindErasureVerified {
		d.data["evidence"] = fields{"uri": "https://example.org/proof"}
	}
	if f.Kind == event.KindErasureRequested {
		if d.data["scope"] = "all"; !f.Scopes.Any() && !slices.Contains(f.Scopes.IDs, "all") {
			d.data["scope"] = f.Scopes.IDs[0]
		}
	}
}
