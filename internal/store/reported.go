package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
)

// GapRule is the rule that the numbers of a source's events have no gap.
const GapRule = "source-gap"

// What the writer of the log found in new rows, but for what is stored already.
const reportedQuery = `WITH ` + framed + `
SELECT finding, true AS stands, min(said) AS detail FROM (
	SELECT ` + findingID + ` AS finding, ` + details + ` AS said FROM (
		SELECT arrayJoin(findings) AS rule, '' AS field, '' AS because, policy, source, id, type, time, subject_namespace, subject, controller, holder, recipient,
			kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset
		FROM custody.log WHERE outcome = 'accepted' AND notEmpty(findings) AND %[1]s))
WHERE finding NOT IN (
	SELECT finding FROM custody.findings WHERE (subject_namespace, subject) IN (
		SELECT subject_namespace, subject FROM custody.log WHERE outcome = 'accepted' AND notEmpty(findings) AND %[1]s))
GROUP BY finding ORDER BY finding`

// Reported gives what the writer of the log found in the rows that k knows and
// that are not below from, which is not nil.
func (j *Judge) Reported(ctx context.Context, k ledger.Known, from map[ledger.Partition]int64) ([]ledger.Finding, error) {
	fresh, news := isNew(k, from)
	found, err := j.findings(ctx, fmt.Sprintf(reportedQuery, fresh), slices.Concat(news, news)...)
	if err != nil {
		return nil, fmt.Errorf("read the findings of new rows: %w", err)
	}
	return found, nil
}

// The numbers of a source are looked at in buckets: a full one is one interval, of
// one that lacks numbers each number is. A gap lies between two intervals. What is
// below numbers of the last minute only may still be on its way in another partition.
const gapsQuery = `WITH ` + framed + `, (SELECT max(recorded_at) FROM custody.log WHERE %[1]s) AS horizon,
numbered AS (
	SELECT source, assumeNotNull(toUInt64OrNull(extensions['sequence'])) AS n, recorded_at, time
	FROM custody.log WHERE outcome = 'accepted' AND toUInt64OrNull(extensions['sequence']) IS NOT NULL
		AND source IN (SELECT source FROM custody.sources WHERE missing > 0) AND %[1]s),
full AS (
	SELECT source, intDiv(n, 65536) AS bucket, min(n) AS low, max(n) AS high, min(recorded_at) AS seen, argMin(time, (n, time)) AS at
	FROM numbered GROUP BY source, bucket HAVING groupBitmap(toUInt32(n %% 65536)) = high - low + 1)
SELECT finding, countIf(now) > 0 AS stands, if(stands, minIf(said, now), minIf(said, NOT now)) AS detail FROM (
	SELECT lower(hex(substring(SHA256(concat(framed(rule), framed(source), framed(toString(previous + 1)))), 1, 16))) AS finding, true AS now, ` + details + ` AS said FROM (
		SELECT '` + GapRule + `' AS rule, '' AS field, concat('sequence ', toString(previous + 1), if(low = previous + 2, '', concat(' to ', toString(toUInt64(low - 1)))), ' is missing') AS because, '' AS policy,
			toString(source) AS source, '' AS id, '' AS type, at AS time, '' AS subject_namespace, toUUID('` + nobody + `') AS subject, '' AS controller, '' AS holder, '' AS recipient,
			'' AS kafka_cluster, '' AS kafka_topic, toUInt32(0) AS kafka_epoch, toInt32(0) AS kafka_partition, toInt64(0) AS kafka_offset, previous
		FROM (
			SELECT source, low, at, lagInFrame(high, 1, toUInt64(low - 1)) OVER (PARTITION BY source ORDER BY low ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS previous,
				min(seen) OVER (PARTITION BY source ORDER BY low ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS known FROM (
				SELECT source, low, high, seen, at FROM full
				UNION ALL
				SELECT source, n, n, min(recorded_at), min(time) FROM numbered
				WHERE (source, intDiv(n, 65536)) NOT IN (SELECT source, bucket FROM full) GROUP BY source, n))
		WHERE low > previous + 1 AND known <= horizon - INTERVAL 1 MINUTE)
	UNION ALL
	SELECT finding, false AS now, argMax(` + details + `, recorded_at) AS said FROM custody.findings
	WHERE ` + noSubject + ` AND rule = '` + GapRule + `' GROUP BY finding HAVING argMax(stands, recorded_at))
GROUP BY finding
HAVING stands != (countIf(NOT now) > 0) OR minIf(said, now) != minIf(said, NOT now)
ORDER BY finding`

// SourceGaps gives what the findings of gaps in the sequences of sources change
// to, in the part of the log that k is.
func (j *Judge) SourceGaps(ctx context.Context, k ledger.Known) ([]ledger.Finding, error) {
	known, bounds := isKnown(k)
	found, err := j.findings(ctx, fmt.Sprintf(gapsQuery, known), slices.Concat(bounds, bounds)...)
	if err != nil {
		return nil, fmt.Errorf("look for gaps in the sequences of sources: %w", err)
	}
	return found, nil
}
