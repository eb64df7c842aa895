package simulate

import "github.com/datacustody/custody/schemas/event"

// publicTales: what everybody may see.
var publicTales = []tale{
	{name: "live-room", weight: 4, shops: "tmall taobao 1688 aliexpress", steps: []step{
		{row: 31, kind: event.KindCollected, by: "live-service", is: "live", data: `{"categories":["live-interaction","comment","ranking"],"purpose":"live-interaction","origin":"person","legal_basis":"pipl-13-1-1","channel":"app"}`},
		{row: 31, kind: event.KindDisclosed, by: "live-service", of: "live", data: `{"categories":["nickname","comment","ranking"],"purpose":"live-interaction","audience":"members","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1","consent_form":"separate"}`},
	}},
	{name: "personal-page", weight: 3, shops: "tmall taobao 1688", steps: []step{
		{row: 31, kind: event.KindDisclosed, by: "profile-service", data: `{"categories":["nickname","avatar","favourite","question"],"purpose":"content-publication","audience":"public","disclosure_ground":"own-choice","legal_basis":"pipl-13-1-1"}`},
	}},
	{name: "violation", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 32, kind: event.KindUsed, by: "rules-office", is: "ruling", data: `{"categories":["violation-record"],"purpose":"legal-duty","legal_basis":"pipl-13-1-3","actor":"rules-board"}`},
		{row: 32, kind: event.KindDisclosed, by: "rules-office", of: "ruling", data: `{"categories":["member-name","violation-record","enforcement-measure"],"purpose":"violation-publicity","audience":"public","disclosure_ground":"violation","legal_basis":"pipl-13-1-3"}`},
	}},
}
