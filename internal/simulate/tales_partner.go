package simulate

import "github.com/datacustody/custody/schemas/event"

// partnerTales: who else gets data, and why.
var partnerTales = []tale{
	{name: "customer-service", weight: 7, shops: "tmall 1688 aliexpress taobao", steps: []step{
		{row: 28, kind: event.KindCollected, by: "service-desk", is: "call", data: `{"categories":["communication-record","call-record"],"purpose":"customer-service","origin":"person","legal_basis":"pipl-13-1-2","channel":"phone","record_ref":"case{serial}"}`},
		{row: 28, kind: event.KindUsed, by: "service-desk", of: "call", data: `{"categories":["communication-record","order","platform-account"],"purpose":"dispute-resolution","legal_basis":"pipl-13-1-2","actor":"service-agent","record_ref":"case{serial}"}`},
		{row: 22, kind: event.KindShared, by: "service-desk", of: "call", chance: 60, data: `{"categories":["communication-record","order"],"purpose":"customer-service","recipient":"service-center-chengdu","relationship":"entrustment","legal_basis":"pipl-13-1-2","channel":"api","contract_ref":"dpa-service-2026"}`},
		{row: 28, kind: event.KindCollected, by: "service-desk", data: `{"categories":["survey-answer"],"purpose":"user-research","origin":"person","legal_basis":"pipl-13-1-1","consent_form":"general","consent_id":"{consent}","necessity":"optional","channel":"message"}`},
	}},
	{name: "enquiry", weight: 20, shops: "alibaba-com", steps: []step{
		{row: 28, kind: event.KindCollected, by: "service-desk", is: "call", data: `{"categories":["communication-record","call-record"],"purpose":"customer-service","origin":"person","legal_basis":"pipl-13-1-2","channel":"phone","record_ref":"case{serial}"}`},
		{row: 28, kind: event.KindUsed, by: "service-desk", of: "call", data: `{"categories":["communication-record","platform-account"],"purpose":"customer-service","legal_basis":"pipl-13-1-2","actor":"service-agent","record_ref":"case{serial}"}`},
	}},
	{name: "infrastructure", weight: 2, shops: "tmall 1688 aliexpress taobao", steps: []step{
		{row: 22, kind: event.KindShared, by: "storage-gateway", data: `{"categories":["service-log","order"],"purpose":"infrastructure","recipient":"aliyun","relationship":"entrustment","legal_basis":"pipl-13-1-2","protection":"encrypted","channel":"api","contract_ref":"dpa-cloud-2026"}`},
	}},
	{name: "affiliates", weight: 2, shops: "1688 aliexpress", steps: []step{
		{row: 24, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"affiliate-{serial}","consent_form":"separate","purposes":["fraud-prevention"],"recipients":["ele-me"]}`},
		{row: 24, kind: event.KindShared, by: "risk-service", data: `{"categories":["risk-score","platform-account"],"purpose":"fraud-prevention","recipient":"ele-me","relationship":"provision","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"affiliate-{serial}","channel":"api"}`},
	}},
	{name: "joint-event", weight: 2, shops: "tmall 1688", steps: []step{
		{row: 25, kind: event.KindConsentGranted, by: "consent-service", data: `{"consent_id":"event-{serial}","consent_form":"separate","purposes":["joint-event"],"recipients":["fliggy"],"categories":["nickname","event-participation"]}`},
		{row: 25, kind: event.KindShared, by: "campaign-service", data: `{"categories":["nickname","event-participation"],"purpose":"joint-event","recipient":"fliggy","relationship":"joint-processing","legal_basis":"pipl-13-1-1","consent_form":"separate","consent_id":"event-{serial}","channel":"api","contract_ref":"joint-2026"}`},
	}},
	{name: "research", weight: 1, shops: "1688", steps: []step{
		{row: 26, kind: event.KindShared, by: "research-office", data: `{"categories":["order","browsing-history"],"purpose":"research","recipient":"zhejiang-university","relationship":"provision","protection":"anonymised","legal_basis":"pipl-13-1-2","channel":"file","contract_ref":"research-7"}`},
	}},
	{name: "authority", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 29, kind: event.KindShared, by: "legal-office", data: `{"categories":["name","order","payment-record"],"purpose":"legal-duty","recipient":"market-regulator","relationship":"provision","legal_basis":"pipl-13-1-3","channel":"file","record_ref":"letter{serial}"}`},
	}},
	{name: "succession", weight: 1, shops: "tmall 1688 aliexpress", steps: []step{
		{row: 30, kind: event.KindShared, by: "legal-office", data: `{"categories":["platform-account","order"],"purpose":"business-succession","recipient":"successor-platform","relationship":"succession","legal_basis":"pipl-13-1-2","channel":"file"}`},
	}},
}
