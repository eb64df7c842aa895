package simulate

import "github.com/datacustody/custody/schemas/event"

// officeTales: what happens behind the counter.
var officeTales = []tale{
	{name: "look-up", weight: 2, steps: []step{
		{row: 47, kind: event.KindAccessLogged, by: "/custody", data: `{"actor":"auditor-07","action":"recipients","purpose":"supervision"}`},
	}},
	{name: "report", weight: 1, steps: []step{
		{row: 48, kind: event.KindAccessLogged, by: "/custody", data: `{"actor":"dpo-office","action":"report","purpose":"legal-duty"}`},
	}},
	{name: "finding", weight: 1, steps: []step{
		{row: 37, kind: event.KindFindingMarked, by: "/custody", who: nobody, data: `{"finding":"finding-{serial}","state":"false-positive","actor":"dpo-office","note":"declared in the policy since April"}`},
	}},
	{name: "operation", weight: 1, steps: []step{
		{row: 37, kind: event.KindOperationLogged, by: "/custody", who: nobody, data: `{"action":"replay","actor":"operator-2","detail":"dead letters of one service after its fix"}`},
	}},
	{name: "cessation", weight: 1, once: true, shops: "tmall 1688", steps: []step{
		{row: 43, kind: event.KindErasureRequested, by: "privacy-desk", who: nobody, is: "request", data: `{"request_id":"cessation-{serial}","ground":"cessation","scope":"controller","categories":["live-interaction"]}`},
		{row: 43, kind: event.KindErasureNotified, by: "privacy-desk", who: nobody, of: "request", data: `{"request_id":"cessation-{serial}","recipient":"{provider}","notice_channel":"email","attempt":1,"delivery":"sent"}`},
	}},
}
