package simulate

import "github.com/datacustody/custody/schemas/event"

// driftTales: what services do that their policy does not say. Each is a way in
// which practice leaves the text behind, and names the rules that find it.
var driftTales = []tale{
	// A library that somebody built in, and nobody told the lawyers.
	{name: "undeclared-sdk-vendor", weight: 3, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 20, kind: event.KindShared, by: "push-gateway", breaks: "unregistered-party undeclared-recipient", data: `{"categories":["android-id","device-model"],"purpose":"security","recipient":"sdk-nightingale","relationship":"entrustment","legal_basis":"pipl-13-1-3","channel":"sdk","sdk":{"name":"nightingale-push","version":"2.0.4"},"contract_ref":"push-2026"}`},
	}},
	{name: "another-payment-sdk", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 9, kind: event.KindShared, by: "payment-service", breaks: "undeclared-sdk", data: `{"categories":["platform-account","order"],"purpose":"payment","recipient":"alipay","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"sdk","sdk":{"name":"pay-lite","version":"0.9.0"},"record_ref":"o{serial}"}`},
	}},
	// A category too many, in good faith: it helps to choose the advertisement.
	{name: "preference-to-advertiser", weight: 4, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 19, kind: event.KindShared, by: "advertising-service", breaks: "undeclared-category", data: `{"categories":["ad-exposure","preference"],"purpose":"advertising","recipient":"{advertiser}","relationship":"entrustment","legal_basis":"pipl-13-1-2","protection":"deidentified","channel":"api","contract_ref":"ads-2026"}`},
	}},
	{name: "order-to-cainiao", weight: 2, shops: "tmall 1688", steps: []step{
		{row: 14, kind: event.KindShared, by: "logistics-service", breaks: "undeclared-category", data: `{"categories":["consignee-name","delivery-address","consignee-phone-number","order"],"purpose":"order-delivery","recipient":"cainiao","relationship":"provision","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"api","contract_ref":"cainiao-2024","recipient_ref":"lp{serial}"}`},
	}},
	{name: "plain-to-advertiser", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 19, kind: event.KindShared, by: "advertising-service", breaks: "personal-data-to-advertiser protection-weaker-than-declared", data: `{"categories":["ad-exposure"],"purpose":"advertising","recipient":"{advertiser}","relationship":"entrustment","legal_basis":"pipl-13-1-2","protection":"hashed","channel":"api","contract_ref":"ads-2026"}`},
	}},
	// Orders were collected to be fulfilled, and are now read to sell more.
	{name: "purpose-changed", weight: 3, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 37, kind: event.KindUsed, by: "campaign-service", breaks: "undeclared-purpose", data: `{"categories":["order","delivery-progress"],"purpose":"marketing","legal_basis":"pipl-13-1-2","actor":"campaign-planner"}`},
	}},
	{name: "mirror-abroad", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 17, kind: event.KindTransferredAbroad, by: "global-order-service", breaks: "undeclared-country", data: `{"categories":["order","consignee-name"],"purpose":"order-fulfilment","recipient":"{overseas-seller}","relationship":"provision","country":"US","mechanism":"contract-necessity","legal_basis":"pipl-13-1-2","record_ref":"g{serial}"}`},
	}},
	{name: "no-mechanism", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 17, kind: event.KindTransferredAbroad, by: "global-logistics", breaks: "mechanism-missing", data: `{"categories":["order","consignee-name"],"purpose":"order-delivery","recipient":"{overseas-carrier}","relationship":"provision","country":"{country}","legal_basis":"pipl-13-1-2","recipient_ref":"x{serial}"}`},
	}},
	{name: "another-mechanism", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 17, kind: event.KindTransferredAbroad, by: "global-logistics", breaks: "undeclared-mechanism", data: `{"categories":["order","consignee-name"],"purpose":"order-delivery","recipient":"{overseas-carrier}","relationship":"provision","country":"{country}","mechanism":"other","legal_basis":"pipl-13-1-2","recipient_ref":"x{serial}"}`},
	}},
	{name: "no-approval", weight: 1, shops: "aliexpress", steps: []step{
		{row: 12, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"account-{serial}","consent_form":"separate","purposes":["account-opening"],"recipients":["alipay-singapore"],"countries":["SG"]}`},
		{row: 12, kind: event.KindTransferredAbroad, by: "supplier-service", breaks: "approval-missing", data: `{"categories":["name","nationality","shareholding"],"purpose":"account-opening","recipient":"alipay-singapore","relationship":"provision","country":"SG","mechanism":"standard-contract","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"account-{serial}","protection":"encrypted"}`},
	}},
	// A seller abroad, treated as one next door; and the reverse.
	{name: "abroad-as-shared", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 16, kind: event.KindShared, by: "order-service", breaks: "undeclared-recipient abroad-undeclared", data: `{"categories":["order","consignee-name"],"purpose":"order-fulfilment","recipient":"{overseas-seller}","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api"}`},
	}},
	{name: "shared-as-abroad", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 17, kind: event.KindTransferredAbroad, by: "global-order-service", breaks: "undeclared-country not-abroad", data: `{"categories":["order"],"purpose":"order-fulfilment","recipient":"{overseas-seller}","relationship":"provision","country":"CN","mechanism":"contract-necessity","legal_basis":"pipl-13-1-2","record_ref":"g{serial}"}`},
	}},
	{name: "unknown-seller-abroad", weight: 2, shops: "tmall 1688", steps: []step{
		{row: 17, kind: event.KindTransferredAbroad, by: "global-order-service", breaks: "unregistered-party undeclared-recipient undeclared-country", data: `{"categories":["order"],"purpose":"order-fulfilment","recipient":"seller-auckland-milk","relationship":"provision","country":"{country}","mechanism":"contract-necessity","legal_basis":"pipl-13-1-2","record_ref":"g{serial}"}`},
	}},
	{name: "unknown-developer", weight: 2, shops: "tmall 1688", steps: []step{
		{row: 18, kind: event.KindShared, by: "channel-service", breaks: "unregistered-party undeclared-recipient", data: `{"categories":["channel-record"],"purpose":"mini-program","recipient":"mini-program-garden","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api","protection":"tokenised"}`},
	}},
	{name: "unknown-login", weight: 1, shops: "1688", steps: []step{
		{row: 5, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"login-{serial}","consent_form":"separate","purposes":["third-party-login"],"categories":["nickname","avatar"]}`},
		{row: 5, kind: event.KindCollected, by: "login-service", breaks: "unregistered-party undeclared-origin", data: `{"categories":["nickname","avatar"],"purpose":"third-party-login","origin":"third-party","from":"sina-login","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"login-{serial}","channel":"api"}`},
	}},
	// The form did not ask for the age.
	{name: "child-alone", weight: 2, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 36, kind: event.KindCollected, by: "order-service", breaks: "guardian-consent-missing", data: `{"minor":true,"categories":["order","consignee-name","delivery-address"],"purpose":"order-fulfilment","origin":"person","legal_basis":"pipl-13-1-2","record_ref":"o{serial}"}`},
	}},
	{name: "identity-by-the-way", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 3, kind: event.KindCollected, by: "identity-service", breaks: "separate-consent-missing", data: `{"categories":["name","id-card-number"],"purpose":"identity-verification","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","protection":"encrypted","channel":"app"}`},
	}},
	{name: "consent-in-passing", weight: 3, shops: "aliexpress", steps: []step{
		{row: 38, kind: event.KindShared, by: "store-service", breaks: "consent-form-insufficient", data: `{"categories":["name","phone-number"],"purpose":"store-operation","recipient":"weibo","relationship":"entrustment","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","contract_ref":"store-2026","channel":"api"}`},
	}},
	{name: "which-consent", weight: 2, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 34, kind: event.KindCollected, by: "web-gateway", breaks: "consent-id-missing", data: `{"categories":["cookie","ip-address"],"purpose":"analytics","origin":"observed","legal_basis":"pipl-13-1-1","consent_form":"separate","channel":"web"}`},
	}},
	{name: "no-ground", weight: 2, shops: "tmall 1688 aliexpress alibaba-com", steps: []step{
		{row: 28, kind: event.KindCollected, by: "service-desk", breaks: "ground-missing", data: `{"categories":["communication-record"],"purpose":"customer-service","origin":"person","channel":"message"}`},
	}},
	{name: "legitimate-interest", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 34, kind: event.KindCollected, by: "web-gateway", breaks: "undeclared-ground legitimate-interest-under-pipl", data: `{"categories":["cookie","ip-address"],"purpose":"analytics","origin":"observed","legal_basis":"gdpr-6-1-f","channel":"web"}`},
	}},
	{name: "no-contract", weight: 2, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 22, kind: event.KindShared, by: "service-desk", breaks: "contract-missing", data: `{"categories":["communication-record"],"purpose":"customer-service","recipient":"service-center-chengdu","relationship":"entrustment","legal_basis":"pipl-13-1-2","channel":"api"}`},
	}},
	{name: "passed-on", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 22, kind: event.KindShared, by: "/service-center-chengdu/desk", breaks: "undeclared-holder sub-entrustment-unapproved", data: `{"holder":"service-center-chengdu","categories":["platform-account","phone-number"],"purpose":"membership-benefit","recipient":"membership-provider","relationship":"sub-entrustment","legal_basis":"pipl-13-1-2","contract_ref":"dpa-service-2026","channel":"file"}`},
	}},
	{name: "another-role", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 14, kind: event.KindShared, by: "logistics-service", breaks: "undeclared-relationship", data: `{"categories":["consignee-name","delivery-address"],"purpose":"order-delivery","recipient":"cainiao","relationship":"entrustment","legal_basis":"pipl-13-1-2","channel":"api","contract_ref":"cainiao-2024"}`},
	}},
	{name: "asked-too-much", weight: 1, shops: "tmall", steps: []step{
		{row: 1, kind: event.KindCollected, by: "member-service", breaks: "necessity-mismatch", data: `{"categories":["nickname"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app"}`},
	}},
	{name: "reviews-in-search-engines", weight: 1, shops: "tmall 1688", steps: []step{
		{row: 31, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"review-{serial}","consent_form":"separate","purposes":["content-publication"],"categories":["review","nickname"]}`},
		{row: 31, kind: event.KindDisclosed, by: "review-service", breaks: "undeclared-audience", data: `{"categories":["review","nickname"],"purpose":"content-publication","audience":"search-engines","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"review-{serial}"}`},
	}},
	{name: "published-without-ground", weight: 1, shops: "1688 aliexpress", steps: []step{
		{row: 32, kind: event.KindDisclosed, by: "rules-office", breaks: "disclosure-ground-missing", data: `{"categories":["member-name","violation-record"],"purpose":"violation-publicity","audience":"public","legal_basis":"pipl-13-1-3"}`},
	}},
	// The report of Alibaba.com's policy names no recipient at all.
	{name: "cloud-undeclared", weight: 3, shops: "alibaba-com", steps: []step{
		{row: 22, kind: event.KindShared, by: "storage-gateway", breaks: "undeclared-kind", data: `{"categories":["order"],"purpose":"infrastructure","recipient":"aliyun","relationship":"entrustment","legal_basis":"pipl-13-1-2","protection":"encrypted","channel":"api","contract_ref":"dpa-cloud-2026"}`},
	}},
	{name: "old-notice", weight: 1, shops: "1688", steps: []step{
		{row: 46, kind: event.KindConsentGranted, by: "consent-service", breaks: "unknown-notice", data: `{"consent_id":"{consent}","consent_form":"general","purposes":["recommendation"],"notice":"1688-current"}`},
	}},
	{name: "kept-in-backups", weight: 1, shops: "tmall", steps: []step{
		{row: 39, kind: event.KindErasureRequested, by: "privacy-desk", is: "request", data: `{"request_id":"part-{serial}","ground":"person-request","scope":"categories","categories":["survey-answer"],"deadline":"{deadline}"}`},
		{row: 40, kind: event.KindErasureRestricted, by: "privacy-desk", of: "request", breaks: "undeclared-exemption", data: `{"request_id":"part-{serial}","exemption":"backup","categories":["survey-answer"]}`},
	}},
	{name: "slow-answer", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 44, kind: event.KindErasureRequested, by: "privacy-desk", is: "request", breaks: "deadline-too-late", data: `{"request_id":"slow-{serial}","ground":"person-request","scope":"categories","categories":["survey-answer"],"deadline":"{late}"}`},
		{row: 39, kind: event.KindErasureExecuted, by: "privacy-desk", of: "request", data: `{"request_id":"slow-{serial}","method":"delete","categories":["survey-answer"]}`},
	}},
}
