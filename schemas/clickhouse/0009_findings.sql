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
    any(severity), any(article),
    count()                            AS findings,
    countIf(state = 'open')            AS open,
    countIf(state = 'acknowledged')    AS acknowledged,
    countIf(state = 'false-positive')  AS false_positive,
    countIf(state = 'resolved')        AS resolved,
    uniqExactIf((subject_namespace, subject), subject_namespace != '') AS persons,
    min(time) AS first_time, max(time) AS last_time,
    argMax(finding, (state = 'open', time, finding)) AS sample
FROM custody.standing_findings
GROUP BY rule, source, recipient
COMMENT 'Findings that stand by rule, source and recipient: one bad deployment is one row';
