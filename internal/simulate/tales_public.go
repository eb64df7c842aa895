package simulate

import "github.com/datacustody/custody/schemas/event"

// publicTales: what everybody may see.
var publicTales = []tale{
	{name: "review", weight: 9, shops: "tmall 1688 taobao", steps: []step{
		{row: 31, kind: event.KindCollected, by: "review-service", is: "review", data: `{"categories":["review","comment"],"purpose":"content-publication","origin":"person","legal_basis":"pipl-13-1-2","necessity":"optional","channel":"app"}`},
		{row: 31, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"review-{serial}","consent_form":"separate","purposes":["content-publication"],"categories":["review","nickname","avatar"]}`},
		{row: 31, kind: event.KindDisclosed, by: "review-service", of: "review", data: `{"categories":["review","nickname","avatar"],"purpose":"content-publication","audience":"public","disclosure_ground":"separate-consent","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"review-{serial}","necessity":"optional"}`},
	}},
	{name: "live-room", weight: 4, shops: "tmall 1688 taobao", steps: []step{
		{row: 31, kind: event.KindCollected, by: "live-service", is: "live", data: `{"categories":["live-interaction","comment","ranking"],"purpose":"live-interaction","origin":"person","legal_basis":"pipl-13-1-2","channel":"app"}`},
		{row: 31, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"live-{serial}","consent_form":"separate","purposes":["live-interaction"],"categories":["nickname","comment","ranking"]}`},
		{row: 31, kind: event.KindDisclosed, by: "live-service", of: "live", data: `{"categories":["nickname","comment","ranking"],"purpose":"live-interaction","audience":"members","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"live-{serial}"}`},
	}},
	{name: "live-selling", weight: 3, shops: "aliexpress", steps: []step{
		{row: 31, kind: event.KindCollected, by: "live-service", is: "live", data: `{"categories":["live-interaction","comment","store-information"],"purpose":"live-interaction","origin":"person","legal_basis":"pipl-13-1-2","channel":"app"}`},
		{row: 31, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"live-{serial}","consent_form":"separate","purposes":["live-interaction"],"categories":["comment","store-information"]}`},
		{row: 31, kind: event.KindDisclosed, by: "live-service", of: "live", data: `{"categories":["comment","store-information"],"purpose":"live-interaction","audience":"public","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"live-{serial}"}`},
	}},
	{name: "personal-page", weight: 3, shops: "tmall 1688 taobao", steps: []step{
		{row: 31, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"page-{serial}","consent_form":"separate","purposes":["content-publication"]}`},
		{row: 31, kind: event.KindDisclosed, by: "profile-service", shops: "tmall taobao", data: `{"categories":["nickname","avatar","favourite"],"purpose":"content-publication","audience":"public","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"page-{serial}"}`},
		{row: 31, kind: event.KindDisclosed, by: "profile-service", shops: "1688", data: `{"categories":["nickname","avatar","question"],"purpose":"content-publication","audience":"public","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"page-{serial}"}`},
	}},
	{name: "violation", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 32, kind: event.KindUsed, by: "rules-office", is: "ruling", data: `{"categories":["violation-record"],"purpose":"legal-duty","legal_basis":"pipl-13-1-3","actor":"rules-board"}`},
		{row: 32, kind: event.KindDisclosed, by: "rules-office", of: "ruling", data: `{"categories":["member-name","violation-record","enforcement-measure"],"purpose":"violation-publicity","audience":"public","disclosure_ground":"violation","legal_basis":"pipl-13-1-3"}`},
	}},
}
