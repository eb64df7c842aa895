-- what was said in cases of erasure, for SQL. Who has to erase what follows from all flows and links of a person: custody erase show
CREATE VIEW IF NOT EXISTS custody.erasure_recipients
(
    controller        LowCardinality(String) COMMENT 'Party whose case it is',
    request_id        String                 COMMENT 'Case',
    subject_namespace LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty in cases about everyone',
    subject           UUID                   COMMENT 'Pseudonym of the person; zero in cases about everyone',
    recipient         LowCardinality(String) COMMENT 'Party that was told, or that answered; the holder itself where the event names none',
    attempts          UInt64                 COMMENT 'How often it was tried to tell it',
    notified          Nullable(DateTime64(9, 'UTC')) COMMENT 'When it was first sent a notice; null: it was not, as with the others',
    acknowledged      Nullable(DateTime64(9, 'UTC')) COMMENT 'When it first said that it has the notice',
    executed          Nullable(DateTime64(9, 'UTC')) COMMENT 'When it first said that it has erased something',
    verified          Nullable(DateTime64(9, 'UTC')) COMMENT 'When somebody first checked that',
    refused           Nullable(DateTime64(9, 'UTC')) COMMENT 'When it last refused',
    refusal           String                 COMMENT 'Why it last refused',
    restricted        Nullable(DateTime64(9, 'UTC')) COMMENT 'When it last said that it keeps something',
    kept_until        Nullable(Date32)       COMMENT 'Last day of keeping that it named last'
)
AS SELECT
    controller,
    request_id,
    subject_namespace,
    subject,
    if(l.recipient = '', holder, l.recipient) AS recipient,
    countIf(kind = 'erasure.notified') AS attempts,
    minOrNullIf(time, kind = 'erasure.notified' AND delivery = 'sent') AS notified,
    minOrNullIf(time, kind = 'erasure.acknowledged') AS acknowledged,
    minOrNullIf(time, kind = 'erasure.executed') AS executed,
    minOrNullIf(time, kind = 'erasure.verified') AS verified,
    maxOrNullIf(time, kind = 'erasure.refused') AS refused,
    argMaxIf(l.refusal, time, kind = 'erasure.refused') AS refusal,
    maxOrNullIf(time, kind = 'erasure.restricted') AS restricted,
    argMaxIf(until, time, kind = 'erasure.restricted') AS kept_until
FROM custody.log AS l
WHERE outcome = 'accepted' AND type IN (
    'org.datacustody.erasure.notified.v1', 'org.datacustody.erasure.acknowledged.v1', 'org.datacustody.erasure.executed.v1',
    'org.datacustody.erasure.verified.v1', 'org.datacustody.erasure.refused.v1', 'org.datacustody.erasure.restricted.v1')
GROUP BY controller, request_id, subject_namespace, subject, recipient
COMMENT 'What was said to and by each party in each case of erasure: four facts, none of which follows from another';

CREATE VIEW IF NOT EXISTS custody.erasure_cases
(
    controller        LowCardinality(String) COMMENT 'Party whose case it is',
    request_id        String                 COMMENT 'Case: the id of its request where that gives none',
    subject_namespace LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty in cases about everyone',
    subject           UUID                   COMMENT 'Pseudonym of the person; zero in cases about everyone',
    ground            LowCardinality(String) COMMENT 'Why it is to be erased (PIPL 47)',
    scope             LowCardinality(String) COMMENT 'What is to be erased: all, categories, recipients, controller',
    requested         DateTime64(9, 'UTC')   COMMENT 'When it was asked for',
    deadline          DateTime64(9, 'UTC')   COMMENT 'When it must be answered: as the request says, else the end of the 15th day in China',
    parties           UInt64                 COMMENT 'How many parties were told or answered',
    unanswered        UInt64                 COMMENT 'How many of these were told and have neither erased, nor kept, nor refused',
    overdue           Bool                   COMMENT 'The deadline is over and somebody has not answered'
)
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
    countIf(r.request_id != '' AND r.executed IS NULL AND r.refused IS NULL AND r.restricted IS NULL) AS unanswered,
    CAST(unanswered > 0 AND c.deadline < now64(9) AS Bool) AS overdue
FROM
(
    SELECT
        controller, if(request_id = '', id, request_id) AS case_id, subject_namespace, subject,
        argMin(l.ground, recorded_at) AS ground, argMin(l.scope, recorded_at) AS scope, argMin(time, recorded_at) AS requested,
        argMin(ifNull(l.deadline, toDateTime64(toTimeZone(toStartOfDay(toTimeZone(time, 'Asia/Shanghai')) + INTERVAL 16 DAY, 'UTC'), 9, 'UTC')), recorded_at) AS deadline
    FROM custody.log AS l
    WHERE outcome = 'accepted' AND type = 'org.datacustody.erasure.requested.v1'
    GROUP BY controller, case_id, subject_namespace, subject
) AS c
LEFT JOIN custody.erasure_recipients AS r
    ON r.controller = c.controller AND r.request_id = c.case_id AND r.subject_namespace = c.subject_namespace AND r.subject = c.subject
GROUP BY controller, request_id, subject_namespace, subject, ground, scope, requested, deadline
COMMENT 'Cases of erasure, and how many of those that were told have answered';
