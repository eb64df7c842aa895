package simulate

import "github.com/datacustody/custody/schemas/event"

// orderTales: what the shops live on.
var orderTales = []tale{
	{name: "order", weight: 30, steps: []step{
		{row: 8, kind: event.KindCollected, by: "cart-service", chance: 70, data: `{"categories":["shopping-cart"],"purpose":"shopping-cart","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app"}`},
		{row: 8, kind: event.KindCollected, by: "order-service", is: "order", data: `{"categories":["order","consignee-name","delivery-address","consignee-phone-number"],"purpose":"order-fulfilment","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app","record_ref":"o{serial}"}`},
		{row: 8, kind: event.KindCollected, by: "invoice-service", of: "order", chance: 15, data: `{"categories":["invoice-title","tax-id","email"],"purpose":"invoicing","origin":"person","legal_basis":"pipl-13-1-2","channel":"web","record_ref":"o{serial}","retention_until":"{keep}"}`},
		{row: 9, kind: event.KindShared, by: "payment-service", is: "payment", of: "order", data: `{"categories":["platform-account","payment-account","order","oaid","android-id","device-model","os-version","network-info"],"purpose":"payment","recipient":"alipay","relationship":"provision","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"sdk","sdk":{"name":"alipay-sdk","version":"15.8.35"},"recipient_ref":"{account}","record_ref":"o{serial}"}`},
		{row: 13, kind: event.KindCollected, by: "payment-service", of: "payment", data: `{"categories":["payment-progress"],"purpose":"payment","origin":"third-party","from":"alipay","legal_basis":"pipl-13-1-2","channel":"api","record_ref":"o{serial}"}`},
		{row: 16, kind: event.KindShared, by: "order-service", of: "order", data: `{"categories":["order","consignee-name","delivery-address","consignee-phone-number"],"purpose":"order-fulfilment","recipient":"{seller}","relationship":"provision","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"api","protection":"masked","record_ref":"o{serial}"}`},
		{row: 14, kind: event.KindShared, by: "logistics-service", is: "cainiao", of: "order", data: `{"categories":["consignee-name","delivery-address","consignee-phone-number"],"purpose":"order-delivery","recipient":"cainiao","relationship":"provision","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"api","contract_ref":"cainiao-2024","recipient_ref":"lp{serial}","record_ref":"o{serial}"}`},
		{row: 15, kind: event.KindShared, by: "/cainiao/dispatch-service", is: "carrier", of: "cainiao", data: `{"holder":"cainiao","categories":["consignee-name","delivery-address","consignee-phone-number"],"purpose":"order-delivery","recipient":"{carrier}","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api","recipient_ref":"w{serial}","note":"由商家选择的承运商"}`},
		{row: 13, kind: event.KindCollected, by: "logistics-service", of: "carrier", data: `{"categories":["delivery-progress"],"purpose":"order-delivery","origin":"third-party","from":"{carrier}","legal_basis":"pipl-13-1-2","channel":"message","record_ref":"o{serial}"}`},
		{row: 31, kind: event.KindDisclosed, by: "review-service", of: "order", chance: 30, data: `{"categories":["review","nickname","avatar"],"purpose":"content-publication","audience":"public","disclosure_ground":"separate-consent","legal_basis":"pipl-13-1-1","consent_form":"separate","necessity":"optional"}`},
		{row: 38, kind: event.KindUsed, by: "order-service", of: "order", data: `{"categories":["order","payment-record"],"purpose":"settlement","legal_basis":"pipl-13-1-2","actor":"settlement-job","record_ref":"o{serial}"}`},
	}},
	{name: "order-by-mybank", weight: 5, shops: "1688", steps: []step{
		{row: 8, kind: event.KindCollected, by: "order-service", is: "order", data: `{"categories":["order","consignee-name","delivery-address","consignee-phone-number"],"purpose":"order-fulfilment","origin":"person","legal_basis":"pipl-13-1-2","channel":"web","record_ref":"o{serial}"}`},
		{row: 10, kind: event.KindShared, by: "payment-service", is: "payment", of: "order", data: `{"categories":["platform-account","bank-account","order"],"purpose":"payment","recipient":"mybank","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api","recipient_ref":"{account}"}`},
		{row: 11, kind: event.KindShared, by: "payment-service", of: "order", chance: 50, data: `{"categories":["bank-card","bank-card-expiry"],"purpose":"payment","recipient":"{bank}","relationship":"provision","legal_basis":"pipl-13-1-2","channel":"api","protection":"encrypted"}`},
		{row: 13, kind: event.KindCollected, by: "payment-service", of: "payment", data: `{"categories":["payment-progress"],"purpose":"payment","origin":"third-party","from":"mybank","legal_basis":"pipl-13-1-2","channel":"api"}`},
	}},
	{name: "cross-border-order", weight: 8, shops: "tmall aliexpress 1688", steps: []step{
		{row: 8, kind: event.KindCollected, by: "global-order-service", is: "order", data: `{"categories":["order","consignee-name","delivery-address","name","id-card-number","cross-border-quota"],"purpose":"customs-clearance","origin":"person","legal_basis":"pipl-13-1-2","consent_form":"separate","channel":"app","record_ref":"g{serial}","protection":"encrypted"}`},
		{row: 17, kind: event.KindTransferredAbroad, by: "global-order-service", of: "order", data: `{"categories":["order","waybill"],"purpose":"order-fulfilment","recipient":"{overseas-seller}","relationship":"provision","country":"JP","mechanism":"contract-necessity","legal_basis":"pipl-13-1-2","protection":"deidentified","contract_ref":"cross-border-clauses-3","record_ref":"g{serial}"}`},
		{row: 17, kind: event.KindTransferredAbroad, by: "global-logistics", is: "abroad", of: "order", data: `{"categories":["consignee-name","delivery-address","consignee-phone-number","waybill"],"purpose":"order-delivery","recipient":"{overseas-carrier}","relationship":"provision","country":"DE","mechanism":"contract-necessity","legal_basis":"pipl-13-1-2","recipient_ref":"x{serial}"}`},
		{row: 17, kind: event.KindShared, by: "global-logistics", of: "order", data: `{"categories":["name","id-card-number","order","customs-declaration"],"purpose":"customs-clearance","recipient":"china-customs","relationship":"provision","legal_basis":"pipl-13-1-3","channel":"api","protection":"encrypted"}`},
		{row: 49, kind: event.KindCollected, by: "global-logistics", of: "abroad", data: `{"categories":["delivery-progress"],"purpose":"order-delivery","origin":"third-party","from":"{overseas-carrier}","legal_basis":"pipl-13-1-2","channel":"api"}`},
	}},
	{name: "child-order", weight: 1, shops: "tmall taobao 1688 aliexpress", steps: []step{
		{row: 36, kind: event.KindConsentGranted, by: "consent-service", data: `{"minor":true,"consent_id":"guardian-{serial}","consent_form":"guardian","purposes":["order-fulfilment","minor-protection"],"categories":["child-information","guardian-contact"]}`},
		{row: 36, kind: event.KindCollected, by: "order-service", data: `{"minor":true,"categories":["order","child-information","guardian-contact"],"purpose":"order-fulfilment","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"guardian","consent_id":"guardian-{serial}"}`},
	}},
}
