-- what history says of events, and what the rules of one event said, each change of it one row; docs/decisions/1001
CREATE TABLE IF NOT EXISTS custody.findings
(
    finding           String                 COMMENT 'Id: first half of the SHA-256 of rule, source and id, hexadecimal; of a gap in a sequence the number that is missing first stands for the id',
    rule              LowCardinality(String) COMMENT 'Rule that is broken',
    stands            Bool                   COMMENT 'Whether it is so, as far as was known at recorded_at: the newest row of a finding counts',
    severity          LowCardinality(String) COMMENT 'error, warning or info',
    article           LowCardinality(String) COMMENT 'Law that the rule comes from',
    field             LowCardinality(String) COMMENT 'Field of the event that breaks the rule; empty where it is the event as such',
    because           String                 COMMENT 'What it is held against: source and id of a withdrawal or a request, a notice, a day, the numbers that are missing' CODEC(ZSTD(1)),
    policy            LowCardinality(String) COMMENT 'Policy that the event was judged by; empty where none was',
    source            LowCardinality(String) COMMENT 'CloudEvents source of the event',
    id                String                 COMMENT 'CloudEvents id of the event; empty of a gap' CODEC(ZSTD(1)),
    type              LowCardinality(String) COMMENT 'CloudEvents type of the event',
    time              DateTime64(9, 'UTC')   COMMENT 'When it happened, as the sender says' CODEC(Delta, ZSTD(1)),
    subject_namespace LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where there is none',
    subject           UUID                   COMMENT 'Pseudonym of the person; zero where there is none',
    controller        LowCardinality(String) COMMENT 'Party that decides purpose and means',
    holder            LowCardinality(String) COMMENT 'Party that performed the act',
    recipient         LowCardinality(String) COMMENT 'Party that got the data',
    kafka_cluster     LowCardinality(String) COMMENT 'Where the record of the event stood: name of the Kafka cluster',
    kafka_topic       LowCardinality(String) COMMENT 'Its topic',
    kafka_epoch       UInt32                 COMMENT 'Its epoch',
    kafka_partition   Int32                  COMMENT 'Its partition',
    kafka_offset      Int64                  COMMENT 'Its offset',
    step              UInt64                 COMMENT 'Step of the consumer that found it: finding_steps says up to where that step knew the log',
    recorded_at       DateTime64(6, 'UTC')   COMMENT 'When it was found, by the clock of ClickHouse' CODEC(ZSTD(1)),
    lease_until       DateTime64(6, 'UTC')   COMMENT 'Until when the server was to take it' CODEC(ZSTD(1)),

    INDEX by_finding finding TYPE bloom_filter(0.0001) GRANULARITY 1,
    INDEX by_step    step    TYPE minmax               GRANULARITY 1,

    -- the server itself refuses the block of a consumer that came too late
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6)
)
ENGINE = MergeTree
ORDER BY (subject_namespace, subject, rule, finding, recorded_at)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
COMMENT 'Findings: a row whenever one begins to stand or no longer does, append-only; standing_findings says what stands now';

CREATE TABLE IF NOT EXISTS custody.finding_steps
(
    step            UInt64                        COMMENT 'Number of the step',
    what            LowCardinality(String)        COMMENT 'begun: a consumer took over; done: the step is finished; released: the consumer ended cleanly',
    runner          String                        COMMENT 'Random name of the consumer',
    catalogue       String                        COMMENT 'SHA-256 of what was judged by, hexadecimal',
    kafka_cluster   Array(LowCardinality(String)) COMMENT 'The log as far as the step knew it: names of the Kafka clusters',
    kafka_topic     Array(LowCardinality(String)) COMMENT 'Topics',
    kafka_epoch     Array(UInt32)                 COMMENT 'Epochs',
    kafka_partition Array(Int32)                  COMMENT 'Partitions',
    next_offset     Array(Int64)                  COMMENT 'First offset of each partition that the step did not know',
    recorded_at     DateTime64(6, 'UTC')          COMMENT 'When, by the clock of ClickHouse',
    lease_until     DateTime64(6, 'UTC')          COMMENT 'Until when the server was to take it',
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6)
)
ENGINE = MergeTree
ORDER BY (recorded_at, step)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
COMMENT 'How far the findings consumer is: each step names the offsets up to which the findings are those of the log';

CREATE VIEW IF NOT EXISTS custody.finding_states
(
    finding LowCardinality(String) COMMENT 'Finding that a person judged',
    state   LowCardinality(String) COMMENT 'open, acknowledged, false-positive or resolved: the latest word of a person',
    actor   String                 COMMENT 'Who said so: a role or a pseudonym',
    note    String                 COMMENT 'Why',
    time    DateTime64(9, 'UTC')   COMMENT 'When',
    marks   UInt64                 COMMENT 'How often it was judged'
)
AS SELECT
    l.finding AS finding,
    if(argMax(l.state, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset)) = 'reopened', 'open', argMax(l.state, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset))) AS state,
    argMax(l.actor, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset)) AS actor,
    argMax(l.note, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset))  AS note,
    max(l.time) AS time,
    count()     AS marks
FROM custody.log AS l
-- what persons say of findings has no subject: it lies together, at the start of the primary key
WHERE l.subject_namespace = '' AND l.subject = toUUID('00000000-0000-0000-0000-000000000000')
  AND l.type = 'org.datacustody.finding.marked.v1' AND l.outcome = 'accepted'
GROUP BY l.finding
COMMENT 'What persons said of findings: the latest word on each';

CREATE VIEW IF NOT EXISTS custody.standing_findings
(
    finding           String                 COMMENT 'Id of the finding',
    rule              LowCardinality(String) COMMENT 'Rule that is broken',
    severity          LowCardinality(String) COMMENT 'error, warning or info',
    article           LowCardinality(String) COMMENT 'Law that the rule comes from',
    field             LowCardinality(String) COMMENT 'Field of the event that breaks the rule; empty where it is the event as such',
    because           String                 COMMENT 'What it is held against: source and id of a withdrawal or a request, a notice, a day, the numbers that are missing',
    policy            LowCardinality(String) COMMENT 'Policy that the event was judged by; empty where none was',
    source            LowCardinality(String) COMMENT 'CloudEvents source of the event',
    id                String                 COMMENT 'CloudEvents id of the event; empty of a gap',
    type              LowCardinality(String) COMMENT 'CloudEvents type of the event',
    time              DateTime64(9, 'UTC')   COMMENT 'When it happened, as the sender says',
    subject_namespace LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where there is none',
    subject           UUID                   COMMENT 'Pseudonym of the person; zero where there is none',
    controller        LowCardinality(String) COMMENT 'Party that decides purpose and means',
    holder            LowCardinality(String) COMMENT 'Party that performed the act',
    recipient         LowCardinality(String) COMMENT 'Party that got the data',
    place             String                 COMMENT 'Where the record of the event stood: cluster/topic/epoch/partition/offset; empty of a gap',
    detected_at       DateTime64(6, 'UTC')   COMMENT 'When it was found, by the clock of ClickHouse',
    state             LowCardinality(String) COMMENT 'open, acknowledged, false-positive or resolved'
)
AS SELECT
    n.finding, n.w.1 AS rule, n.w.2 AS severity, n.w.3 AS article, n.w.4 AS field, n.w.5 AS because, n.w.6 AS policy,
    n.w.7 AS source, n.w.8 AS id, n.w.9 AS type, n.w.10 AS time, n.w.11 AS subject_namespace, n.w.12 AS subject,
    n.w.13 AS controller, n.w.14 AS holder, n.w.15 AS recipient, n.w.16 AS place, n.at AS detected_at,
    if(s.state = '', 'open', s.state) AS state
FROM
(
    SELECT
        finding,
        argMax((rule, severity, article, field, because, policy, source, id, type, time, subject_namespace, subject, controller, holder, recipient,
            if(kafka_cluster = '', '', concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)))),
            recorded_at) AS w,
        max(recorded_at) AS at
    FROM custody.findings
    GROUP BY finding
    HAVING argMax(stands, recorded_at)
) AS n
LEFT JOIN custody.finding_states AS s ON s.finding = n.finding
COMMENT 'Findings that stand now, one row each, with what persons said of them';

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

CREATE TABLE IF NOT EXISTS custody.declared
(
    catalogue   String                        COMMENT 'SHA-256 of the catalogue that says so, hexadecimal; that of the newest rows is the one that counts',
    policy      LowCardinality(String)        COMMENT 'Version of a privacy policy',
    platform    LowCardinality(String)        COMMENT 'Platform whose policy it is',
    controllers Array(LowCardinality(String)) COMMENT 'Parties whose events the policy judges',
    from_time   DateTime64(9, 'UTC')          COMMENT 'Since when it is in force; 1970-01-01: ever since',
    until_time  DateTime64(9, 'UTC')          COMMENT 'Up to when it is in force; 2262-01-01: it still is',
    entry       LowCardinality(String)        COMMENT 'Entry of the policy',
    section     String                        COMMENT 'Where the policy says so',
    kind        LowCardinality(String)        COMMENT 'Kind of events that it is about: data.shared',
    parties     Array(LowCardinality(String)) COMMENT 'Recipients that it names; of what is collected from third parties these; of what is disclosed the audiences. Empty beside no class: any',
    classes     Array(LowCardinality(String)) COMMENT 'Classes of recipients that it names: carrier',
    members     Array(LowCardinality(String)) COMMENT 'Registered parties of these classes',
    categories  Array(LowCardinality(String)) COMMENT 'Kinds of personal data; empty: any',
    purposes    Array(LowCardinality(String)) COMMENT 'What for; empty: any',
    grounds     Array(LowCardinality(String)) COMMENT 'Legal bases; empty: any',
    necessity   LowCardinality(String)        COMMENT 'Necessary or optional; empty: either',
    countries   Array(LowCardinality(String)) COMMENT 'Where the recipients may be; empty: in the country of the controller',
    english     String                        COMMENT 'What the entry is about, in English',
    chinese     String                        COMMENT 'What the entry is about, in Chinese',
    recorded_at DateTime64(6, 'UTC')          COMMENT 'When it was noted, by the clock of ClickHouse'
)
ENGINE = MergeTree
ORDER BY (recorded_at, policy, entry)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
COMMENT 'What the privacy policies declare, one row an entry, as each catalogue had it that findings were judged by';

CREATE VIEW IF NOT EXISTS custody.declared_now
(
    policy      LowCardinality(String)        COMMENT 'Version of a privacy policy',
    platform    LowCardinality(String)        COMMENT 'Platform whose policy it is',
    controllers Array(LowCardinality(String)) COMMENT 'Parties whose events the policy judges',
    from_time   DateTime64(9, 'UTC')          COMMENT 'Since when it is in force; 1970-01-01: ever since',
    until_time  DateTime64(9, 'UTC')          COMMENT 'Up to when it is in force; 2262-01-01: it still is',
    entry       LowCardinality(String)        COMMENT 'Entry of the policy',
    section     String                        COMMENT 'Where the policy says so',
    kind        LowCardinality(String)        COMMENT 'Kind of events that it is about',
    parties     Array(LowCardinality(String)) COMMENT 'Recipients, third parties or audiences that it names',
    classes     Array(LowCardinality(String)) COMMENT 'Classes of recipients that it names',
    members     Array(LowCardinality(String)) COMMENT 'Registered parties of these classes',
    categories  Array(LowCardinality(String)) COMMENT 'Kinds of personal data; empty: any',
    purposes    Array(LowCardinality(String)) COMMENT 'What for; empty: any',
    grounds     Array(LowCardinality(String)) COMMENT 'Legal bases; empty: any',
    necessity   LowCardinality(String)        COMMENT 'Necessary or optional; empty: either',
    countries   Array(LowCardinality(String)) COMMENT 'Where the recipients may be; empty: in the country of the controller',
    english     String                        COMMENT 'What the entry is about, in English',
    chinese     String                        COMMENT 'What the entry is about, in Chinese'
)
AS SELECT DISTINCT policy, platform, controllers, from_time, until_time, entry, section, kind, parties, classes, members, categories, purposes, grounds, necessity, countries, english, chinese
FROM custody.declared
WHERE catalogue = (SELECT argMax(catalogue, recorded_at) FROM custody.declared)
COMMENT 'What the privacy policies declare, by the newest catalogue: every version, in force or not';

CREATE VIEW IF NOT EXISTS custody.seen
(
    platform   LowCardinality(String) COMMENT 'Platform of the controller; empty where no policy is known of it',
    policy     LowCardinality(String) COMMENT 'Policy in force when it happened; empty where there was none',
    controller LowCardinality(String) COMMENT 'Party that decides purpose and means',
    kind       LowCardinality(String) COMMENT 'Kind of the events: data.shared',
    party      LowCardinality(String) COMMENT 'Recipient; of what was collected from a third party that one; of what was disclosed the audience',
    category   LowCardinality(String) COMMENT 'Kind of personal data',
    purpose    LowCardinality(String) COMMENT 'What for',
    channels   Array(LowCardinality(String)) COMMENT 'How the data went',
    sdks       Array(String)          COMMENT 'SDKs that took the data',
    countries  Array(LowCardinality(String)) COMMENT 'Where the recipient was, as far as stated',
    events     UInt64                 COMMENT 'In how many events',
    persons    UInt64                 COMMENT 'Of how many pseudonyms',
    first_time DateTime64(9, 'UTC')   COMMENT 'When it first happened',
    last_time  DateTime64(9, 'UTC')   COMMENT 'When it last happened'
)
AS SELECT
    platform, policy, controller, kind, party, category, purpose,
    arraySort(groupUniqArrayIf(channel, channel != ''))   AS channels,
    arraySort(groupUniqArrayIf(sdk_name, sdk_name != '')) AS sdks,
    arraySort(groupUniqArrayIf(country, country != ''))   AS countries,
    count() AS events, uniqExact(subject_namespace, subject) AS persons, min(time) AS first_time, max(time) AS last_time
FROM
(
    SELECT
        p.platform AS platform, if(l.time < p.until_time, p.policy, '') AS policy, l.controller AS controller, l.kind AS kind, l.party AS party,
        arrayJoin(l.categories) AS category, l.purpose AS purpose, l.channel AS channel, l.sdk_name AS sdk_name, l.country AS country,
        l.subject_namespace AS subject_namespace, l.subject AS subject, l.time AS time
    FROM
    (
        SELECT
            controller, kind, multiIf(type = 'org.datacustody.data.disclosed.v1', audience, type = 'org.datacustody.data.collected.v1', `from`, recipient) AS party,
            categories, purpose, channel, sdk_name, country, subject_namespace, subject, time
        FROM custody.log
        WHERE outcome = 'accepted' AND type IN ('org.datacustody.data.collected.v1', 'org.datacustody.data.used.v1', 'org.datacustody.data.shared.v1',
            'org.datacustody.data.transferred-abroad.v1', 'org.datacustody.data.disclosed.v1')
    ) AS l
    ASOF LEFT JOIN (SELECT DISTINCT arrayJoin(controllers) AS controller, policy, platform, from_time, until_time FROM custody.declared_now) AS p
    ON l.controller = p.controller AND l.time >= p.from_time
)
GROUP BY platform, policy, controller, kind, party, category, purpose
COMMENT 'What was seen to happen, by the policy then in force: who did what with which kinds of data, for what, and who got it';

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

CREATE VIEW IF NOT EXISTS custody.lists
(
    list       LowCardinality(String) COMMENT 'collected: what is collected; sharing: what third parties get, in the country or abroad',
    platform   LowCardinality(String) COMMENT 'Platform',
    party      LowCardinality(String) COMMENT 'Who gets it, *class where the policy names a class; of what is collected the third party that it comes from, or empty',
    purpose    LowCardinality(String) COMMENT 'What for; empty: the policy does not say',
    declared   Array(LowCardinality(String)) COMMENT 'Kinds of personal data that the policy in force declares',
    seen       Array(LowCardinality(String)) COMMENT 'Kinds of personal data in events',
    entries    Array(LowCardinality(String)) COMMENT 'Entries of the policy that declare them',
    necessity  Array(LowCardinality(String)) COMMENT 'Whether the policy says necessary or optional',
    channels   Array(LowCardinality(String)) COMMENT 'How the data went',
    sdks       Array(String)          COMMENT 'SDKs that took the data',
    countries  Array(LowCardinality(String)) COMMENT 'Where the recipient was, as far as stated',
    events     UInt64                 COMMENT 'How many pieces of data in events: an event counts once for each kind',
    first_time DateTime64(9, 'UTC')   COMMENT 'When the first happened; 1970-01-01 where none did',
    last_time  DateTime64(9, 'UTC')   COMMENT 'When the last happened; 1970-01-01 where none did'
)
AS SELECT
    list, platform, party, purpose,
    arraySort(groupUniqArrayArray(said)) AS declared, arraySort(groupUniqArrayArray(shown)) AS seen,
    arraySort(groupUniqArrayIf(entry, entry != '')) AS entries, arraySort(groupUniqArrayIf(need, need != '')) AS necessity,
    arraySort(groupUniqArrayArray(how)) AS channels, arraySort(groupUniqArrayArray(kits)) AS sdks, arraySort(groupUniqArrayArray(places)) AS countries,
    sum(n) AS events,
    if(events = 0, fromUnixTimestamp64Nano(0, 'UTC'), minIf(since, n > 0)) AS first_time, max(latest) AS last_time
FROM
(
    SELECT
        if(kind = 'data.collected', 'collected', 'sharing') AS list, platform, p.1 AS party, purpose, p.2 AS named, categories AS said, [] AS shown, entry, necessity AS need,
        [] AS how, [] AS kits, [] AS places, toUInt64(0) AS n, fromUnixTimestamp64Nano(0, 'UTC') AS since, fromUnixTimestamp64Nano(0, 'UTC') AS latest
    FROM
    (
        SELECT *, arrayJoin(if(empty(parties) AND empty(classes), [('', true)], arrayConcat(arrayMap(x -> (toString(x), true), parties),
            arrayMap(x -> (concat('*', x), true), classes), arrayMap(x -> (toString(x), false), members)))) AS p
        FROM custody.declared_now
    )
    ARRAY JOIN if(empty(purposes), [''], purposes) AS purpose
    WHERE from_time <= now64(9) AND until_time > now64(9) AND kind IN ('data.collected', 'data.shared', 'data.transferred-abroad')
    UNION ALL
    SELECT
        if(kind = 'data.collected', 'collected', 'sharing'), platform, party, purpose, true, [], [category], '', '', channels, sdks, countries, events, first_time, last_time
    FROM custody.seen
    WHERE platform != '' AND kind IN ('data.collected', 'data.shared', 'data.transferred-abroad')
)
GROUP BY list, platform, party, purpose
HAVING max(named)
COMMENT 'The two lists (双清单) of each platform: what it collects, and what third parties get, as its policy in force declares it and as events show it';
