package simulate

import "github.com/datacustody/custody/schemas/event"

// supplierTales: how a seller becomes known, and what becomes of its trade. The
// policy of AliExpress is one for sellers, that of Alibaba.com declares little.
var supplierTales = []tale{
	{name: "register", shops: "aliexpress", steps: []step{
		{row: 1, kind: event.KindCollected, by: "member-service", data: `{"categories":["name","phone-number","email","member-name","password"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"web","record_ref":"r{serial}"}`},
		{row: 46, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"{consent}","consent_form":"general","purposes":["recommendation","advertising","analytics","user-research"],"categories":["cookie","ip-address","browser-type","access-time","browsing-history","search-query","service-usage","ad-exposure","survey-answer"],"recipients":["alimama","mediav","tanx-partner"],"notice":"{policy}"}`},
		{row: 20, kind: event.KindCollected, by: "security-gateway", is: "device", data: `{"categories":["oaid","idfa","android-id","device-model","os-version","service-log"],"purpose":"security","origin":"observed","legal_basis":"pipl-13-1-3","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"}}`},
		{row: 20, kind: event.KindShared, by: "security-gateway", of: "device", data: `{"categories":["oaid","android-id","device-model","service-log"],"purpose":"security","recipient":"alibaba-cloud-security","relationship":"entrustment","legal_basis":"pipl-13-1-3","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"},"contract_ref":"dpa-security-2026"}`},
	}},
	{name: "register", shops: "alibaba-com", steps: []step{
		{row: 2, kind: event.KindCollected, by: "supplier-service", is: "representative", data: `{"categories":["name","postal-address","phone-number","email","job-title","department"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"web"}`},
		{row: 20, kind: event.KindCollected, by: "security-gateway", data: `{"categories":["oaid","idfa","android-id","imei","mac-address"],"purpose":"security","origin":"observed","legal_basis":"pipl-13-1-3","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"}}`},
		{row: 2, kind: event.KindUsed, by: "supplier-service", of: "representative", data: `{"categories":["name","phone-number","email","job-title"],"purpose":"registration","legal_basis":"pipl-13-1-2","actor":"supplier-desk"}`},
	}},
	{name: "due-diligence", weight: 30, shops: "alibaba-com", steps: []step{
		{row: 2, kind: event.KindCollected, by: "supplier-service", is: "business", data: `{"categories":["certificate-number","tax-id","business-licence","company-registration"],"purpose":"due-diligence","origin":"person","legal_basis":"pipl-13-1-3","channel":"file","protection":"encrypted"}`},
		{row: 4, kind: event.KindCollected, by: "due-diligence", of: "business", data: `{"categories":["kyc-result","company-registration"],"purpose":"anti-money-laundering","origin":"third-party","from":"credit-bureau","legal_basis":"pipl-13-1-3","channel":"file"}`},
		{row: 4, kind: event.KindCollected, by: "due-diligence", data: `{"categories":["name","phone-number","email"],"purpose":"due-diligence","origin":"public-source","legal_basis":"pipl-13-1-6","channel":"web"}`},
		{row: 2, kind: event.KindUsed, by: "due-diligence", of: "business", data: `{"categories":["certificate-number","tax-id","business-licence","kyc-result"],"purpose":"due-diligence","legal_basis":"pipl-13-1-3","actor":"compliance-desk"}`},
	}},
	{name: "trade", weight: 40, shops: "alibaba-com", steps: []step{
		{row: 6, kind: event.KindCollected, by: "trade-service", data: `{"categories":["order","transaction-record","communication-record"],"purpose":"order-fulfilment","origin":"person","legal_basis":"pipl-13-1-2","channel":"web","record_ref":"o{serial}"}`},
		{row: 6, kind: event.KindCollected, by: "trade-service", data: `{"categories":["delivery-progress","service-usage"],"purpose":"order-fulfilment","origin":"observed","legal_basis":"pipl-13-1-2","channel":"web","record_ref":"o{serial}"}`},
		{row: 6, kind: event.KindCollected, by: "trade-service", chance: 10, data: `{"categories":["dispute-record","communication-record"],"purpose":"dispute-resolution","origin":"person","legal_basis":"pipl-13-1-2","channel":"web","record_ref":"o{serial}"}`},
		{row: 28, kind: event.KindUsed, by: "service-desk", data: `{"categories":["transaction-record","communication-record"],"purpose":"dispute-resolution","legal_basis":"pipl-13-1-2","actor":"service-agent","record_ref":"o{serial}"}`},
	}},
	{name: "business-identity", weight: 5, shops: "aliexpress", steps: []step{
		{row: 2, kind: event.KindCollected, by: "supplier-service", is: "business", data: `{"categories":["name","payment-account","business-licence","source-of-funds","company-registration"],"purpose":"seller-onboarding","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"web","protection":"encrypted"}`},
		{row: 3, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"business-{serial}","consent_form":"separate","purposes":["identity-verification"],"categories":["business-licence","payment-account","authentication-result"]}`},
		{row: 3, kind: event.KindCollected, by: "supplier-service", is: "result", of: "business", data: `{"categories":["business-licence","payment-account","authentication-result"],"purpose":"identity-verification","origin":"third-party","from":"alipay","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"business-{serial}","channel":"api"}`},
		{row: 3, kind: event.KindUsed, by: "supplier-service", of: "result", data: `{"categories":["name","business-licence","authentication-result"],"purpose":"identity-verification","legal_basis":"pipl-13-1-3","actor":"identity-checker"}`},
		{row: 2, kind: event.KindDisclosed, by: "supplier-service", of: "business", data: `{"categories":["business-licence","company-registration"],"purpose":"store-operation","audience":"public","disclosure_ground":"statutory-duty","legal_basis":"pipl-13-1-3"}`},
	}},
	{name: "capital-account", weight: 4, shops: "aliexpress", steps: []step{
		{row: 12, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"account-{serial}","consent_form":"separate","purposes":["account-opening","anti-money-laundering"],"recipients":["alipay-singapore"],"countries":["SG"]}`},
		{row: 12, kind: event.KindCollected, by: "supplier-service", is: "opening", data: `{"categories":["name","certificate-number","certificate-image","residence-address","birth-date","nationality","shareholding","source-of-wealth"],"purpose":"account-opening","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"account-{serial}","protection":"encrypted"}`},
		{row: 12, kind: event.KindTransferredAbroad, by: "supplier-service", of: "opening", data: `{"categories":["name","certificate-number","certificate-image","residence-address","birth-date","nationality","shareholding","source-of-wealth"],"purpose":"account-opening","recipient":"alipay-singapore","relationship":"provision","country":"SG","mechanism":"standard-contract","approval_ref":"scc-2026-0017","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"account-{serial}","protection":"encrypted","recipient_ref":"{account}"}`},
	}},
	{name: "store-order", weight: 30, shops: "aliexpress", steps: []step{
		{row: 8, kind: event.KindCollected, by: "order-service", is: "order", data: `{"categories":["order","consignee-name","delivery-address","consignee-phone-number"],"purpose":"order-fulfilment","origin":"observed","legal_basis":"pipl-13-1-2","channel":"web","record_ref":"s{serial}"}`},
		{row: 16, kind: event.KindShared, by: "order-service", is: "payment", of: "order", data: `{"categories":["transaction-record","order"],"purpose":"payment","recipient":"alipay","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api","recipient_ref":"{account}","record_ref":"s{serial}"}`},
		{row: 13, kind: event.KindCollected, by: "order-service", of: "payment", data: `{"categories":["payment-progress","transaction-record"],"purpose":"payment","origin":"third-party","from":"alipay","legal_basis":"pipl-13-1-2","channel":"api","record_ref":"s{serial}"}`},
		{row: 16, kind: event.KindShared, by: "order-service", of: "order", chance: 50, data: `{"categories":["transaction-record","order"],"purpose":"order-delivery","recipient":"{carrier}","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api","recipient_ref":"w{serial}","record_ref":"s{serial}"}`},
		{row: 17, kind: event.KindTransferredAbroad, by: "global-logistics", is: "abroad", of: "order", data: `{"categories":["order","consignee-name","delivery-address","consignee-phone-number","waybill"],"purpose":"order-delivery","recipient":"{overseas-carrier}","relationship":"provision","country":"{country}","mechanism":"contract-necessity","legal_basis":"pipl-13-1-2","recipient_ref":"x{serial}"}`},
		{row: 49, kind: event.KindCollected, by: "global-logistics", of: "abroad", data: `{"categories":["delivery-progress"],"purpose":"order-delivery","origin":"third-party","from":"{overseas-carrier}","legal_basis":"pipl-13-1-2","channel":"api","record_ref":"s{serial}"}`},
		{row: 38, kind: event.KindUsed, by: "order-service", of: "order", data: `{"categories":["order","transaction-record","payment-record"],"purpose":"settlement","legal_basis":"pipl-13-1-2","actor":"settlement-job","record_ref":"s{serial}"}`},
	}},
	{name: "store-desk", weight: 14, shops: "aliexpress", steps: []step{
		{row: 34, kind: event.KindCollected, by: "web-gateway", chance: 40, data: `{"categories":["cookie","ip-address","browser-type","access-time"],"purpose":"analytics","origin":"observed","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","channel":"web"}`},
		{row: 6, kind: event.KindCollected, by: "search-service", is: "search", data: `{"categories":["device-model","ip-address","search-query","service-usage"],"purpose":"search","origin":"observed","legal_basis":"pipl-13-1-2","channel":"web"}`},
		{row: 7, kind: event.KindUsed, by: "recommendation-service", of: "search", data: `{"categories":["browsing-history","search-query","service-usage"],"purpose":"recommendation","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","actor":"recommender"}`},
		{row: 19, kind: event.KindShared, by: "advertising-service", of: "search", chance: 60, data: `{"categories":["ad-exposure"],"purpose":"advertising","recipient":"{advertiser}","relationship":"entrustment","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","protection":"deidentified","channel":"api","contract_ref":"ads-2026"}`},
		{row: 22, kind: event.KindShared, by: "app-gateway", chance: 50, data: `{"categories":["service-usage","service-log","app-usage"],"purpose":"analytics","recipient":"{analyst}","relationship":"entrustment","legal_basis":"pipl-13-1-2","channel":"sdk","sdk":{"name":"apm","version":"9.1.0"},"contract_ref":"apm-2026"}`},
		{row: 37, kind: event.KindUsed, by: "data-platform", data: `{"categories":["browsing-history","service-usage"],"purpose":"service-improvement","legal_basis":"pipl-13-1-2","actor":"warehouse-job","record_ref":"job{serial}"}`},
	}},
}
