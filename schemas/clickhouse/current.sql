CREATE VIEW custody.certificate
(
    `kafka_cluster` LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    `kafka_topic` LowCardinality(String) COMMENT 'Topic',
    `kafka_epoch` UInt32 COMMENT 'Epoch of the topic',
    `kafka_partition` Int32 COMMENT 'Partition',
    `next_offset` Int64 COMMENT 'First offset that is not logged: less than the end offset that Kafka tells, and records are still to come',
    `rows` UInt64 COMMENT 'Rows of the log',
    `whole` Bool COMMENT 'No row is missing below next_offset, not even the first',
    `lost` Int64 COMMENT 'Offsets that Kafka had dropped before they were read',
    `last_recorded_at` DateTime64(6, 'UTC') COMMENT 'When the newest batch was begun, by the clock of ClickHouse; 1970-01-01 where there is none'
)
COMMENT 'How far each partition is logged, and whether all of it: what an answer from the log can know. What Kafka holds beyond it only Kafka can tell'
AS SELECT
    kafka_cluster,
    kafka_topic,
    kafka_epoch,
    kafka_partition,
    max(p.next_offset) AS next_offset,
    sum(p.rows) AS rows,
    (rows = 0) OR ((((max(p.high) - min(p.low)) + 1) = rows) AND (min(p.low) <= argMax(p.begin, p.floor))) AS whole,
    sum(p.lost) AS lost,
    max(p.last) AS last_recorded_at
FROM
(
    SELECT
        kafka_cluster,
        kafka_topic,
        kafka_epoch,
        kafka_partition,
        max(kafka_offset) + 1 AS next_offset,
        count() AS rows,
        min(seq) AS low,
        max(seq) AS high,
        toInt64(-1) AS floor,
        toUInt64(0) AS begin,
        toInt64(0) AS lost,
        max(recorded_at) AS last
    FROM custody.log
    GROUP BY
        kafka_cluster,
        kafka_topic,
        kafka_epoch,
        kafka_partition
    UNION ALL
    SELECT
        kafka_cluster,
        kafka_topic,
        kafka_epoch,
        kafka_partition,
        kafka_offset,
        0,
        toUInt64(-1),
        0,
        kafka_offset,
        seq,
        0,
        fromUnixTimestamp64Micro(0, 'UTC')
    FROM custody.floors
    UNION ALL
    SELECT
        kafka_cluster,
        kafka_topic,
        kafka_epoch,
        kafka_partition,
        0,
        0,
        toUInt64(-1),
        0,
        -1,
        0,
        sum((kafka_offset - lost_from) + 1),
        fromUnixTimestamp64Micro(0, 'UTC')
    FROM custody.exceptions
    WHERE outcome = 'lost'
    GROUP BY
        kafka_cluster,
        kafka_topic,
        kafka_epoch,
        kafka_partition
) AS p
GROUP BY
    kafka_cluster,
    kafka_topic,
    kafka_epoch,
    kafka_partition;

CREATE VIEW custody.dead_letters
(
    `letter` String COMMENT 'Key of the dead letter: cluster/topic/epoch/partition/offset of the record',
    `reason` LowCardinality(String) COMMENT 'Why it was rejected; conflict where an event with its source and id says otherwise',
    `reason_field` LowCardinality(String) COMMENT 'Field that it was rejected for: envelope attributes bare, data as data.purpose',
    `source` LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the record; empty where unknown',
    `id` String COMMENT 'CloudEvents id; empty where unknown',
    `type` LowCardinality(String) COMMENT 'CloudEvents type; empty where unknown',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where unknown, and in events without a subject',
    `subject` UUID COMMENT 'Pseudonym of the person; zero where unknown, and in events without a subject',
    `time` DateTime64(9, 'UTC') COMMENT 'When it happened, as the sender says; 1970-01-01 where unknown',
    `kafka_cluster` LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    `kafka_topic` LowCardinality(String) COMMENT 'Topic that the record was read from',
    `kafka_epoch` UInt32 COMMENT 'Raised when the topic was made anew or its partitions changed; 0 at first',
    `kafka_partition` Int32 COMMENT 'Partition that the record was read from',
    `kafka_offset` Int64 COMMENT 'Offset of the record',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When its batch was begun, by the clock of ClickHouse; the moment at which it was refused',
    `resolved_by` LowCardinality(String) COMMENT 'Empty while unresolved; replayed or resolved by an operator, or accepted: the log has an event with its source and id. Of a conflict only an operator can say so'
)
COMMENT 'Records that were refused, each with whether that is settled; their values are in Kafka, in custody.dead-letter'
AS SELECT
    letter,
    reason,
    reason_field,
    source,
    id,
    type,
    subject_namespace,
    subject,
    time,
    kafka_cluster,
    kafka_topic,
    kafka_epoch,
    kafka_partition,
    kafka_offset,
    recorded_at,
    multiIf((letter IN (
        SELECT record_ref
        FROM custody.log
        WHERE (subject_namespace = '') AND (subject = toUUID('00000000-0000-0000-0000-000000000000')) AND (type = 'org.datacustody.operation.logged.v1') AND (outcome = 'accepted') AND (action = 'replay')
    )), 'replayed', (letter IN (
        SELECT record_ref
        FROM custody.log
        WHERE (subject_namespace = '') AND (subject = toUUID('00000000-0000-0000-0000-000000000000')) AND (type = 'org.datacustody.operation.logged.v1') AND (outcome = 'accepted') AND (action = 'heal')
    )), 'resolved', (outcome = 'rejected') AND (id != '') AND (event_hash IN (
        SELECT event_hash
        FROM custody.log
        WHERE (outcome = 'accepted') AND (event_hash IN (
            SELECT event_hash
            FROM custody.exceptions
            WHERE (outcome = 'rejected') AND (id != '')
        ))
    )), 'accepted', '') AS resolved_by
FROM custody.exceptions
WHERE outcome != 'lost';

CREATE TABLE custody.declared
(
    `catalogue` String COMMENT 'SHA-256 of the catalogue that says so, hexadecimal; that of the newest rows is the one that counts',
    `policy` LowCardinality(String) COMMENT 'Version of a privacy policy',
    `platform` LowCardinality(String) COMMENT 'Platform whose policy it is',
    `controllers` Array(LowCardinality(String)) COMMENT 'Parties whose events the policy judges',
    `from_time` DateTime64(9, 'UTC') COMMENT 'Since when it is in force; 1970-01-01: ever since',
    `until_time` DateTime64(9, 'UTC') COMMENT 'Up to when it is in force; 2262-01-01: it still is',
    `entry` LowCardinality(String) COMMENT 'Entry of the policy',
    `section` String COMMENT 'Where the policy says so',
    `kind` LowCardinality(String) COMMENT 'Kind of events that it is about: data.shared',
    `parties` Array(LowCardinality(String)) COMMENT 'Recipients that it names; of what is collected from third parties these; of what is disclosed the audiences. Empty beside no class: any',
    `classes` Array(LowCardinality(String)) COMMENT 'Classes of recipients that it names: carrier',
    `members` Array(LowCardinality(String)) COMMENT 'Registered parties of these classes',
    `categories` Array(LowCardinality(String)) COMMENT 'Kinds of personal data; empty: any',
    `purposes` Array(LowCardinality(String)) COMMENT 'What for; empty: any',
    `grounds` Array(LowCardinality(String)) COMMENT 'Legal bases; empty: any',
    `necessity` LowCardinality(String) COMMENT 'Necessary or optional; empty: either',
    `countries` Array(LowCardinality(String)) COMMENT 'Where the recipients may be; empty: in the country of the controller',
    `english` String COMMENT 'What the entry is about, in English',
    `chinese` String COMMENT 'What the entry is about, in Chinese',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When it was noted, by the clock of ClickHouse'
)
ENGINE = MergeTree
ORDER BY (recorded_at, policy, entry)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0, index_granularity = 8192
COMMENT 'What the privacy policies declare, one row an entry, as each catalogue had it that findings were judged by';

CREATE VIEW custody.declared_now
(
    `policy` LowCardinality(String) COMMENT 'Version of a privacy policy',
    `platform` LowCardinality(String) COMMENT 'Platform whose policy it is',
    `controllers` Array(LowCardinality(String)) COMMENT 'Parties whose events the policy judges',
    `from_time` DateTime64(9, 'UTC') COMMENT 'Since when it is in force; 1970-01-01: ever since',
    `until_time` DateTime64(9, 'UTC') COMMENT 'Up to when it is in force; 2262-01-01: it still is',
    `entry` LowCardinality(String) COMMENT 'Entry of the policy',
    `section` String COMMENT 'Where the policy says so',
    `kind` LowCardinality(String) COMMENT 'Kind of events that it is about',
    `parties` Array(LowCardinality(String)) COMMENT 'Recipients, third parties or audiences that it names',
    `classes` Array(LowCardinality(String)) COMMENT 'Classes of recipients that it names',
    `members` Array(LowCardinality(String)) COMMENT 'Registered parties of these classes',
    `categories` Array(LowCardinality(String)) COMMENT 'Kinds of personal data; empty: any',
    `purposes` Array(LowCardinality(String)) COMMENT 'What for; empty: any',
    `grounds` Array(LowCardinality(String)) COMMENT 'Legal bases; empty: any',
    `necessity` LowCardinality(String) COMMENT 'Necessary or optional; empty: either',
    `countries` Array(LowCardinality(String)) COMMENT 'Where the recipients may be; empty: in the country of the controller',
    `english` String COMMENT 'What the entry is about, in English',
    `chinese` String COMMENT 'What the entry is about, in Chinese'
)
COMMENT 'What the privacy policies declare, by the newest catalogue: every version, in force or not'
AS SELECT DISTINCT
    policy,
    platform,
    controllers,
    from_time,
    until_time,
    entry,
    section,
    kind,
    parties,
    classes,
    members,
    categories,
    purposes,
    grounds,
    necessity,
    countries,
    english,
    chinese
FROM custody.declared
WHERE catalogue = (
    SELECT argMax(catalogue, recorded_at)
    FROM custody.declared
);

CREATE VIEW custody.drift
(
    `drift` LowCardinality(String) COMMENT 'seen-undeclared: it happened, and the policy then in force does not say so; declared-unseen: the policy in force says so, and it never happened',
    `platform` LowCardinality(String) COMMENT 'Platform of the controller; empty where no policy is known of it',
    `controllers` Array(LowCardinality(String)) COMMENT 'Party in whose name it was seen; those whose policy it is',
    `policy` LowCardinality(String) COMMENT 'Policy; empty where there was none',
    `entry` LowCardinality(String) COMMENT 'Entry of the policy that never happened; empty of what was seen',
    `kind` LowCardinality(String) COMMENT 'Kind of events',
    `parties` Array(LowCardinality(String)) COMMENT 'Recipient that was seen; recipients and *classes that are declared',
    `purposes` Array(LowCardinality(String)) COMMENT 'What for',
    `categories` Array(LowCardinality(String)) COMMENT 'Kinds of personal data that were not declared, or never seen',
    `events` UInt64 COMMENT 'How many events: of what was seen those that show it; of an entry those that it covers',
    `first_time` DateTime64(9, 'UTC') COMMENT 'When the first happened; 1970-01-01 where none did',
    `last_time` DateTime64(9, 'UTC') COMMENT 'When the last happened; 1970-01-01 where none did'
)
COMMENT 'Declared against observed: what happens and is not declared, and what is declared and does not happen'
AS SELECT
    'seen-undeclared' AS drift,
    s.platform AS platform,
    [s.controller] AS controllers,
    s.policy AS policy,
    '' AS entry,
    s.kind AS kind,
    if(s.party = '', [], [s.party]) AS parties,
    [s.purpose] AS purposes,
    arraySort(groupUniqArray(s.category)) AS categories,
    sum(s.events) AS events,
    min(s.first_time) AS first_time,
    max(s.last_time) AS last_time
FROM custody.seen AS s
WHERE (s.policy, s.controller, s.kind, s.party, s.category, s.purpose) NOT IN (
    SELECT
        s.policy,
        s.controller,
        s.kind,
        s.party,
        s.category,
        s.purpose
    FROM custody.seen AS s
    INNER JOIN custody.declared_now AS d ON (d.policy = s.policy) AND (d.kind = s.kind)
    WHERE ((empty(d.parties) AND empty(d.classes)) OR has(d.parties, s.party) OR has(d.members, s.party)) AND (empty(d.categories) OR has(d.categories, s.category)) AND (empty(d.purposes) OR has(d.purposes, s.purpose))
)
GROUP BY
    s.platform,
    s.controller,
    s.policy,
    s.kind,
    s.party,
    s.purpose
UNION ALL
SELECT
    'declared-unseen',
    d.platform,
    d.controllers,
    d.policy,
    d.entry,
    d.kind,
    arrayConcat(d.parties, arrayMap(c -> concat('*', c), d.classes)),
    d.purposes,
    arraySort(arrayFilter(c -> (NOT has(m.categories, c)), d.categories)) AS missing,
    m.events,
    m.first_time,
    m.last_time
FROM
(
    SELECT *
    FROM custody.declared_now
    WHERE (from_time <= now64(9)) AND (until_time > now64(9)) AND startsWith(kind, 'data.')
) AS d
LEFT JOIN
(
    SELECT
        d.policy AS policy,
        d.entry AS entry,
        groupUniqArray(s.category) AS categories,
        sum(s.events) AS events,
        min(s.first_time) AS first_time,
        max(s.last_time) AS last_time
    FROM custody.seen AS s
    INNER JOIN custody.declared_now AS d ON (d.policy = s.policy) AND (d.kind = s.kind)
    WHERE ((empty(d.parties) AND empty(d.classes)) OR has(d.parties, s.party) OR has(d.members, s.party)) AND (empty(d.categories) OR has(d.categories, s.category)) AND (empty(d.purposes) OR has(d.purposes, s.purpose))
    GROUP BY
        d.policy,
        d.entry
) AS m ON (m.policy = d.policy) AND (m.entry = d.entry)
WHERE notEmpty(missing) OR (m.events = 0);

CREATE VIEW custody.erasure_cases
(
    `controller` LowCardinality(String) COMMENT 'Party whose case it is',
    `request_id` String COMMENT 'Case: the id of its request where that gives none',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty in cases about everyone',
    `subject` UUID COMMENT 'Pseudonym of the person; zero in cases about everyone',
    `ground` LowCardinality(String) COMMENT 'Why it is to be erased (PIPL 47)',
    `scope` LowCardinality(String) COMMENT 'What is to be erased: all, categories, recipients, controller',
    `requested` DateTime64(9, 'UTC') COMMENT 'When it was asked for',
    `deadline` DateTime64(9, 'UTC') COMMENT 'When it must be answered: as the request says, else the end of the 15th day in China',
    `parties` UInt64 COMMENT 'How many parties were told or answered',
    `unanswered` UInt64 COMMENT 'How many of these were told and have neither erased, nor kept, nor refused',
    `overdue` Bool COMMENT 'The deadline is over and somebody has not answered'
)
COMMENT 'Cases of erasure, and how many of those that were told have answered'
AS SELECT
    c.controller AS controller,
    c.case_id AS request_id,
    c.subject_namespace AS subject_namespace,
    c.subject AS subject,
    c.ground AS ground,
    c.scope AS scope,
    c.requested AS requested,
    c.deadline AS deadline,
    countIf(r.request_id != '') AS parties,
    countIf((r.request_id != '') AND (r.executed IS NULL) AND (r.refused IS NULL) AND (r.restricted IS NULL)) AS unanswered,
    CAST((unanswered > 0) AND (c.deadline < now64(9)), 'Bool') AS overdue
FROM
(
    SELECT
        controller,
        if(request_id = '', id, request_id) AS case_id,
        subject_namespace,
        subject,
        argMin(l.ground, recorded_at) AS ground,
        argMin(l.scope, recorded_at) AS scope,
        argMin(time, recorded_at) AS requested,
        argMin(ifNull(l.deadline, toDateTime64(toTimeZone(toStartOfDay(toTimeZone(time, 'Asia/Shanghai')) + toIntervalDay(16), 'UTC'), 9, 'UTC')), recorded_at) AS deadline
    FROM custody.log AS l
    WHERE (outcome = 'accepted') AND (type = 'org.datacustody.erasure.requested.v1')
    GROUP BY
        controller,
        case_id,
        subject_namespace,
        subject
) AS c
LEFT JOIN custody.erasure_recipients AS r ON (r.controller = c.controller) AND (r.request_id = c.case_id) AND (r.subject_namespace = c.subject_namespace) AND (r.subject = c.subject)
GROUP BY
    controller,
    request_id,
    subject_namespace,
    subject,
    ground,
    scope,
    requested,
    deadline;

CREATE VIEW custody.erasure_recipients
(
    `controller` LowCardinality(String) COMMENT 'Party whose case it is',
    `request_id` String COMMENT 'Case',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty in cases about everyone',
    `subject` UUID COMMENT 'Pseudonym of the person; zero in cases about everyone',
    `recipient` LowCardinality(String) COMMENT 'Party that was told, or that answered; the holder itself where the event names none',
    `attempts` UInt64 COMMENT 'How often it was tried to tell it',
    `notified` Nullable(DateTime64(9, 'UTC')) COMMENT 'When it was first sent a notice; null: it was not, as with the others',
    `acknowledged` Nullable(DateTime64(9, 'UTC')) COMMENT 'When it first said that it has the notice',
    `executed` Nullable(DateTime64(9, 'UTC')) COMMENT 'When it first said that it has erased something',
    `verified` Nullable(DateTime64(9, 'UTC')) COMMENT 'When somebody first checked that',
    `refused` Nullable(DateTime64(9, 'UTC')) COMMENT 'When it last refused',
    `refusal` String COMMENT 'Why it last refused',
    `restricted` Nullable(DateTime64(9, 'UTC')) COMMENT 'When it last said that it keeps something',
    `kept_until` Nullable(Date32) COMMENT 'Last day of keeping that it named last'
)
COMMENT 'What was said to and by each party in each case of erasure: four facts, none of which follows from another'
AS SELECT
    controller,
    request_id,
    subject_namespace,
    subject,
    if(l.recipient = '', holder, l.recipient) AS recipient,
    countIf(kind = 'erasure.notified') AS attempts,
    minOrNullIf(time, (kind = 'erasure.notified') AND (delivery = 'sent')) AS notified,
    minOrNullIf(time, kind = 'erasure.acknowledged') AS acknowledged,
    minOrNullIf(time, kind = 'erasure.executed') AS executed,
    minOrNullIf(time, kind = 'erasure.verified') AS verified,
    maxOrNullIf(time, kind = 'erasure.refused') AS refused,
    argMaxIf(l.refusal, time, kind = 'erasure.refused') AS refusal,
    maxOrNullIf(time, kind = 'erasure.restricted') AS restricted,
    argMaxIf(until, time, kind = 'erasure.restricted') AS kept_until
FROM custody.log AS l
WHERE (outcome = 'accepted') AND (type IN ('org.datacustody.erasure.notified.v1', 'org.datacustody.erasure.acknowledged.v1', 'org.datacustody.erasure.executed.v1', 'org.datacustody.erasure.verified.v1', 'org.datacustody.erasure.refused.v1', 'org.datacustody.erasure.restricted.v1'))
GROUP BY
    controller,
    request_id,
    subject_namespace,
    subject,
    recipient;

CREATE VIEW custody.events
(
    `source` LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the event',
    `id` String COMMENT 'CloudEvents id, unique in its source',
    `type` LowCardinality(String) COMMENT 'CloudEvents type: org.datacustody.<kind>.v1',
    `kind` LowCardinality(String) COMMENT 'Kind of the event: data.shared',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty in events without a subject',
    `subject` UUID COMMENT 'Pseudonym of the person; zero in events without a subject',
    `time` DateTime64(9, 'UTC') COMMENT 'When it happened, as the sender says; 1970-01-01 where unknown',
    `extensions` Map(LowCardinality(String), String) COMMENT 'CloudEvents extension attributes, in their canonical string form',
    `parent_sources` Array(LowCardinality(String)) COMMENT 'Sources of the events that this one derives from',
    `parent_ids` Array(String) COMMENT 'Ids of the events that this one derives from',
    `controller` LowCardinality(String) COMMENT 'Party that decides purpose and means',
    `holder` LowCardinality(String) COMMENT 'Party that performed the act; the controller where the event names none',
    `recipient` LowCardinality(String) COMMENT 'Party that got the data, or that the notice went to',
    `relationship` LowCardinality(String) COMMENT 'Provision, entrustment … (PIPL 20-23)',
    `country` LowCardinality(String) COMMENT 'Where the recipient is, ISO 3166-1 alpha-2; empty: not stated',
    `categories` Array(LowCardinality(String)) COMMENT 'Kinds of personal data',
    `purpose` LowCardinality(String) COMMENT 'What for',
    `legal_basis` LowCardinality(String) COMMENT 'Legal basis (PIPL 13, GDPR 6)',
    `consent_form` LowCardinality(String) COMMENT 'Form of the consent relied on or given',
    `consent_id` String COMMENT 'Consent relied on, given or withdrawn',
    `protection` LowCardinality(String) COMMENT 'How the data was protected: plain, masked, deidentified …',
    `necessity` LowCardinality(String) COMMENT 'Necessary or optional for the service',
    `channel` LowCardinality(String) COMMENT 'How the data went: api, sdk, file …',
    `sdk_name` String COMMENT 'SDK that took the data',
    `sdk_version` String COMMENT 'Version of that SDK',
    `contract_ref` String COMMENT 'Reference of the contract with the recipient',
    `retention_until` Nullable(Date32) COMMENT 'Last day of keeping, in the time zone of the policy',
    `origin` LowCardinality(String) COMMENT 'Where the data was collected: person, observed, third-party, public-source',
    `from` LowCardinality(String) COMMENT 'Third party that the data was obtained from',
    `recipient_ref` String COMMENT 'Opaque reference under which the recipient knows the person',
    `mechanism` LowCardinality(String) COMMENT 'What allowed the data to leave the country (PIPL 38)',
    `approval_ref` String COMMENT 'Reference of the assessment, certificate or filing',
    `audience` LowCardinality(String) COMMENT 'To whom it was made public',
    `disclosure_ground` LowCardinality(String) COMMENT 'Why it may be made public (PIPL 25, 27)',
    `purposes` Array(LowCardinality(String)) COMMENT 'Purposes of a consent',
    `recipients` Array(LowCardinality(String)) COMMENT 'Recipients of a consent, or in the scope of an erasure',
    `countries` Array(LowCardinality(String)) COMMENT 'Countries of a consent',
    `notice` String COMMENT 'Policy that the person was shown',
    `expires` Nullable(Date32) COMMENT 'Last day of the consent',
    `request_id` String COMMENT 'Erasure case',
    `ground` LowCardinality(String) COMMENT 'Why it is to be erased (PIPL 47)',
    `scope` LowCardinality(String) COMMENT 'What is to be erased: all, categories, recipients, controller',
    `deadline` Nullable(DateTime64(9, 'UTC')) COMMENT 'When the case must be answered',
    `notice_channel` LowCardinality(String) COMMENT 'How the recipient was told to erase',
    `attempt` UInt16 COMMENT 'Number of the notice to this recipient, from 1; 0 where there is none',
    `delivery` LowCardinality(String) COMMENT 'Whether the notice was sent or failed',
    `evidence_uri` String COMMENT 'Where the evidence is',
    `evidence_sha256` String COMMENT 'SHA-256 of the evidence, hexadecimal, lower case',
    `method` LowCardinality(String) COMMENT 'How it was erased',
    `exemption` LowCardinality(String) COMMENT 'Why it is kept, for storage only',
    `until` Nullable(Date32) COMMENT 'Last day of the restriction',
    `refusal` LowCardinality(String) COMMENT 'Why the erasure was refused',
    `linked_subject_namespace` LowCardinality(String) COMMENT 'Namespace of the other pseudonym of the same person',
    `linked_subject` UUID COMMENT 'The other pseudonym of the same person; zero where there is none',
    `finding` String COMMENT 'Finding that a person judged',
    `state` LowCardinality(String) COMMENT 'What the person judged the finding to be',
    `action` LowCardinality(String) COMMENT 'What an operator did, or a person looked up',
    `detail` String COMMENT 'More on the operation',
    `minor` Bool COMMENT 'The person is under 14',
    `actor` String COMMENT 'Who did it: a role or a pseudonym',
    `record_ref` String COMMENT 'Reference of the record in the sending system',
    `note` String COMMENT 'Free text, without personal values',
    `findings` Array(LowCardinality(String)) COMMENT 'Rules that the event breaks',
    `policy` LowCardinality(String) COMMENT 'Privacy policy in force at the time, by which the event was judged; empty: none',
    `policy_digest` LowCardinality(String) COMMENT 'SHA-256 of the file of that policy',
    `catalog_digest` LowCardinality(String) COMMENT 'SHA-256 of all that the event was judged by: vocabulary, parties, policies; empty: it was not judged',
    `misplaced` Bool COMMENT 'It stood in another partition than its key gives',
    `kafka_cluster` LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    `kafka_topic` LowCardinality(String) COMMENT 'Topic that the record was read from',
    `kafka_epoch` UInt32 COMMENT 'Raised when the topic was made anew or its partitions changed; 0 at first',
    `kafka_partition` Int32 COMMENT 'Partition that the record was read from',
    `kafka_offset` Int64 COMMENT 'Offset of the record; of a lost range its last',
    `seq` UInt64 COMMENT 'Number of the row in its partition and epoch, dense',
    `kafka_time` DateTime64(3, 'UTC') COMMENT 'Timestamp of the Kafka record',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When its batch was begun, by the clock of ClickHouse; the moment at which the event was judged'
)
COMMENT 'What happened: the accepted rows of the log'
AS SELECT
    source,
    id,
    type,
    kind,
    subject_namespace,
    subject,
    time,
    extensions,
    parent_sources,
    parent_ids,
    controller,
    holder,
    recipient,
    relationship,
    country,
    categories,
    purpose,
    legal_basis,
    consent_form,
    consent_id,
    protection,
    necessity,
    channel,
    sdk_name,
    sdk_version,
    contract_ref,
    retention_until,
    origin,
    `from`,
    recipient_ref,
    mechanism,
    approval_ref,
    audience,
    disclosure_ground,
    purposes,
    recipients,
    countries,
    notice,
    expires,
    request_id,
    ground,
    scope,
    deadline,
    notice_channel,
    attempt,
    delivery,
    evidence_uri,
    evidence_sha256,
    method,
    exemption,
    until,
    refusal,
    linked_subject_namespace,
    linked_subject,
    finding,
    state,
    action,
    detail,
    minor,
    actor,
    record_ref,
    note,
    findings,
    policy,
    policy_digest,
    catalog_digest,
    misplaced,
    kafka_cluster,
    kafka_topic,
    kafka_epoch,
    kafka_partition,
    kafka_offset,
    seq,
    kafka_time,
    recorded_at
FROM custody.log
WHERE outcome = 'accepted';

CREATE VIEW custody.exceptions
(
    `letter` String COMMENT 'Identity of the record: cluster/topic/epoch/partition/offset; of a refused one the key of its dead letter',
    `outcome` LowCardinality(String) COMMENT 'rejected, conflict or lost',
    `reason` LowCardinality(String) COMMENT 'Why it was rejected; conflict where an event with its source and id says otherwise',
    `reason_field` LowCardinality(String) COMMENT 'Field that it was rejected for: envelope attributes bare, data as data.purpose',
    `source` LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the record; empty where unknown',
    `id` String COMMENT 'CloudEvents id; empty where unknown',
    `type` LowCardinality(String) COMMENT 'CloudEvents type; empty where unknown',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where unknown, and in events without a subject',
    `subject` UUID COMMENT 'Pseudonym of the person; zero where unknown, and in events without a subject',
    `time` DateTime64(9, 'UTC') COMMENT 'When it happened, as the sender says; 1970-01-01 where unknown',
    `event_hash` FixedString(16) COMMENT 'First half of the SHA-256 of source and id, as an accepted event has it; means nothing without an id',
    `kafka_cluster` LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    `kafka_topic` LowCardinality(String) COMMENT 'Topic that the record was read from',
    `kafka_epoch` UInt32 COMMENT 'Raised when the topic was made anew or its partitions changed; 0 at first',
    `kafka_partition` Int32 COMMENT 'Partition that the record was read from',
    `kafka_offset` Int64 COMMENT 'Offset of the record; of a lost range its last',
    `lost_from` Int64 COMMENT 'First offset of a lost range, which ends at kafka_offset; otherwise -1',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When its batch was begun, by the clock of ClickHouse'
)
COMMENT 'What came to no accepted event: refused records, and what Kafka dropped before it was read; from the projection of that name'
AS WITH
    s -> concat(if(length(s) < 128, char(length(s)), char(modulo(length(s), 128) + 128, intDiv(length(s), 128))), s) AS framed
SELECT
    concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)) AS letter,
    outcome,
    if(outcome = 'conflict', 'conflict', r.reason) AS reason,
    reason_field,
    source,
    id,
    type,
    subject_namespace,
    subject,
    time,
    toFixedString(substring(SHA256(concat(framed(source), framed(id))), 1, 16), 16) AS event_hash,
    kafka_cluster,
    kafka_topic,
    kafka_epoch,
    kafka_partition,
    kafka_offset,
    lost_from,
    recorded_at
FROM
(
    SELECT
        l.outcome AS outcome,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.subject_namespace, '') AS subject_namespace,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.subject, toUUID('00000000-0000-0000-0000-000000000000')) AS subject,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.source, '') AS source,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.id, '') AS id,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.type, '') AS type,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.time, fromUnixTimestamp64Nano(0, 'UTC')) AS time,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.reason, '') AS reason,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.reason_field, '') AS reason_field,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_cluster, '') AS kafka_cluster,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_topic, '') AS kafka_topic,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_epoch, 0) AS kafka_epoch,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_partition, 0) AS kafka_partition,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_offset, 0) AS kafka_offset,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.lost_from, 0) AS lost_from,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.recorded_at, fromUnixTimestamp64Micro(0, 'UTC')) AS recorded_at
    FROM custody.log AS l
    WHERE l.outcome IN ('rejected', 'conflict', 'lost')
    GROUP BY
        l.outcome,
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.subject_namespace, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.subject, toUUID('00000000-0000-0000-0000-000000000000')),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.source, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.id, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.type, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.time, fromUnixTimestamp64Nano(0, 'UTC')),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.reason, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.reason_field, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_cluster, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_topic, ''),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_epoch, 0),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_partition, 0),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.kafka_offset, 0),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.lost_from, 0),
        if((l.outcome IN ('rejected', 'conflict', 'lost')), l.recorded_at, fromUnixTimestamp64Micro(0, 'UTC'))
) AS r;

CREATE VIEW custody.finding_groups
(
    `rule` LowCardinality(String) COMMENT 'Rule that is broken',
    `source` LowCardinality(String) COMMENT 'CloudEvents source of the events',
    `recipient` LowCardinality(String) COMMENT 'Party that got the data',
    `severity` LowCardinality(String) COMMENT 'error, warning or info',
    `article` LowCardinality(String) COMMENT 'Law that the rule comes from',
    `findings` UInt64 COMMENT 'How many stand',
    `open` UInt64 COMMENT 'Of them, those of which nobody has said anything, or that were reopened',
    `acknowledged` UInt64 COMMENT 'Of them, those that somebody works on',
    `false_positive` UInt64 COMMENT 'Of them, those that somebody says are none',
    `resolved` UInt64 COMMENT 'Of them, those whose cause was mended',
    `persons` UInt64 COMMENT 'How many pseudonyms they are about',
    `first_time` DateTime64(9, 'UTC') COMMENT 'When the first of the events happened',
    `last_time` DateTime64(9, 'UTC') COMMENT 'When the last of the events happened',
    `sample` String COMMENT 'Id of one: an open one where there is one, the latest'
)
COMMENT 'Findings that stand by rule, source and recipient: one bad deployment is one row'
AS SELECT
    rule,
    source,
    recipient,
    any(f.severity) AS severity,
    any(f.article) AS article,
    count() AS findings,
    countIf(state = 'open') AS open,
    countIf(state = 'acknowledged') AS acknowledged,
    countIf(state = 'false-positive') AS false_positive,
    countIf(state = 'resolved') AS resolved,
    uniqExactIf((subject_namespace, subject), subject_namespace != '') AS persons,
    min(time) AS first_time,
    max(time) AS last_time,
    argMax(finding, (state = 'open', time, finding)) AS sample
FROM custody.standing_findings AS f
GROUP BY
    rule,
    source,
    recipient;

CREATE VIEW custody.finding_states
(
    `finding` LowCardinality(String) COMMENT 'Finding that a person judged',
    `state` LowCardinality(String) COMMENT 'open, acknowledged, false-positive or resolved: the latest word of a person',
    `actor` String COMMENT 'Who said so: a role or a pseudonym',
    `note` String COMMENT 'Why',
    `time` DateTime64(9, 'UTC') COMMENT 'When',
    `marks` UInt64 COMMENT 'How often it was judged'
)
COMMENT 'What persons said of findings: the latest word on each'
AS SELECT
    l.finding AS finding,
    if(argMax(l.state, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset)) = 'reopened', 'open', argMax(l.state, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset))) AS state,
    argMax(l.actor, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset)) AS actor,
    argMax(l.note, (l.time, l.recorded_at, l.kafka_partition, l.kafka_offset)) AS note,
    max(l.time) AS time,
    count() AS marks
FROM custody.log AS l
WHERE (l.subject_namespace = '') AND (l.subject = toUUID('00000000-0000-0000-0000-000000000000')) AND (l.type = 'org.datacustody.finding.marked.v1') AND (l.outcome = 'accepted')
GROUP BY l.finding;

CREATE TABLE custody.finding_steps
(
    `step` UInt64 COMMENT 'Number of the step',
    `what` LowCardinality(String) COMMENT 'begun: a consumer took over; done: the step is finished; released: the consumer ended cleanly',
    `runner` String COMMENT 'Random name of the consumer',
    `catalogue` String COMMENT 'SHA-256 of what was judged by, hexadecimal',
    `kafka_cluster` Array(LowCardinality(String)) COMMENT 'The log as far as the step knew it: names of the Kafka clusters',
    `kafka_topic` Array(LowCardinality(String)) COMMENT 'Topics',
    `kafka_epoch` Array(UInt32) COMMENT 'Epochs',
    `kafka_partition` Array(Int32) COMMENT 'Partitions',
    `next_offset` Array(Int64) COMMENT 'First offset of each partition that the step did not know',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When, by the clock of ClickHouse',
    `lease_until` DateTime64(6, 'UTC') COMMENT 'Until when the server was to take it',
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6)
)
ENGINE = MergeTree
ORDER BY (recorded_at, step)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0, index_granularity = 8192
COMMENT 'How far the findings consumer is: each step names the offsets up to which the findings are those of the log';

CREATE TABLE custody.findings
(
    `finding` String COMMENT 'Id: first half of the SHA-256 of rule, source and id, hexadecimal; of a gap in a sequence the number that is missing first stands for the id',
    `rule` LowCardinality(String) COMMENT 'Rule that is broken',
    `stands` Bool COMMENT 'Whether it is so, as far as was known at recorded_at: the newest row of a finding counts',
    `severity` LowCardinality(String) COMMENT 'error, warning or info',
    `article` LowCardinality(String) COMMENT 'Law that the rule comes from',
    `field` LowCardinality(String) COMMENT 'Field of the event that breaks the rule; empty where it is the event as such',
    `because` String COMMENT 'What it is held against: source and id of a withdrawal or a request, a notice, a day, the numbers that are missing' CODEC(ZSTD(1)),
    `policy` LowCardinality(String) COMMENT 'Policy that the event was judged by; empty where none was',
    `source` LowCardinality(String) COMMENT 'CloudEvents source of the event',
    `id` String COMMENT 'CloudEvents id of the event; empty of a gap' CODEC(ZSTD(1)),
    `type` LowCardinality(String) COMMENT 'CloudEvents type of the event',
    `time` DateTime64(9, 'UTC') COMMENT 'When it happened, as the sender says' CODEC(Delta(8), ZSTD(1)),
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where there is none',
    `subject` UUID COMMENT 'Pseudonym of the person; zero where there is none',
    `controller` LowCardinality(String) COMMENT 'Party that decides purpose and means',
    `holder` LowCardinality(String) COMMENT 'Party that performed the act',
    `recipient` LowCardinality(String) COMMENT 'Party that got the data',
    `kafka_cluster` LowCardinality(String) COMMENT 'Where the record of the event stood: name of the Kafka cluster',
    `kafka_topic` LowCardinality(String) COMMENT 'Its topic',
    `kafka_epoch` UInt32 COMMENT 'Its epoch',
    `kafka_partition` Int32 COMMENT 'Its partition',
    `kafka_offset` Int64 COMMENT 'Its offset',
    `step` UInt64 COMMENT 'Step of the consumer that found it: finding_steps says up to where that step knew the log',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When it was found, by the clock of ClickHouse' CODEC(ZSTD(1)),
    `lease_until` DateTime64(6, 'UTC') COMMENT 'Until when the server was to take it' CODEC(ZSTD(1)),
    INDEX by_finding finding TYPE bloom_filter(0.0001) GRANULARITY 1,
    INDEX by_step step TYPE minmax GRANULARITY 1,
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6)
)
ENGINE = MergeTree
ORDER BY (subject_namespace, subject, rule, finding, recorded_at)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
COMMENT 'Findings: a row whenever one begins to stand or no longer does, append-only; standing_findings says what stands now';

CREATE TABLE custody.floors
(
    `kafka_cluster` LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    `kafka_topic` LowCardinality(String) COMMENT 'Topic',
    `kafka_epoch` UInt32 COMMENT 'Epoch of the topic',
    `kafka_partition` Int32 COMMENT 'Partition',
    `kafka_offset` Int64 COMMENT 'First offset that the log may hold',
    `seq` UInt64 COMMENT 'Number of the row that stands there, or would',
    `why` LowCardinality(String) COMMENT 'epoch: the topic began anew here; retention: what is below was dropped',
    `actor` String COMMENT 'Who recorded it: a role or a pseudonym',
    `lease_until` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') + toIntervalMinute(1) COMMENT 'Until when the server was to take it',
    `recorded_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') COMMENT 'When, by the clock of ClickHouse',
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6)
)
ENGINE = MergeTree
ORDER BY (kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Where epochs begin and what retention dropped: written before it is done, never changed';

CREATE VIEW custody.lists
(
    `list` LowCardinality(String) COMMENT 'collected: what is collected; sharing: what third parties get, in the country or abroad',
    `platform` LowCardinality(String) COMMENT 'Platform',
    `party` LowCardinality(String) COMMENT 'Who gets it, *class where the policy names a class; of what is collected the third party that it comes from, or empty',
    `purpose` LowCardinality(String) COMMENT 'What for; empty: the policy does not say',
    `declared` Array(LowCardinality(String)) COMMENT 'Kinds of personal data that the policy in force declares',
    `seen` Array(LowCardinality(String)) COMMENT 'Kinds of personal data in events',
    `entries` Array(LowCardinality(String)) COMMENT 'Entries of the policy that declare them',
    `necessity` Array(LowCardinality(String)) COMMENT 'Whether the policy says necessary or optional',
    `channels` Array(LowCardinality(String)) COMMENT 'How the data went',
    `sdks` Array(String) COMMENT 'SDKs that took the data',
    `countries` Array(LowCardinality(String)) COMMENT 'Where the recipient was, as far as stated',
    `events` UInt64 COMMENT 'How many pieces of data in events: an event counts once for each kind',
    `first_time` DateTime64(9, 'UTC') COMMENT 'When the first happened; 1970-01-01 where none did',
    `last_time` DateTime64(9, 'UTC') COMMENT 'When the last happened; 1970-01-01 where none did'
)
COMMENT 'The two lists (双清单) of each platform: what it collects, and what third parties get, as its policy in force declares it and as events show it'
AS SELECT
    list,
    platform,
    party,
    purpose,
    arraySort(groupUniqArrayArray(said)) AS declared,
    arraySort(groupUniqArrayArray(shown)) AS seen,
    arraySort(groupUniqArrayIf(entry, entry != '')) AS entries,
    arraySort(groupUniqArrayIf(need, need != '')) AS necessity,
    arraySort(groupUniqArrayArray(how)) AS channels,
    arraySort(groupUniqArrayArray(kits)) AS sdks,
    arraySort(groupUniqArrayArray(places)) AS countries,
    sum(n) AS events,
    if(events = 0, fromUnixTimestamp64Nano(0, 'UTC'), minIf(since, n > 0)) AS first_time,
    max(latest) AS last_time
FROM
(
    SELECT
        if(kind = 'data.collected', 'collected', 'sharing') AS list,
        platform,
        p.1 AS party,
        purpose,
        p.2 AS named,
        categories AS said,
        [] AS shown,
        entry,
        necessity AS need,
        [] AS how,
        [] AS kits,
        [] AS places,
        toUInt64(0) AS n,
        fromUnixTimestamp64Nano(0, 'UTC') AS since,
        fromUnixTimestamp64Nano(0, 'UTC') AS latest
    FROM
    (
        SELECT
            *,
            arrayJoin(if(empty(parties) AND empty(classes), [('', true)], arrayConcat(arrayMap(x -> (toString(x), true), parties), arrayMap(x -> (concat('*', x), true), classes), arrayMap(x -> (toString(x), false), members)))) AS p
        FROM custody.declared_now
    )
    ARRAY JOIN if(empty(purposes), [''], purposes) AS purpose
    WHERE (from_time <= now64(9)) AND (until_time > now64(9)) AND (kind IN ('data.collected', 'data.shared', 'data.transferred-abroad'))
    UNION ALL
    SELECT
        if(kind = 'data.collected', 'collected', 'sharing'),
        platform,
        party,
        purpose,
        true,
        [],
        [category],
        '',
        '',
        channels,
        sdks,
        countries,
        events,
        first_time,
        last_time
    FROM custody.seen
    WHERE (platform != '') AND (kind IN ('data.collected', 'data.shared', 'data.transferred-abroad'))
)
GROUP BY
    list,
    platform,
    party,
    purpose
HAVING max(named);

CREATE TABLE custody.log
(
    `kafka_cluster` LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    `kafka_topic` LowCardinality(String) COMMENT 'Topic that the record was read from',
    `kafka_epoch` UInt32 COMMENT 'Raised when the topic was made anew or its partitions changed; 0 at first',
    `kafka_partition` Int32 COMMENT 'Partition that the record was read from',
    `kafka_offset` Int64 COMMENT 'Offset of the record; of a lost range its last' CODEC(T64, ZSTD(1)),
    `lost_from` Int64 COMMENT 'First offset of a lost range; -1 in all other rows',
    `seq` UInt64 COMMENT 'Number of the row in its partition and epoch, dense' CODEC(T64, ZSTD(1)),
    `outcome` LowCardinality(String) COMMENT 'accepted, duplicate, conflict, rejected or lost',
    `reason` LowCardinality(String) COMMENT 'Why it was rejected; empty in all other rows',
    `reason_field` LowCardinality(String) COMMENT 'Field that it was rejected for: envelope attributes bare, data as data.purpose',
    `misplaced` Bool COMMENT 'It stood in another partition than its key gives',
    `findings` Array(LowCardinality(String)) COMMENT 'Rules that the event breaks',
    `policy` LowCardinality(String) COMMENT 'Privacy policy in force at the time, by which the event was judged; empty: none',
    `policy_digest` LowCardinality(String) COMMENT 'SHA-256 of the file of that policy',
    `catalog_digest` LowCardinality(String) COMMENT 'SHA-256 of all that the event was judged by: vocabulary, parties, policies; empty: it was not judged',
    `kafka_time` DateTime64(3, 'UTC') COMMENT 'Timestamp of the Kafka record' CODEC(T64, ZSTD(1)),
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When its batch was begun, by the clock of ClickHouse; the moment at which the event was judged' CODEC(ZSTD(1)),
    `lease_until` DateTime64(6, 'UTC') COMMENT 'Until when the server was to take its batch' CODEC(ZSTD(1)),
    `event_hash` FixedString(16) COMMENT 'First half of the SHA-256 of source and id; zero in rejected and lost rows' CODEC(NONE),
    `content_hash` FixedString(16) COMMENT 'First half of the SHA-256 of what makes two events the same; zero in rejected and lost rows' CODEC(NONE),
    `source` LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the event',
    `id` String COMMENT 'CloudEvents id, unique in its source' CODEC(ZSTD(1)),
    `type` LowCardinality(String) COMMENT 'CloudEvents type: org.datacustody.<kind>.v1',
    `kind` LowCardinality(String) ALIAS replaceRegexpOne(type, '^org\\.datacustody\\.(.+)\\.v[0-9]+$', '\\1') COMMENT 'Kind of the event: data.shared',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty in events without a subject',
    `subject` UUID COMMENT 'Pseudonym of the person; zero in events without a subject',
    `time` DateTime64(9, 'UTC') COMMENT 'When it happened, as the sender says; 1970-01-01 where unknown' CODEC(Delta(8), ZSTD(1)),
    `extensions` Map(LowCardinality(String), String) COMMENT 'CloudEvents extension attributes, in their canonical string form' CODEC(ZSTD(1)),
    `parent_sources` Array(LowCardinality(String)) COMMENT 'Sources of the events that this one derives from',
    `parent_ids` Array(String) COMMENT 'Ids of the events that this one derives from' CODEC(ZSTD(1)),
    `controller` LowCardinality(String) COMMENT 'Party that decides purpose and means',
    `holder` LowCardinality(String) COMMENT 'Party that performed the act; the controller where the event names none',
    `recipient` LowCardinality(String) COMMENT 'Party that got the data, or that the notice went to',
    `relationship` LowCardinality(String) COMMENT 'Provision, entrustment … (PIPL 20-23)',
    `country` LowCardinality(String) COMMENT 'Where the recipient is, ISO 3166-1 alpha-2; empty: not stated',
    `categories` Array(LowCardinality(String)) COMMENT 'Kinds of personal data',
    `purpose` LowCardinality(String) COMMENT 'What for',
    `legal_basis` LowCardinality(String) COMMENT 'Legal basis (PIPL 13, GDPR 6)',
    `consent_form` LowCardinality(String) COMMENT 'Form of the consent relied on or given',
    `consent_id` String COMMENT 'Consent relied on, given or withdrawn' CODEC(ZSTD(1)),
    `protection` LowCardinality(String) COMMENT 'How the data was protected: plain, masked, deidentified …',
    `necessity` LowCardinality(String) COMMENT 'Necessary or optional for the service',
    `channel` LowCardinality(String) COMMENT 'How the data went: api, sdk, file …',
    `sdk_name` String COMMENT 'SDK that took the data',
    `sdk_version` String COMMENT 'Version of that SDK',
    `contract_ref` String COMMENT 'Reference of the contract with the recipient' CODEC(ZSTD(1)),
    `retention_until` Nullable(Date32) COMMENT 'Last day of keeping, in the time zone of the policy',
    `origin` LowCardinality(String) COMMENT 'Where the data was collected: person, observed, third-party, public-source',
    `from` LowCardinality(String) COMMENT 'Third party that the data was obtained from',
    `recipient_ref` String COMMENT 'Opaque reference under which the recipient knows the person' CODEC(ZSTD(1)),
    `mechanism` LowCardinality(String) COMMENT 'What allowed the data to leave the country (PIPL 38)',
    `approval_ref` String COMMENT 'Reference of the assessment, certificate or filing' CODEC(ZSTD(1)),
    `audience` LowCardinality(String) COMMENT 'To whom it was made public',
    `disclosure_ground` LowCardinality(String) COMMENT 'Why it may be made public (PIPL 25, 27)',
    `purposes` Array(LowCardinality(String)) COMMENT 'Purposes of a consent',
    `recipients` Array(LowCardinality(String)) COMMENT 'Recipients of a consent, or in the scope of an erasure',
    `countries` Array(LowCardinality(String)) COMMENT 'Countries of a consent',
    `notice` String COMMENT 'Policy that the person was shown',
    `expires` Nullable(Date32) COMMENT 'Last day of the consent',
    `request_id` String COMMENT 'Erasure case' CODEC(ZSTD(1)),
    `ground` LowCardinality(String) COMMENT 'Why it is to be erased (PIPL 47)',
    `scope` LowCardinality(String) COMMENT 'What is to be erased: all, categories, recipients, controller',
    `deadline` Nullable(DateTime64(9, 'UTC')) COMMENT 'When the case must be answered',
    `notice_channel` LowCardinality(String) COMMENT 'How the recipient was told to erase',
    `attempt` UInt16 COMMENT 'Number of the notice to this recipient, from 1; 0 where there is none',
    `delivery` LowCardinality(String) COMMENT 'Whether the notice was sent or failed',
    `evidence_uri` String COMMENT 'Where the evidence is' CODEC(ZSTD(1)),
    `evidence_sha256` String COMMENT 'SHA-256 of the evidence, hexadecimal, lower case' CODEC(ZSTD(1)),
    `method` LowCardinality(String) COMMENT 'How it was erased',
    `exemption` LowCardinality(String) COMMENT 'Why it is kept, for storage only',
    `until` Nullable(Date32) COMMENT 'Last day of the restriction',
    `refusal` LowCardinality(String) COMMENT 'Why the erasure was refused',
    `linked_subject_namespace` LowCardinality(String) COMMENT 'Namespace of the other pseudonym of the same person',
    `linked_subject` UUID COMMENT 'The other pseudonym of the same person; zero where there is none',
    `finding` String COMMENT 'Finding that a person judged',
    `state` LowCardinality(String) COMMENT 'What the person judged the finding to be',
    `action` LowCardinality(String) COMMENT 'What an operator did, or a person looked up',
    `detail` String COMMENT 'More on the operation' CODEC(ZSTD(1)),
    `minor` Bool COMMENT 'The person is under 14',
    `actor` String COMMENT 'Who did it: a role or a pseudonym' CODEC(ZSTD(1)),
    `record_ref` String COMMENT 'Reference of the record in the sending system' CODEC(ZSTD(1)),
    `note` String COMMENT 'Free text, without personal values' CODEC(ZSTD(1)),
    INDEX by_event_id id TYPE bloom_filter(0.0001) GRANULARITY 1,
    INDEX by_linked linked_subject TYPE bloom_filter(0.0001) GRANULARITY 64,
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6),
    PROJECTION ingest
    (
        SELECT
            kafka_cluster,
            kafka_topic,
            kafka_epoch,
            kafka_partition,
            max(kafka_offset),
            min(seq),
            max(seq),
            count(),
            maxIf(time, outcome = 'accepted'),
            max(recorded_at)
        GROUP BY
            kafka_cluster,
            kafka_topic,
            kafka_epoch,
            kafka_partition
    ),
    PROJECTION by_recipient
    (
        SELECT
            recipient,
            time,
            subject_namespace,
            subject,
            outcome,
            type,
            controller,
            holder,
            relationship,
            country,
            categories,
            purpose,
            legal_basis,
            mechanism
        ORDER BY
            recipient,
            time
    ),
    PROJECTION by_event
    (
        SELECT
            toStartOfHour(time),
            event_hash,
            content_hash,
            time,
            outcome,
            kafka_cluster,
            kafka_topic,
            kafka_epoch,
            kafka_partition,
            kafka_offset
        ORDER BY
            toStartOfHour(time),
            event_hash
    ),
    PROJECTION by_source
    (
        SELECT
            source,
            outcome,
            count(),
            min(recorded_at),
            max(recorded_at),
            min(time),
            max(time),
            count(toUInt64OrNull(extensions['sequence'])),
            min(toUInt64OrNull(extensions['sequence'])),
            max(toUInt64OrNull(extensions['sequence'])),
            argMin(toUInt64OrNull(extensions['sequence']), time),
            argMax(toUInt64OrNull(extensions['sequence']), time)
        GROUP BY
            source,
            outcome
    ),
    PROJECTION exceptions
    (
        SELECT
            outcome,
            if((outcome IN ('rejected', 'conflict', 'lost')), subject_namespace, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), subject, toUUID('00000000-0000-0000-0000-000000000000')),
            if((outcome IN ('rejected', 'conflict', 'lost')), source, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), id, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), type, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), time, fromUnixTimestamp64Nano(0, 'UTC')),
            if((outcome IN ('rejected', 'conflict', 'lost')), reason, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), reason_field, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_cluster, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_topic, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_epoch, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_partition, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_offset, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), lost_from, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), recorded_at, fromUnixTimestamp64Micro(0, 'UTC'))
        GROUP BY
            outcome,
            if((outcome IN ('rejected', 'conflict', 'lost')), subject_namespace, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), subject, toUUID('00000000-0000-0000-0000-000000000000')),
            if((outcome IN ('rejected', 'conflict', 'lost')), source, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), id, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), type, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), time, fromUnixTimestamp64Nano(0, 'UTC')),
            if((outcome IN ('rejected', 'conflict', 'lost')), reason, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), reason_field, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_cluster, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_topic, ''),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_epoch, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_partition, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), kafka_offset, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), lost_from, 0),
            if((outcome IN ('rejected', 'conflict', 'lost')), recorded_at, fromUnixTimestamp64Micro(0, 'UTC'))
    )
)
ENGINE = MergeTree
PARTITION BY toYear(recorded_at)
ORDER BY (subject_namespace, subject, time, event_hash)
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 10485760, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0, min_level_for_wide_part = 1, vertical_merge_algorithm_min_rows_to_activate = 1, auto_statistics_types = '', min_age_to_force_merge_seconds = 604800, min_age_to_force_merge_on_partition_only = 1
COMMENT 'The lineage log: one row for every Kafka record consumed, append-only';

CREATE TABLE custody.migrations
(
    `version` UInt32 COMMENT 'Number of the migration',
    `name` String COMMENT 'Its name',
    `checksum` String COMMENT 'SHA-256 of its file, hexadecimal',
    `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it was done'
)
ENGINE = MergeTree
ORDER BY version
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Migrations that were applied, in the form in which they were';

CREATE VIEW custody.recipients
(
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym',
    `subject` UUID COMMENT 'Pseudonym of the person',
    `recipient` String COMMENT 'Party that got the data; *public: everyone',
    `relationships` Array(String) COMMENT 'Provision, entrustment … (PIPL 20-23)',
    `categories` Array(String) COMMENT 'Kinds of personal data',
    `purposes` Array(String) COMMENT 'What for',
    `grounds` Array(String) COMMENT 'Legal bases (PIPL 13, GDPR 6)',
    `countries` Array(String) COMMENT 'Where the recipient is, as far as stated',
    `first_time` DateTime64(9, 'UTC') COMMENT 'When it first got data',
    `last_time` DateTime64(9, 'UTC') COMMENT 'When it last got data',
    `events` UInt64 COMMENT 'In how many events'
)
COMMENT 'Who got what of each subject, by the events that name it; links between pseudonyms are not followed'
AS SELECT
    subject_namespace,
    subject,
    if(type = 'org.datacustody.data.disclosed.v1', '*public', l.recipient) AS recipient,
    arraySort(groupUniqArrayIf(relationship, relationship != '')) AS relationships,
    arraySort(groupUniqArrayArray(categories)) AS categories,
    arraySort(groupUniqArray(purpose)) AS purposes,
    arraySort(groupUniqArrayIf(legal_basis, legal_basis != '')) AS grounds,
    arraySort(groupUniqArrayIf(country, country != '')) AS countries,
    min(time) AS first_time,
    max(time) AS last_time,
    count() AS events
FROM custody.log AS l
WHERE (outcome = 'accepted') AND (type IN ('org.datacustody.data.shared.v1', 'org.datacustody.data.transferred-abroad.v1', 'org.datacustody.data.disclosed.v1'))
GROUP BY
    subject_namespace,
    subject,
    recipient;

CREATE VIEW custody.repeats
(
    `source` LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the event',
    `id` String COMMENT 'CloudEvents id, unique in its source',
    `accepted` UInt64 COMMENT 'How many rows were accepted; all but the first recorded one should not have been',
    `contents` UInt64 COMMENT 'How many different things they say; 1: the same event was sent to several partitions',
    `places` Array(String) COMMENT 'Where they stand: cluster/topic/epoch/partition/offset, the first recorded one first',
    `first_recorded_at` DateTime64(6, 'UTC') COMMENT 'When the first was recorded',
    `last_recorded_at` DateTime64(6, 'UTC') COMMENT 'When the latest was recorded'
)
COMMENT 'Events that were accepted more than once: repeats in another partition, and contradictions of another hour that outlived the writer\'s memory'
AS SELECT
    source,
    id,
    count() AS accepted,
    uniqExact(content_hash) AS contents,
    arrayMap(r -> (r.2), arraySort(groupArray((recorded_at, concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)))))) AS places,
    min(recorded_at) AS first_recorded_at,
    max(recorded_at) AS last_recorded_at
FROM custody.log
WHERE (outcome = 'accepted') AND (event_hash IN (
    SELECT event_hash
    FROM custody.log
    WHERE outcome = 'accepted'
    GROUP BY event_hash
    HAVING count() > 1
))
GROUP BY
    source,
    id;

CREATE VIEW custody.seen
(
    `platform` LowCardinality(String) COMMENT 'Platform of the controller; empty where no policy is known of it',
    `policy` LowCardinality(String) COMMENT 'Policy in force when it happened; empty where there was none',
    `controller` LowCardinality(String) COMMENT 'Party that decides purpose and means',
    `kind` LowCardinality(String) COMMENT 'Kind of the events: data.shared',
    `party` LowCardinality(String) COMMENT 'Recipient; of what was collected from a third party that one; of what was disclosed the audience',
    `category` LowCardinality(String) COMMENT 'Kind of personal data',
    `purpose` LowCardinality(String) COMMENT 'What for',
    `channels` Array(LowCardinality(String)) COMMENT 'How the data went',
    `sdks` Array(String) COMMENT 'SDKs that took the data',
    `countries` Array(LowCardinality(String)) COMMENT 'Where the recipient was, as far as stated',
    `events` UInt64 COMMENT 'In how many events',
    `persons` UInt64 COMMENT 'Of how many pseudonyms',
    `first_time` DateTime64(9, 'UTC') COMMENT 'When it first happened',
    `last_time` DateTime64(9, 'UTC') COMMENT 'When it last happened'
)
COMMENT 'What was seen to happen, by the policy then in force: who did what with which kinds of data, for what, and who got it'
AS SELECT
    platform,
    policy,
    controller,
    kind,
    party,
    category,
    purpose,
    arraySort(groupUniqArrayIf(channel, channel != '')) AS channels,
    arraySort(groupUniqArrayIf(sdk_name, sdk_name != '')) AS sdks,
    arraySort(groupUniqArrayIf(country, country != '')) AS countries,
    count() AS events,
    uniqExact(subject_namespace, subject) AS persons,
    min(time) AS first_time,
    max(time) AS last_time
FROM
(
    SELECT
        p.platform AS platform,
        if(l.time < p.until_time, p.policy, '') AS policy,
        l.controller AS controller,
        l.kind AS kind,
        l.party AS party,
        arrayJoin(l.categories) AS category,
        l.purpose AS purpose,
        l.channel AS channel,
        l.sdk_name AS sdk_name,
        l.country AS country,
        l.subject_namespace AS subject_namespace,
        l.subject AS subject,
        l.time AS time
    FROM
    (
        SELECT
            controller,
            kind,
            multiIf(type = 'org.datacustody.data.disclosed.v1', audience, type = 'org.datacustody.data.collected.v1', `from`, recipient) AS party,
            categories,
            purpose,
            channel,
            sdk_name,
            country,
            subject_namespace,
            subject,
            time
        FROM custody.log
        WHERE (outcome = 'accepted') AND (type IN ('org.datacustody.data.collected.v1', 'org.datacustody.data.used.v1', 'org.datacustody.data.shared.v1', 'org.datacustody.data.transferred-abroad.v1', 'org.datacustody.data.disclosed.v1'))
    ) AS l
    ASOF LEFT JOIN
    (
        SELECT DISTINCT
            arrayJoin(controllers) AS controller,
            policy,
            platform,
            from_time,
            until_time
        FROM custody.declared_now
    ) AS p ON (l.controller = p.controller) AND (l.time >= p.from_time)
)
GROUP BY
    platform,
    policy,
    controller,
    kind,
    party,
    category,
    purpose;

CREATE VIEW custody.sources
(
    `source` LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the events',
    `events` UInt64 COMMENT 'How many were accepted',
    `first_recorded_at` DateTime64(6, 'UTC') COMMENT 'When the first was recorded: what the service did before is not known',
    `last_recorded_at` DateTime64(6, 'UTC') COMMENT 'When the latest was recorded',
    `first_time` DateTime64(9, 'UTC') COMMENT 'When the earliest happened, as the service says',
    `last_time` DateTime64(9, 'UTC') COMMENT 'When the latest happened, as the service says',
    `numbered` UInt64 COMMENT 'How many bear a sequence of digits',
    `sequence_min` Nullable(UInt64) COMMENT 'Lowest sequence; null where none is numbered',
    `sequence_max` Nullable(UInt64) COMMENT 'Highest sequence; null where none is numbered',
    `missing` UInt64 COMMENT 'Numbers between the two that no event bears; 0 for a source whose latest number is below its earliest: it began anew'
)
COMMENT 'Since when each source reports, and how many of its numbered events never came'
AS SELECT
    source,
    count() AS events,
    min(recorded_at) AS first_recorded_at,
    max(recorded_at) AS last_recorded_at,
    min(time) AS first_time,
    max(time) AS last_time,
    count(toUInt64OrNull(extensions['sequence'])) AS numbered,
    min(toUInt64OrNull(extensions['sequence'])) AS sequence_min,
    max(toUInt64OrNull(extensions['sequence'])) AS sequence_max,
    if((numbered = 0) OR (argMax(toUInt64OrNull(extensions['sequence']), time) < argMin(toUInt64OrNull(extensions['sequence']), time)), 0, toUInt64(greatest(toInt128(0), ((toInt128(assumeNotNull(sequence_max)) - toInt128(assumeNotNull(sequence_min))) + 1) - toInt128(numbered)))) AS missing
FROM custody.log
WHERE outcome = 'accepted'
GROUP BY source
SETTINGS optimize_functions_to_subcolumns = 0;

CREATE VIEW custody.standing_findings
(
    `finding` String COMMENT 'Id of the finding',
    `rule` LowCardinality(String) COMMENT 'Rule that is broken',
    `severity` LowCardinality(String) COMMENT 'error, warning or info',
    `article` LowCardinality(String) COMMENT 'Law that the rule comes from',
    `field` LowCardinality(String) COMMENT 'Field of the event that breaks the rule; empty where it is the event as such',
    `because` String COMMENT 'What it is held against: source and id of a withdrawal or a request, a notice, a day, the numbers that are missing',
    `policy` LowCardinality(String) COMMENT 'Policy that the event was judged by; empty where none was',
    `source` LowCardinality(String) COMMENT 'CloudEvents source of the event',
    `id` String COMMENT 'CloudEvents id of the event; empty of a gap',
    `type` LowCardinality(String) COMMENT 'CloudEvents type of the event',
    `time` DateTime64(9, 'UTC') COMMENT 'When it happened, as the sender says',
    `subject_namespace` LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where there is none',
    `subject` UUID COMMENT 'Pseudonym of the person; zero where there is none',
    `controller` LowCardinality(String) COMMENT 'Party that decides purpose and means',
    `holder` LowCardinality(String) COMMENT 'Party that performed the act',
    `recipient` LowCardinality(String) COMMENT 'Party that got the data',
    `place` String COMMENT 'Where the record of the event stood: cluster/topic/epoch/partition/offset; empty of a gap',
    `detected_at` DateTime64(6, 'UTC') COMMENT 'When it was found, by the clock of ClickHouse',
    `state` LowCardinality(String) COMMENT 'open, acknowledged, false-positive or resolved'
)
COMMENT 'Findings that stand now, one row each, with what persons said of them'
AS SELECT
    n.finding,
    n.w.1 AS rule,
    n.w.2 AS severity,
    n.w.3 AS article,
    n.w.4 AS field,
    n.w.5 AS because,
    n.w.6 AS policy,
    n.w.7 AS source,
    n.w.8 AS id,
    n.w.9 AS type,
    n.w.10 AS time,
    n.w.11 AS subject_namespace,
    n.w.12 AS subject,
    n.w.13 AS controller,
    n.w.14 AS holder,
    n.w.15 AS recipient,
    n.w.16 AS place,
    n.at AS detected_at,
    if(s.state = '', 'open', s.state) AS state
FROM
(
    SELECT
        finding,
        argMax((rule, severity, article, field, because, policy, source, id, type, time, subject_namespace, subject, controller, holder, recipient, if(kafka_cluster = '', '', concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)))), recorded_at) AS w,
        max(recorded_at) AS at
    FROM custody.findings
    GROUP BY finding
    HAVING argMax(stands, recorded_at)
) AS n
LEFT JOIN custody.finding_states AS s ON s.finding = n.finding;

