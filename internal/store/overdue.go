package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
)

// OverdueRule is the rule that a party answers a request to erase in time.
const OverdueRule = "overdue"

// The clock is the log's: a deadline is over when something was recorded after it.
// Whoever was asked for a category by then, and has answered for it neither by name
// nor for all, is found: at the first notice, which says by its source and id who
// was told in which case. What an answer says that came later changes nothing.
const overdueQuery = `WITH ` + framed + `, (SELECT max(recorded_at) FROM custody.log WHERE %[1]s) AS horizon,
requests AS (
	SELECT controller, request, argMin(` + ref + `, (recorded_at, source, id)) AS because, argMin(ifNull(deadline, %[2]s), (recorded_at, source, id)) AS due
	FROM (
		SELECT *, if(request_id = '', id, request_id) AS request,
			1 + transform(toString(controller), CAST(? AS Array(String)), CAST(? AS Array(Int64)), toInt64(%[3]d)) AS days
		FROM custody.log WHERE outcome = 'accepted' AND type = 'org.datacustody.erasure.requested.v1' AND %[1]s)
	GROUP BY controller, request HAVING due < horizon),
acts AS (
	SELECT l.* EXCEPT (policy), '` + OverdueRule + `' AS rule, '' AS field, r.because AS because, '' AS policy,
		if(l.recipient = '', l.holder, l.recipient) AS party, l.type = 'org.datacustody.erasure.notified.v1' AS asks
	FROM (SELECT * FROM custody.log WHERE outcome = 'accepted' AND type IN (` + askTypes + `) AND %[1]s) AS l
	INNER JOIN requests AS r ON r.controller = l.controller AND r.request = l.request_id
	WHERE l.time <= r.due)
SELECT finding, countIf(now) > 0 AS stands, if(stands, minIf(said, now), minIf(said, NOT now)) AS detail FROM (
	SELECT ` + findingID + ` AS finding, true AS now, said FROM (
		SELECT said, said.1 AS rule, said.5 AS source, said.6 AS id FROM (
			SELECT argMinIf(` + details + `, (time, source, id), asks) AS said FROM acts GROUP BY controller, request_id, party
			HAVING countIf(NOT asks AND empty(categories)) = 0
				AND NOT hasAll(groupUniqArrayArrayIf(categories, NOT asks), groupUniqArrayArrayIf(categories, asks))))
	UNION ALL
	SELECT finding, false AS now, argMax(` + details + `, recorded_at) AS said FROM custody.findings
	WHERE rule = '` + OverdueRule + `' GROUP BY finding HAVING argMax(stands, recorded_at))
GROUP BY finding
HAVING stands != (countIf(NOT now) > 0) OR minIf(said, now) != minIf(said, NOT now)
ORDER BY finding`

// askTypes are the events that ask a party, and those that answer.
const askTypes = `'org.datacustody.erasure.notified.v1', 'org.datacustody.erasure.executed.v1',
	'org.datacustody.erasure.restricted.v1', 'org.datacustody.erasure.refused.v1'`

// Overdue gives what the findings of parties that have not answered in time change
// to, in the part of the log that k is.
func (j *Judge) Overdue(ctx context.Context, k ledger.Known) ([]ledger.Finding, error) {
	known, bounds := isKnown(k)
	due, zones := j.by.inZone("toDateTime64(toTimeZone(addDays(toStartOfDay(toTimeZone(time, ?)), days), 'UTC'), 9, 'UTC')")
	names, days := []string{""}, []int64{defaultDays} // transform takes no empty list
	for controller, n := range j.by.Days {
		names, days = append(names, controller), append(days, int64(n))
	}
	found, err := j.findings(ctx, fmt.Sprintf(overdueQuery, known, due, defaultDays), slices.Concat(bounds, zones, []any{names, days}, bounds, bounds)...)
	if err != nil {
		return nil, fmt.Errorf("look for answers that are overdue: %w", err)
	}
	return found, nil
}

// defaultDays is within how many days a request is answered where no policy says.
const defaultDays = 15
