package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/vocabulary"
)

const testParties = `parties:
  - {id: shop, en: Shop, role: controller, country: CN}
  - {id: boutique, en: Boutique, role: controller, country: FR}
  - {id: kiosk, en: Kiosk, role: controller, country: CN}
  - {id: pay, en: Pay, role: payment-institution, country: CN}
  - {id: dispatch, en: Dispatch, role: logistics, country: CN, onward: [carrier]}
  - {id: van, en: Van, role: carrier, country: CN}
  - {id: adverts, en: Adverts, role: advertising, country: CN, contract: ads-1}
  - {id: cloud, en: Cloud, role: infrastructure, country: CN, onward: [backup]}
  - {id: backup, en: Backup, role: infrastructure, country: CN}
  - {id: osaka, en: Osaka, role: overseas-seller, country: JP, approvals: [{ref: scc-1, mechanism: standard-contract, from: 2024-01-01, until: 2025-12-31}]}
  - {id: police-abroad, en: Police, role: authority, country: US}
`

const testPolicies = `id: shop-2
platform: shop
controllers: [shop]
effective: 2022-07-27
reply-days: 15
flows:
  - {id: registration, kind: data.collected, categories: [phone-number], purposes: [registration], legal-bases: [pipl-13-1-1, pipl-13-1-2], necessity: necessary, origins: [person], channels: [app, web]}
  - {id: nickname, kind: data.collected, categories: [nickname, avatar], purposes: [registration], legal-bases: [pipl-13-1-1], consent-forms: [explicit, separate], necessity: optional, origins: [person]}
  - {id: face, kind: data.collected, categories: [face], purposes: [identity-verification], legal-bases: [pipl-13-1-1], origins: [person]}
  - {id: result, kind: data.collected, categories: [authentication-result], purposes: [identity-verification], legal-bases: [pipl-13-1-2], origins: [third-party], from: [pay]}
  - {id: child, kind: data.collected, categories: [child-information], purposes: [minor-protection], minor: true}
  - {id: payment, kind: data.shared, categories: [order, payment-account], purposes: [payment, settlement], legal-bases: [pipl-13-1-2], recipients: [pay], relationships: [provision], channels: [sdk, api], sdks: [pay-sdk]}
  - {id: delivery, kind: data.shared, categories: [consignee-name, delivery-address], purposes: [order-delivery], legal-bases: [pipl-13-1-2], recipients: [dispatch], relationships: [provision]}
  - {id: onward, kind: data.shared, categories: [consignee-name, delivery-address], purposes: [order-delivery], legal-bases: [pipl-13-1-2], holders: [dispatch], recipient-roles: [carrier], relationships: [provision]}
  - {id: ads, kind: data.shared, categories: [ad-exposure], purposes: [advertising], recipient-roles: [advertising], relationships: [entrustment], protection: deidentified}
  - {id: hosting, kind: data.shared, categories: [service-log], purposes: [infrastructure], recipients: [cloud], relationships: [entrustment]}
  - {id: partner, kind: data.shared, categories: [nickname], purposes: [joint-event], legal-bases: [pipl-13-1-1], recipients: [pay], separate-consent: true}
  - {id: export, kind: data.transferred-abroad, categories: [order], purposes: [order-fulfilment], recipient-roles: [overseas-seller], countries: [recipient], mechanisms: [contract-necessity, standard-contract]}
  - {id: review, kind: data.disclosed, categories: [review, nickname], purposes: [content-publication], legal-bases: [pipl-13-1-1], audiences: [public], disclosure-grounds: [separate-consent, own-choice]}
  - {id: closing, kind: erasure.requested, grounds: [account-closure, person-request]}
  - {id: keep, kind: erasure.restricted, exemptions: [statutory-retention]}
  - {id: no, kind: erasure.refused, refusals: [own-authorisation, repeated]}
---
id: boutique-1
platform: boutique
controllers: [boutique]
law: gdpr
flows:
  - {id: use, kind: data.used, categories: [order], purposes: [analytics]}
`

// standard is the vocabulary, read once.
func standard(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := words()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var words = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Load(vocabulary.Files) })

func testCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	policies := fstest.MapFS{}
	for i, text := range split(testPolicies) {
		policies[fmt.Sprintf("%d.yaml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := standard(t).With([]catalog.Dir{{Name: "parties", FS: fstest.MapFS{"p.yaml": {Data: []byte(testParties)}}}}, []catalog.Dir{{Name: "policies", FS: policies}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fields are the data of an event; a nil takes one away.
type fields map[string]any

func (f fields) with(more fields) fields {
	all := maps.Clone(f)
	for name, value := range more {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	return all
}

const usualTime = "2026-11-20T08:00:00Z"

// decode makes the record of an event that the contract accepts.
func decode(t testing.TB, c *catalog.Catalog, kind, when string, data fields) *event.Record {
	t.Helper()
	envelope := map[string]any{
		"specversion": "1.0", "id": "e1", "source": "/shop/service", "type": "org.datacustody." + kind + ".v1",
		"subject": "shop:0190c5c4-7b6a-8f0e-9d3b-2a4c6e8f0a1b", "time": when, "data": data,
	}
	value, err := json.Marshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	m := event.Message{Key: []byte("shop:0190c5c4-7b6a-8f0e-9d3b-2a4c6e8f0a1b"), Value: value,
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}}}
	r, rejection := event.NewDecoder(event.Options{Vocabulary: c.Vocabulary()}).Decode(&m, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	if rejection != nil {
		t.Fatalf("%s is rejected: %v\n%s", kind, rejection, value)
	}
	return r
}

func judge(t testing.TB, c *catalog.Catalog, kind, when string, data fields) *rules.Verdict {
	t.Helper()
	v := new(rules.Verdict)
	rules.Judge(c, decode(t, c, kind, when, data), v)
	return v
}
