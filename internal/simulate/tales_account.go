package simulate

import "github.com/datacustody/custody/schemas/event"

// accountTales: how a person becomes known.
var accountTales = []tale{
	{name: "register", steps: []step{
		{row: 1, kind: event.KindCollected, by: "member-service", data: `{"categories":["phone-number"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app","record_ref":"r{serial}"}`},
		{row: 1, kind: event.KindCollected, by: "member-service", chance: 60, data: `{"categories":["nickname","avatar"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","necessity":"optional","channel":"app"}`},
		{row: 46, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"{consent}","consent_form":"general","purposes":["registration","recommendation","advertising","marketing"],"categories":["browsing-history","search-query","preference"],"recipients":["alimama","umeng"],"notice":"{notice}"}`},
		{row: 20, kind: event.KindCollected, by: "security-gateway", is: "device", data: `{"categories":["oaid","idfa","android-id","device-model"],"purpose":"security","origin":"observed","legal_basis":"pipl-13-1-3","necessity":"necessary","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"}}`},
		{row: 20, kind: event.KindShared, by: "security-gateway", of: "device", data: `{"categories":["android-id","device-model","service-log"],"purpose":"security","recipient":"taobao-security","relationship":"entrustment","legal_basis":"pipl-13-1-3","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"},"contract_ref":"dpa-security-2026"}`},
	}},
	{name: "third-party-login", weight: 2, shops: "1688 taobao", steps: []step{
		{row: 5, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"login-{serial}","consent_form":"separate","purposes":["third-party-login"],"categories":["nickname","avatar"]}`},
		{row: 5, kind: event.KindCollected, by: "login-service", data: `{"categories":["nickname","avatar"],"purpose":"third-party-login","origin":"third-party","from":"weibo","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"login-{serial}","necessity":"optional","channel":"api"}`},
	}},
	{name: "real-name", weight: 3, steps: []step{
		{row: 3, kind: event.KindCollected, by: "identity-service", is: "identity", data: `{"categories":["name","id-card-number","id-card-image"],"purpose":"identity-verification","origin":"person","legal_basis":"pipl-13-1-3","consent_form":"separate","protection":"encrypted","necessity":"necessary","channel":"app"}`},
		{row: 3, kind: event.KindCollected, by: "identity-service", chance: 40, data: `{"categories":["face"],"purpose":"identity-verification","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"separate","protection":"encrypted","channel":"sdk","sdk":{"name":"face-verify","version":"3.2.1"}}`},
		{row: 3, kind: event.KindCollected, by: "identity-service", is: "result", of: "identity", data: `{"categories":["authentication-result"],"purpose":"identity-verification","origin":"third-party","from":"alipay","legal_basis":"pipl-13-1-1","consent_form":"explicit","channel":"api","note":"支付宝实名认证结果"}`},
		{row: 3, kind: event.KindUsed, by: "identity-service", of: "result", data: `{"categories":["name","id-card-number","authentication-result"],"purpose":"identity-verification","legal_basis":"pipl-13-1-3","actor":"identity-checker"}`},
	}},
	{name: "representative", weight: 2, shops: "alibaba-com aliexpress 1688", steps: []step{
		{row: 2, kind: event.KindCollected, by: "supplier-service", is: "representative", data: `{"categories":["name","postal-address","phone-number","email","job-title","department"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"web"}`},
		{row: 2, kind: event.KindCollected, by: "supplier-service", data: `{"categories":["certificate-number","tax-id","business-licence","company-registration"],"purpose":"due-diligence","origin":"person","legal_basis":"pipl-13-1-3","channel":"file","protection":"encrypted"}`},
		{row: 4, kind: event.KindCollected, by: "due-diligence", of: "representative", data: `{"categories":["kyc-result","company-registration"],"purpose":"anti-money-laundering","origin":"third-party","from":"credit-bureau","legal_basis":"pipl-13-1-3","channel":"file"}`},
		{row: 4, kind: event.KindCollected, by: "due-diligence", data: `{"categories":["name","phone-number","email"],"purpose":"due-diligence","origin":"public-source","legal_basis":"pipl-13-1-6","channel":"web"}`},
	}},
	{name: "capital-account", weight: 4, shops: "aliexpress", steps: []step{
		{row: 12, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"account-{serial}","consent_form":"separate","purposes":["account-opening","anti-money-laundering"],"recipients":["alipay-singapore"],"countries":["SG"]}`},
		{row: 12, kind: event.KindCollected, by: "supplier-service", is: "opening", data: `{"categories":["name","certificate-number","certificate-image","residence-address","birth-date","nationality","shareholding","source-of-wealth"],"purpose":"account-opening","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"account-{serial}","protection":"encrypted"}`},
		{row: 12, kind: event.KindTransferredAbroad, by: "supplier-service", of: "opening", data: `{"categories":["name","certificate-number","certificate-image","residence-address","birth-date","nationality","shareholding","source-of-wealth"],"purpose":"account-opening","recipient":"alipay-singapore","relationship":"provision","country":"SG","mechanism":"standard-contract","approval_ref":"scc-2026-0017","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"account-{serial}","protection":"encrypted","recipient_ref":"{account}"}`},
	}},
	{name: "become-seller", weight: 3, shops: "1688 taobao tmall", steps: []step{
		{row: 23, kind: event.KindCollected, by: "seller-service", is: "application", data: `{"categories":["name","phone-number","platform-account","business-licence","store-information"],"purpose":"seller-onboarding","origin":"person","legal_basis":"pipl-13-1-2","channel":"web"}`},
		{row: 23, kind: event.KindShared, by: "seller-service", of: "application", data: `{"categories":["name","phone-number","platform-account","registration-time","last-login-time"],"purpose":"seller-onboarding","recipient":"{provider}","relationship":"entrustment","legal_basis":"pipl-13-1-2","contract_ref":"dpa-onboarding-2025","channel":"api"}`},
	}},
	{name: "link-accounts", weight: 2, shops: "tmall taobao 1688", steps: []step{
		{row: 50, kind: event.KindSubjectLinked, by: "member-service", data: `{"linked_subject":"{alias}","actor":"account-owner"}`},
		{row: 13, kind: event.KindCollected, by: "/alipay/wallet-service", who: theAlias, is: "bound", data: `{"controller":"alipay","categories":["platform-account","payment-account"],"purpose":"payment","origin":"third-party","from":"{shop}","legal_basis":"pipl-13-1-2","channel":"api"}`},
		{row: 11, kind: event.KindShared, by: "/alipay/wallet-service", who: theAlias, of: "bound", data: `{"controller":"alipay","categories":["bank-card","name","phone-number"],"purpose":"payment","recipient":"{bank}","relationship":"provision","legal_basis":"pipl-13-1-2","protection":"encrypted","channel":"api"}`},
		{row: 50, kind: event.KindSubjectUnlinked, by: "member-service", chance: 10, data: `{"linked_subject":"{alias}","actor":"account-owner"}`},
		{row: 37, kind: event.KindUsed, by: "member-service", data: `{"categories":["platform-account","payment-account"],"purpose":"account-management","legal_basis":"pipl-13-1-2","actor":"account-merger"}`},
	}},
}
