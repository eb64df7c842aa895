package simulate

import "github.com/datacustody/custody/schemas/event"

// accountTales: how a buyer becomes known.
var accountTales = []tale{
	{name: "register", shops: "tmall 1688 taobao", steps: []step{
		{row: 1, kind: event.KindCollected, by: "member-service", data: `{"categories":["phone-number"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app","record_ref":"r{serial}"}`},
		{row: 1, kind: event.KindCollected, by: "member-service", shops: "1688", data: `{"categories":["member-name","password"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app","record_ref":"r{serial}"}`},
		{row: 46, kind: event.KindConsentGranted, by: "consent-service", shops: "tmall 1688", data: `{"consent_id":"{consent}","consent_form":"general","purposes":["registration","recommendation","advertising","analytics","marketing","user-research"],"categories":["nickname","avatar","cookie","ip-address","browser-type","access-time","browsing-history","search-query","preference","ad-exposure","survey-answer"],"recipients":["alimama","mediav","tanx-partner"],"notice":"{policy}"}`},
		{row: 46, kind: event.KindConsentGranted, by: "consent-service", shops: "taobao", breaks: "policy-missing unknown-notice", data: `{"consent_id":"{consent}","consent_form":"general","purposes":["registration","recommendation","advertising","analytics","user-research"],"notice":"taobao-2019"}`},
		{row: 1, kind: event.KindCollected, by: "member-service", chance: 60, shops: "tmall taobao", data: `{"categories":["nickname","avatar"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","necessity":"optional","channel":"app"}`},
		// What 1688 calls additional functions needs a consent of its own.
		{row: 1, kind: event.KindConsentGranted, by: "consent-service", shops: "1688", data: `{"consent_id":"{consent}-additional","consent_form":"separate","purposes":["registration","analytics"],"categories":["nickname","avatar","cookie","ip-address","browser-type","access-time"],"notice":"{policy}"}`},
		{row: 1, kind: event.KindCollected, by: "member-service", chance: 60, shops: "1688", data: `{"categories":["nickname","avatar"],"purpose":"registration","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"{consent}-additional","necessity":"optional","channel":"app"}`},
		{row: 20, kind: event.KindCollected, by: "security-gateway", is: "device", shops: "tmall taobao", data: `{"categories":["oaid","idfa","android-id","device-model","os-version","network-info","service-log"],"purpose":"security","origin":"observed","legal_basis":"pipl-13-1-3","necessity":"necessary","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"}}`},
		{row: 20, kind: event.KindCollected, by: "security-gateway", is: "device", shops: "1688", data: `{"categories":["oaid","idfa","android-id","imei","mac-address","device-model","installed-app","service-log"],"purpose":"security","origin":"observed","legal_basis":"pipl-13-1-3","necessity":"necessary","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"}}`},
		{row: 20, kind: event.KindShared, by: "security-gateway", of: "device", data: `{"categories":["android-id","device-model","service-log"],"purpose":"security","recipient":"taobao-security","relationship":"entrustment","legal_basis":"pipl-13-1-3","channel":"sdk","sdk":{"name":"security-guard","version":"6.5.24"},"contract_ref":"dpa-security-2026"}`},
	}},
	{name: "third-party-login", weight: 2, shops: "1688 taobao", steps: []step{
		{row: 5, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"login-{serial}","consent_form":"separate","purposes":["third-party-login"],"categories":["nickname","avatar"]}`},
		{row: 5, kind: event.KindCollected, by: "login-service", data: `{"categories":["nickname","avatar"],"purpose":"third-party-login","origin":"third-party","from":"weibo","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"login-{serial}","necessity":"optional","channel":"api"}`},
	}},
	{name: "real-name", weight: 3, shops: "tmall 1688 taobao", steps: []step{
		{row: 3, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"identity-{serial}","consent_form":"separate","purposes":["identity-verification"]}`},
		{row: 3, kind: event.KindCollected, by: "identity-service", is: "identity", data: `{"categories":["name","id-card-number","id-card-image"],"purpose":"identity-verification","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"identity-{serial}","protection":"encrypted","necessity":"necessary","channel":"app"}`},
		{row: 3, kind: event.KindCollected, by: "identity-service", chance: 40, shops: "1688 taobao", data: `{"categories":["face"],"purpose":"identity-verification","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"identity-{serial}","protection":"encrypted","channel":"sdk","sdk":{"name":"face-verify","version":"3.2.1"}}`},
		{row: 3, kind: event.KindShared, by: "identity-service", of: "identity", chance: 30, data: `{"categories":["name","id-card-number"],"purpose":"identity-verification","recipient":"public-security-registry","relationship":"provision","legal_basis":"pipl-13-1-3","protection":"encrypted","channel":"api"}`},
		{row: 3, kind: event.KindCollected, by: "identity-service", is: "result", of: "identity", data: `{"categories":["authentication-result"],"purpose":"identity-verification","origin":"third-party","from":"alipay","legal_basis":"pipl-13-1-3","channel":"api","note":"支付宝实名认证结果"}`},
		{row: 3, kind: event.KindUsed, by: "identity-service", of: "result", data: `{"categories":["name","id-card-number","authentication-result"],"purpose":"identity-verification","legal_basis":"pipl-13-1-3","actor":"identity-checker"}`},
	}},
	{name: "become-seller", weight: 3, shops: "1688 taobao", steps: []step{
		{row: 23, kind: event.KindCollected, by: "seller-service", is: "application", data: `{"categories":["name","phone-number","platform-account","registration-time","last-login-time"],"purpose":"seller-onboarding","origin":"person","legal_basis":"pipl-13-1-2","channel":"web"}`},
		{row: 23, kind: event.KindShared, by: "seller-service", of: "application", data: `{"categories":["name","phone-number","platform-account","registration-time","last-login-time"],"purpose":"seller-onboarding","recipient":"{provider}","relationship":"entrustment","legal_basis":"pipl-13-1-2","contract_ref":"dpa-onboarding-2025","channel":"api"}`},
	}},
	{name: "seller-role", weight: 2, shops: "tmall", steps: []step{
		{row: 3, kind: event.KindCollected, by: "seller-service", is: "application", data: `{"categories":["name","id-card-number","id-card-image","platform-account","business-licence","store-information"],"purpose":"seller-onboarding","origin":"person","legal_basis":"pipl-13-1-2","necessity":"necessary","protection":"encrypted","channel":"web"}`},
		{row: 3, kind: event.KindDisclosed, by: "seller-service", of: "application", data: `{"categories":["business-licence","store-information"],"purpose":"legal-duty","audience":"public","disclosure_ground":"statutory-duty","legal_basis":"pipl-13-1-3"}`},
	}},
	// Alipay is a controller of its own, and its policy is registered nowhere.
	{name: "link-accounts", weight: 2, shops: "tmall 1688 taobao", steps: []step{
		{row: 50, kind: event.KindSubjectLinked, by: "member-service", data: `{"linked_subject":"{alias}","actor":"account-owner"}`},
		{row: 13, kind: event.KindCollected, by: "/alipay/wallet-service", who: theAlias, is: "bound", breaks: "policy-missing", data: `{"controller":"alipay","categories":["platform-account","payment-account"],"purpose":"payment","origin":"third-party","from":"{shop}","legal_basis":"pipl-13-1-2","channel":"api"}`},
		{row: 11, kind: event.KindShared, by: "/alipay/wallet-service", who: theAlias, of: "bound", breaks: "policy-missing", data: `{"controller":"alipay","categories":["bank-card","name","phone-number"],"purpose":"payment","recipient":"{bank}","relationship":"provision","legal_basis":"pipl-13-1-2","protection":"encrypted","channel":"api"}`},
		{row: 50, kind: event.KindSubjectUnlinked, by: "member-service", chance: 10, data: `{"linked_subject":"{alias}","actor":"account-owner"}`},
		{row: 37, kind: event.KindUsed, by: "member-service", data: `{"categories":["platform-account","payment-account"],"purpose":"account-management","legal_basis":"pipl-13-1-2","actor":"account-merger"}`},
	}},
}
