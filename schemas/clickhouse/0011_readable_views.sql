-- finding_groups could be counted, but not read: two of its columns had no name. drift says in whose name something was
-- done, for where nobody has declared anything there is no platform to tell it by.
DROP VIEW IF EXISTS custody.finding_groups;

CREATE VIEW IF NOT EXISTS custody.finding_groups
(
    rule           LowCardinality(String) COMMENT 'Rule that is broken',
    source         LowCardinality(String) COMMENT 'CloudEvents source of the events',
    recipient      LowCardinality(String) COMMENT 'Party that got the data',
    severity       LowCardinality(String) COMMENT 'error, warning or info',
    article        LowCardinality(String) COMMENT 'Law that the rule comes from',
    findings       UInt64                 COMMENT 'How many stand',
    open           UInt64                 COMMENT 'Of them, those of which nobody has said anything, or that were reopened',
    acknowledged   UInt64                 COMMENT 'Of them, those that somebody works on',
    false_positive UInt64                 COMMENT 'Of them, those that somebody says are none',
    resolved       UInt64                 COMMENT 'Of them, those whose cause was mended',
    persons        UInt64                 COMMENT 'How many pseudonyms they are about',
    first_time     DateTime64(9, 'UTC')   COMMENT 'When the first of the events happened',
    last_time      DateTime64(9, 'UTC')   COMMENT 'When the last of the events happened',
    sample         String                 COMMENT 'Id of one: an open one where there is one, the latest'
)
AS SELECT
    rule, source, recipient,
    any(f.severity)                    AS severity,
    any(f.article)                     AS article,
    count()                            AS findings,
    countIf(state = 'open')            AS open,
    countIf(state = 'acknowledged')    AS acknowledged,
    countIf(state = 'false-positive')  AS false_positive,
    countIf(state = 'resolved')        AS resolved,
    uniqExactIf((subject_namespace, subject), subject_namespace != '') AS persons,
    min(time) AS first_time, max(time) AS last_time,
    argMax(finding, (state = 'open', time, finding)) AS sample
FROM custody.standing_findings AS f
GROUP BY rule, source, recipient
COMMENT 'Findings that stand by rule, source and recipient: one bad deployment is one row';

DROP VIEW IF EXISTS custody.drift;

CREATE VIEW IF NOT EXISTS custody.drift
(
    drift       LowCardinality(String) COMMENT 'seen-undeclared: it happened, and the policy then in force does not say so; declared-unseen: the policy in force says so, and it never happened',
    platform    LowCardinality(String) COMMENT 'Platform of the controller; empty where no policy is known of it',
    controllers Array(LowCardinality(String)) COMMENT 'Party in whose name it was seen; those whose policy it is',
    policy      LowCardinality(String) COMMENT 'Policy; empty where there was none',
    entry       LowCardinality(String) COMMENT 'Entry of the policy that never happened; empty of what was seen',
    kind        LowCardinality(String) COMMENT 'Kind of events',
    parties     Array(LowCardinality(String)) COMMENT 'Recipient that was seen; recipients and *classes that are declared',
    purposes    Array(LowCardinality(String)) COMMENT 'What for',
    categories  Array(LowCardinality(String)) COMMENT 'Kinds of personal data that were not declared, or never seen',
    events      UInt64                 COMMENT 'How many events: of what was seen those that show it; of an entry those that it covers',
    first_time  DateTime64(9, 'UTC')   COMMENT 'When the first happened; 1970-01-01 where none did',
    last_time   DateTime64(9, 'UTC')   COMMENT 'When the last happened; 1970-01-01 where none did'
)
AS SELECT
    'seen-undeclared' AS drift, s.platform AS platform, [s.controller] AS controllers, s.policy AS policy, '' AS entry, s.kind AS kind,
    if(s.party = '', [], [s.party]) AS parties, [s.purpose] AS purposes,
    arraySort(groupUniqArray(s.category)) AS categories, sum(s.events) AS events, min(s.first_time) AS first_time, max(s.last_time) AS last_time
FROM custody.seen AS s
WHERE (s.policy, s.controller, s.kind, s.party, s.category, s.purpose) NOT IN
(
    SELECT s.policy, s.controller, s.kind, s.party, s.category, s.purpose
    FROM custody.seen AS s INNER JOIN custody.declared_now AS d ON d.policy = s.policy AND d.kind = s.kind
    WHERE (empty(d.parties) AND empty(d.classes) OR has(d.parties, s.party) OR has(d.members, s.party))
      AND (empty(d.categories) OR has(d.categories, s.category)) AND (empty(d.purposes) OR has(d.purposes, s.purpose))
)
GROUP BY s.platform, s.controller, s.policy, s.kind, s.party, s.purpose
UNION ALL
SELECT
    'declared-unseen', d.platform, d.controllers, d.policy, d.entry, d.kind,
    arrayConcat(d.parties, arrayMap(c -> concat('*', c), d.classes)), d.purposes,
    arraySort(arrayFilter(c -> NOT has(m.categories, c), d.categories)) AS missing, m.events, m.first_time, m.last_time
FROM (SELECT * FROM custody.declared_now WHERE from_time <= now64(9) AND until_time > now64(9) AND startsWith(kind, 'data.')) AS d
LEFT JOIN
(
    SELECT
        d.policy AS policy, d.entry AS entry, groupUniqArray(s.category) AS categories, sum(s.events) AS events,
        min(s.first_time) AS first_time, max(s.last_time) AS last_time
    FROM custody.seen AS s INNER JOIN custody.declared_now AS d ON d.policy = s.policy AND d.kind = s.kind
    WHERE (empty(d.parties) AND empty(d.classes) OR has(d.parties, s.party) OR has(d.members, s.party))
      AND (empty(d.categories) OR has(d.categories, s.category)) AND (empty(d.purposes) OR has(d.purposes, s.purpose))
    GROUP BY d.policy, d.entry
) AS m ON m.policy = d.policy AND m.entry = d.entry
WHERE notEmpty(missing) OR m.events = 0
COMMENT 'Declared against observed: what happens and is not declared, and what is declared and does not happen';
