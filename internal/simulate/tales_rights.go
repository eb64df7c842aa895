package simulate

import "github.com/datacustody/custody/schemas/event"

// rightsTales: what people ask for, and what becomes of it.
var rightsTales = []tale{
	{name: "erasure", steps: []step{
		{row: 42, kind: event.KindErasureRequested, by: "privacy-desk", is: "request", data: `{"request_id":"erasure-{serial}","ground":"account-closure","scope":"all","deadline":"{deadline}","actor":"account-owner"}`},
	}, each: []step{
		{row: 39, kind: event.KindErasureNotified, by: "privacy-desk", is: "notice", of: "request", data: `{"request_id":"erasure-{serial}","recipient":"{party}","notice_channel":"webhook","attempt":1,"delivery":"sent"}`},
		{row: 39, kind: event.KindErasureNotified, by: "privacy-desk", of: "request", chance: 10, data: `{"request_id":"erasure-{serial}","recipient":"{party}","notice_channel":"file","attempt":2,"delivery":"failed"}`},
		{row: 39, kind: event.KindErasureAcknowledged, by: "privacy-desk", of: "notice", chance: 92, data: `{"request_id":"erasure-{serial}","recipient":"{party}","evidence":{"uri":"https://notices.example/receipts/{serial}"}}`},
		{row: 41, kind: event.KindErasureRestricted, by: "privacy-desk", of: "notice", chance: 15, data: `{"request_id":"erasure-{serial}","recipient":"{party}","exemption":"statutory-retention","until":"{keep}","categories":["order","transaction-record"]}`},
		{row: 44, kind: event.KindErasureRefused, by: "privacy-desk", of: "notice", chance: 4, data: `{"request_id":"erasure-{serial}","recipient":"{party}","refusal":"own-authorisation","evidence":{"uri":"https://notices.example/answers/{serial}"}}`},
		{row: 39, kind: event.KindErasureExecuted, by: "privacy-desk", of: "notice", chance: 80, data: `{"request_id":"erasure-{serial}","recipient":"{party}","method":"delete"}`},
		{row: 39, kind: event.KindErasureVerified, by: "privacy-desk", of: "notice", chance: 25, data: `{"request_id":"erasure-{serial}","recipient":"{party}","evidence":{"uri":"https://notices.example/proofs/{serial}","sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}`},
	}, last: []step{
		{row: 40, kind: event.KindErasureRestricted, by: "privacy-desk", of: "request", chance: 40, shops: "1688 aliexpress", data: `{"request_id":"erasure-{serial}","exemption":"backup","categories":["order","service-log"]}`},
		{row: 42, kind: event.KindErasureExecuted, by: "privacy-desk", of: "request", shops: "1688 aliexpress", data: `{"request_id":"erasure-{serial}","method":"anonymise"}`},
		{row: 42, kind: event.KindErasureExecuted, by: "privacy-desk", of: "request", shops: "tmall taobao alibaba-com", data: `{"request_id":"erasure-{serial}","method":"delete"}`},
	}},
	{name: "part-erasure", weight: 1, steps: []step{
		{row: 39, kind: event.KindErasureRequested, by: "privacy-desk", is: "request", data: `{"request_id":"part-{serial}","ground":"pipl-47-1-3","scope":"categories","categories":["browsing-history","search-query"],"deadline":"{deadline}"}`},
		{row: 39, kind: event.KindErasureExecuted, by: "privacy-desk", of: "request", data: `{"request_id":"part-{serial}","method":"erase","categories":["browsing-history","search-query"]}`},
	}},
	{name: "erasure-at-one", weight: 1, steps: []step{
		{row: 44, kind: event.KindErasureRequested, by: "privacy-desk", is: "request", data: `{"request_id":"one-{serial}","ground":"consent-withdrawn","scope":"recipients","recipients":["{advertiser}"]}`},
		{row: 44, kind: event.KindErasureRefused, by: "privacy-desk", of: "request", data: `{"request_id":"one-{serial}","refusal":"identity-not-verified"}`},
	}},
}
