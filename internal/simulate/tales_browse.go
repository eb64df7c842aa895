package simulate

import "github.com/datacustody/custody/schemas/event"

// browseTales: what happens between orders.
var browseTales = []tale{
	{name: "browse", weight: 16, shops: "tmall 1688 taobao", steps: []step{
		{row: 34, kind: event.KindCollected, by: "web-gateway", chance: 40, shops: "tmall taobao", data: `{"categories":["cookie","ip-address","browser-type","access-time"],"purpose":"analytics","origin":"observed","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","channel":"web"}`},
		{row: 34, kind: event.KindCollected, by: "web-gateway", chance: 40, shops: "1688", data: `{"categories":["cookie","ip-address","browser-type","access-time"],"purpose":"analytics","origin":"observed","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"{consent}-additional","channel":"web"}`},
		{row: 6, kind: event.KindCollected, by: "search-service", is: "search", data: `{"categories":["search-query","browsing-history","access-time"],"purpose":"search","origin":"observed","legal_basis":"pipl-13-1-2","necessity":"necessary","channel":"app"}`},
		{row: 6, kind: event.KindCollected, by: "search-service", chance: 15, shops: "tmall taobao", data: `{"categories":["search-image","voice"],"purpose":"search","origin":"person","legal_basis":"pipl-13-1-2","necessity":"optional","channel":"app"}`},
		{row: 6, kind: event.KindCollected, by: "search-service", chance: 15, shops: "1688", data: `{"categories":["search-image"],"purpose":"search","origin":"person","legal_basis":"pipl-13-1-2","necessity":"optional","channel":"app"}`},
		{row: 6, kind: event.KindCollected, by: "footprint-service", data: `{"categories":["browsing-history","click-history","favourite","following"],"purpose":"browsing","origin":"observed","legal_basis":"pipl-13-1-2","channel":"app"}`},
		{row: 7, kind: event.KindUsed, by: "recommendation-service", of: "search", data: `{"categories":["browsing-history","search-query","preference"],"purpose":"recommendation","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","actor":"recommender"}`},
		{row: 19, kind: event.KindShared, by: "advertising-service", of: "search", chance: 60, data: `{"categories":["ad-exposure"],"purpose":"advertising","recipient":"{advertiser}","relationship":"entrustment","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","protection":"deidentified","necessity":"optional","channel":"api","contract_ref":"ads-2026"}`},
		{row: 21, kind: event.KindShared, by: "app-gateway", chance: 50, data: `{"categories":["oaid","android-id","service-usage","app-usage"],"purpose":"stability-analysis","recipient":"{analyst}","relationship":"entrustment","legal_basis":"pipl-13-1-2","channel":"sdk","sdk":{"name":"apm","version":"9.1.0"},"contract_ref":"apm-2026"}`},
		{row: 37, kind: event.KindUsed, by: "data-platform", data: `{"categories":["browsing-history","service-usage"],"purpose":"service-improvement","legal_basis":"pipl-13-1-2","protection":"deidentified","actor":"warehouse-job","record_ref":"job{serial}"}`},
	}},
	{name: "share-code", weight: 3, shops: "tmall 1688 taobao", steps: []step{
		{row: 33, kind: event.KindCollected, by: "share-service", data: `{"categories":["clipboard"],"purpose":"content-sharing","origin":"observed","legal_basis":"pipl-13-1-2","necessity":"optional","channel":"app","note":"recognised share code only"}`},
		{row: 6, kind: event.KindCollected, by: "footprint-service", data: `{"categories":["sharing-record"],"purpose":"content-sharing","origin":"observed","legal_basis":"pipl-13-1-2","channel":"app"}`},
	}},
	{name: "mini-program", weight: 4, shops: "tmall 1688 taobao", steps: []step{
		{row: 18, kind: event.KindCollected, by: "channel-service", is: "channel", data: `{"categories":["channel-record","access-time"],"purpose":"mini-program","origin":"observed","legal_basis":"pipl-13-1-2","channel":"app"}`},
		{row: 18, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"channel-{serial}","consent_form":"separate","purposes":["mini-program"],"categories":["channel-record","access-time"],"recipients":["{developer}"]}`},
		{row: 18, kind: event.KindShared, by: "channel-service", of: "channel", data: `{"categories":["channel-record","access-time"],"purpose":"mini-program","recipient":"{developer}","relationship":"provision","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"channel-{serial}","channel":"api","protection":"tokenised"}`},
	}},
	{name: "permissions", weight: 4, shops: "tmall 1688 aliexpress taobao", steps: []step{
		{row: 35, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"permission-{serial}","consent_form":"separate","purposes":["device-permission","search"],"categories":["location","photo-album","voice","permission-state"]}`},
		{row: 35, kind: event.KindCollected, by: "app-gateway", data: `{"categories":["location","permission-state"],"purpose":"device-permission","origin":"observed","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"permission-{serial}","channel":"app"}`},
		{row: 35, kind: event.KindConsentWithdrawn, by: "consent-service", data: `{"consent_id":"permission-{serial}","purposes":["device-permission"],"categories":["location"]}`},
	}},
	{name: "opt-out", weight: 3, shops: "tmall 1688 aliexpress taobao", steps: []step{
		{row: 7, kind: event.KindConsentWithdrawn, by: "consent-service", is: "opt-out", data: `{"consent_id":"{consent}","purposes":["recommendation","advertising"]}`},
		{row: 45, kind: event.KindUsed, by: "recommendation-service", of: "opt-out", data: `{"categories":["preference"],"purpose":"rights-request","legal_basis":"pipl-13-1-3","actor":"preference-purge"}`},
	}},
	{name: "training", weight: 2, shops: "tmall 1688 taobao", steps: []step{
		{row: 27, kind: event.KindUsed, by: "model-platform", data: `{"categories":["communication-record","browsing-history"],"purpose":"model-training","legal_basis":"pipl-13-1-2","protection":"deidentified","actor":"chatbot-training"}`},
	}},
}
