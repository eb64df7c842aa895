package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// A Judging is what history is judged by beside the log: what the catalogue of
// policies says. It must not change without its digest.
type Judging struct {
	Superseded map[string]time.Time // since when a policy, as a consent names it as its notice, has been changed materially
	Zones      map[string]string    // time zone of a controller's policies; UTC where none is named
	Days       map[string]int       // within how many a controller's policies promise to answer; 15 where none is named
	Rules      map[string]RuleFacts // of every rule that an event or its history may break
	Digest     string
}

// A Judge finds what history says of events, set-wise, in ClickHouse.
type Judge struct {
	db *DB
	by Judging
}

// Judge returns a judge who judges by j.
func (db *DB) Judge(j Judging) *Judge { return &Judge{db, j} }

// Catalogue names what the judge judges by.
func (j *Judge) Catalogue() string { return j.by.Digest }

// Whole is how far each partition is logged that lacks no row.
func (j *Judge) Whole(ctx context.Context) (map[ledger.Partition]int64, error) {
	ends, err := j.db.Ends(ctx)
	whole := make(map[ledger.Partition]int64, len(ends))
	for _, e := range ends {
		if !e.Hole {
			whole[e.Partition] = e.Next
		}
	}
	return whole, err
}

// RuleFacts is what a finding says of its rule.
type RuleFacts struct{ Severity, Article string }

// Of grants, g, and categories, k, of the flow whose columns are named bare. A
// consent holds from its moment on; a withdrawal takes effect after its own, so
// what happened at that very moment was still allowed.
const (
	forPurpose   = `has(g.purposes, purpose)`
	forRecipient = `(recipient = '' OR empty(g.recipients) OR has(g.recipients, recipient))`
	forCountry   = `(country = '' OR empty(g.countries) OR has(g.countries, country))`
	covers       = `(` + forPurpose + ` AND ` + forRecipient + ` AND ` + forCountry + ` AND (empty(g.categories) OR has(g.categories, k)))`
	withdraws    = `(w.controller = controller AND w.at >= g.at AND w.at < time AND (w.consent = '' OR w.consent = g.consent)
		AND (empty(w.purposes) OR has(w.purposes, purpose)) AND (empty(w.categories) OR has(w.categories, k))
		AND (empty(w.recipients) OR has(w.recipients, recipient)))`
	valid = `(` + covers + ` AND day <= g.until)`
	live  = `(` + valid + ` AND NOT arrayExists(w -> ` + withdraws + `, withdrawals))`
)

// Of requests, r. What the person gives anew after a request is not what was to
// be erased; what is observed anew is not either, unless all was to be.
const (
	wasRefused = `arrayExists(x -> x.request = r.request AND x.recipient IN ('', recipient), refusals)`
	anew       = `arrayExists(c -> c.controller = controller AND c.at > r.at AND c.at <= time AND has(c.categories, k)
		AND (c.origin = 'person' OR c.origin = 'observed' AND r.scope IN ('categories', 'recipients')), collections)`
	reaches = `(r.controller = controller AND r.at < time AND (empty(r.categories) OR has(r.categories, k))
		AND (empty(r.recipients) OR has(r.recipients, recipient)) AND NOT ` + wasRefused + ` AND NOT ` + anew + `)`
)

// stated is until when data of the kind k may be kept by what was said when it was collected.
const stated = `arrayMap(c -> c.keep, arrayFilter(c -> c.controller = controller AND c.at <= time AND has(c.categories, k), collections))`

// verdicts are, for one flow, what its history says: (rule, field, because).
const verdicts = `arrayFilter(v -> v.1 != '', [
	multiIf(NOT relies, nothing,
		empty(given), ('consent-missing', if(consent = '', 'data.legal_basis', 'data.consent_id'), ''),
		arrayAll(k -> arrayExists(g -> ` + live + `, given), categories), nothing,
		arrayAll(k -> arrayExists(g -> ` + valid + `, given), categories), ('consent-withdrawn', '', arrayMin(
			arrayMap(w -> (w.at, w.ref), arrayFilter(w -> arrayExists(k -> arrayExists(g -> ` + valid + ` AND ` + withdraws + `, given), categories), withdrawals))).2),
		('consent-not-covering', multiIf(
			NOT arrayExists(g -> ` + forPurpose + `, given), 'data.purpose',
			NOT arrayExists(g -> ` + forPurpose + ` AND ` + forRecipient + `, given), 'data.recipient',
			NOT arrayExists(g -> ` + forPurpose + ` AND ` + forRecipient + ` AND ` + forCountry + `, given), 'data.country',
			NOT arrayAll(k -> arrayExists(g -> ` + covers + `, given), categories), 'data.categories',
			'time'), '')),
	if(relies AND arrayAll(k -> arrayExists(g -> ` + live + `, given), categories)
			AND arrayExists(k -> NOT arrayExists(g -> ` + live + ` AND g.superseded > time, given), categories),
		('notice-superseded', '', arrayMin(arrayMap(g -> g.notice, arrayFilter(g -> g.superseded <= time AND arrayExists(k -> ` + live + `, categories), given)))), nothing),
	if(arrayExists(k -> arrayExists(r -> ` + reaches + `, requests), categories),
		('resurrected', '', arrayMin(arrayMap(r -> (r.at, r.ref), arrayFilter(r -> arrayExists(k -> ` + reaches + `, categories), requests))).2), nothing),
	if(keep < day OR arrayExists(k -> notEmpty(` + stated + `) AND arrayMax(` + stated + `) < day, categories),
		('retention-exceeded', '', toString(if(keep < day, keep, arrayMin(arrayMap(k -> if(empty(` + stated + `), keep, arrayMax(` + stated + `)), categories))))), nothing)
])`

// flowTypes and historyTypes are the events that are judged, and those by which.
const (
	flowTypes = `'org.datacustody.data.collected.v1', 'org.datacustody.data.used.v1', 'org.datacustody.data.shared.v1',
		'org.datacustody.data.transferred-abroad.v1', 'org.datacustody.data.disclosed.v1'`
	historyTypes = `'org.datacustody.data.collected.v1', 'org.datacustody.consent.granted.v1', 'org.datacustody.consent.withdrawn.v1',
		'org.datacustody.erasure.requested.v1', 'org.datacustody.erasure.refused.v1'`
	caseTypes = `'org.datacustody.erasure.requested.v1', 'org.datacustody.erasure.refused.v1'`
	linkTypes = `'org.datacustody.subject.linked.v1', 'org.datacustody.subject.unlinked.v1'`
)

// The shapes of what history is kept in while it is judged by.
const (
	grantType      = `Tuple(at DateTime64(9, 'UTC'), controller String, consent String, purposes Array(String), categories Array(String), recipients Array(String), countries Array(String), until Date32, notice String, superseded DateTime64(9, 'UTC'))`
	withdrawalType = `Tuple(at DateTime64(9, 'UTC'), controller String, consent String, purposes Array(String), categories Array(String), recipients Array(String), ref String)`
	requestType    = `Tuple(at DateTime64(9, 'UTC'), controller String, scope String, categories Array(String), recipients Array(String), request String, ref String)`
	refusalType    = `Tuple(request String, recipient String)`
	collectionType = `Tuple(at DateTime64(9, 'UTC'), controller String, origin String, categories Array(String), keep Date32)`

	forEver = `toDate32('2299-12-31')`
	ref     = `concat(source, ' ', id)`
)

// ofPeople keeps a question to the persons in the table people that comes with it.
const ofPeople = `outcome = 'accepted' AND (subject_namespace, subject) IN (SELECT namespace, subject FROM people)`

// findingID is the id of a finding, by its rule and its event's source and id.
const (
	framed    = `s -> concat(if(length(s) < 128, char(length(s)), char(modulo(length(s), 128) + 128, intDiv(length(s), 128))), s) AS framed`
	findingID = `lower(hex(substring(SHA256(concat(framed(toString(rule)), framed(toString(source)), framed(toString(id)))), 1, 16)))`
)

// gathered is a list of tuples of the type, one of each event of the kind.
func gathered(kind, typ, values string) string {
	return "groupArrayIf(CAST(tuple(" + values + "), '" + strings.ReplaceAll(typ, "'", `\'`) + "'), type = 'org.datacustody." + kind + ".v1')"
}

// of a case of erasure: the requests, and who refused them.
func cases() string {
	return gathered("erasure.requested", requestType, "time, controller, scope, categories, recipients, request_id, "+ref) + " AS requests, " +
		gathered("erasure.refused", refusalType, "request_id, recipient") + " AS refusals"
}

// days is the expression of the day of a flow, in the time zone of its controller's policies.
func (j Judging) days() (sql string, args []any) { return j.inZone("toDate32(toTimeZone(time, ?))") }

// inZone is an expression with the time zone of the controller's policies in its place.
func (j Judging) inZone(expression string) (sql string, args []any) {
	byZone := map[string][]string{}
	for controller, zone := range j.Zones {
		byZone[zone] = append(byZone[zone], controller)
	}
	var b strings.Builder
	b.WriteString("multiIf(")
	for _, zone := range slices.Sorted(maps.Keys(byZone)) {
		b.WriteString("controller IN ?, " + expression + ", ")
		args = append(args, byZone[zone], zone)
	}
	utc := strings.ReplaceAll(expression, "?", "'UTC'")
	b.WriteString("0, " + utc + ", " + utc + ")")
	return b.String(), args
}

// superseded is the expression since when the notice of a consent is.
func (j Judging) superseded() (sql string, args []any) {
	var notices []string
	var since []int64
	for _, n := range slices.Sorted(maps.Keys(j.Superseded)) {
		notices, since = append(notices, n), append(since, j.Superseded[n].UnixNano())
	}
	// transform takes no empty list
	notices, since = append(notices, ""), append(since, never.UnixNano())
	return "fromUnixTimestamp64Nano(transform(toString(notice), CAST(? AS Array(String)), CAST(? AS Array(Int64)), toInt64(" + fmt.Sprint(never.UnixNano()) + ")), 'UTC')", []any{notices, since}
}

// never is later than what any event may say.
var never = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
