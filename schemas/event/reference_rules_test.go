package event_test

import "strings"

// refShapes says what each member of data is: a shape and, after a colon, the
// closed list or the greatest length. Written from the contract, not from the
// table of the package.
var refShapes = map[string]string{
	"controller": "party", "holder": "party", "recipient": "party", "from": "party",
	"recipients": "parties:256", "countries": "countries:64", "country": "country",
	"categories": "terms:category", "purposes": "terms:purpose",
	"purpose": "term:purpose", "relationship": "term:relationship", "legal_basis": "term:legal-basis",
	"consent_form": "term:consent-form", "protection": "term:protection", "necessity": "term:necessity",
	"channel": "term:channel", "origin": "term:origin", "mechanism": "term:mechanism", "audience": "term:audience",
	"disclosure_ground": "term:disclosure-ground", "ground": "term:ground", "scope": "term:scope",
	"notice_channel": "term:notice-channel", "delivery": "term:delivery", "method": "term:method",
	"exemption": "term:exemption", "refusal": "term:refusal", "state": "term:state", "action": "term:action",
	"consent_id": "text:256", "contract_ref": "text:256", "recipient_ref": "text:256", "approval_ref": "text:256",
	"notice": "text:256", "request_id": "text:256", "actor": "text:256", "record_ref": "text:256", "finding": "text:256",
	"note": "chars:200", "detail": "chars:200",
	"retention_until": "date", "expires": "date", "until": "date", "deadline": "datetime",
	"attempt": "attempt", "minor": "bool", "linked_subject": "subject",
	"sdk": "object:name! version", "evidence": "object:uri! sha256", "parents": "parents",
	"sdk.name": "text:256", "sdk.version": "text:256", "evidence.uri": "text:2048", "evidence.sha256": "sha256",
}

const (
	refCommon = " holder note record_ref parents minor actor"
	refFlow   = " categories! purpose! legal_basis consent_form consent_id protection necessity channel sdk contract_ref retention_until"
	refShare  = refFlow + " recipient! relationship! recipient_ref"
)

// A refKind is the members of a kind's data; "!" marks those that must be there.
type refKind struct {
	subject string // "yes", "no", "scope" (not with scope controller), "either"
	members string
}

var refKinds = map[string]refKind{
	"data.collected":          {"yes", "controller!" + refFlow + " origin! from"},
	"data.used":               {"yes", "controller!" + refFlow},
	"data.shared":             {"yes", "controller! country" + refShare},
	"data.transferred-abroad": {"yes", "controller! country! mechanism approval_ref" + refShare},
	"data.disclosed":          {"yes", "controller! audience! disclosure_ground" + refFlow},
	"consent.granted":         {"yes", "controller! consent_id! consent_form! purposes! categories recipients countries notice expires"},
	"consent.withdrawn":       {"yes", "controller! consent_id purposes categories recipients"},
	"erasure.requested":       {"scope", "controller! request_id ground! scope! categories recipients deadline"},
	"erasure.notified":        {"either", "controller! request_id! recipient! notice_channel! attempt! delivery! categories"},
	"erasure.acknowledged":    {"either", "controller! request_id! recipient! evidence"},
	"erasure.executed":        {"either", "controller! request_id! recipient method! categories evidence"},
	"erasure.restricted":      {"either", "controller! request_id! recipient exemption! until categories evidence"},
	"erasure.refused":         {"either", "controller! request_id! recipient refusal! evidence"},
	"erasure.verified":        {"either", "controller! request_id! recipient evidence!"},
	"subject.linked":          {"yes", "controller! linked_subject!"},
	"subject.unlinked":        {"yes", "controller! linked_subject!"},
	"finding.marked":          {"no", "controller! finding! state! actor! note!"},
	"operation.logged":        {"no", "controller action! actor! detail"},
	"access.logged":           {"yes", "controller! actor! action! purpose"},
}

// refMembers is a kind's members and whether each is required.
func refMembers(kind string) map[string]bool {
	all := map[string]bool{}
	for _, m := range strings.Fields(refKinds[kind].members + refCommon) {
		name, required := strings.CutSuffix(m, "!")
		all[name] = all[name] || required
	}
	return all
}

// refShape is the shape of a member in a kind.
func refShape(kind, member string) (shape, of string) {
	s := refShapes[member]
	if kind == "operation.logged" && member == "action" {
		s = "term:operation-action"
	}
	shape, of, _ = strings.Cut(s, ":")
	return shape, of
}
