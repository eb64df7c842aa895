-- since when each source reports, and which numbers it skipped: every look-up of a person says so
ALTER TABLE custody.log ADD PROJECTION IF NOT EXISTS by_source
(
    SELECT
        source, outcome, count(), min(recorded_at), max(recorded_at), min(time), max(time),
        count(toUInt64OrNull(extensions['sequence'])),
        min(toUInt64OrNull(extensions['sequence'])), max(toUInt64OrNull(extensions['sequence'])),
        argMin(toUInt64OrNull(extensions['sequence']), time), argMax(toUInt64OrNull(extensions['sequence']), time)
    GROUP BY source, outcome
);

ALTER TABLE custody.log MATERIALIZE PROJECTION by_source;

CREATE VIEW IF NOT EXISTS custody.certificate
(
    kafka_cluster    LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    kafka_topic      LowCardinality(String) COMMENT 'Topic',
    kafka_epoch      UInt32                 COMMENT 'Epoch of the topic',
    kafka_partition  Int32                  COMMENT 'Partition',
    next_offset      Int64                  COMMENT 'First offset that is not logged: less than the end offset that Kafka tells, and records are still to come',
    rows             UInt64                 COMMENT 'Rows of the log',
    whole            Bool                   COMMENT 'No row is missing below next_offset, not even the first',
    lost             Int64                  COMMENT 'Offsets that Kafka had dropped before they were read',
    last_recorded_at DateTime64(6, 'UTC')   COMMENT 'When the newest batch was begun, by the clock of ClickHouse; 1970-01-01 where there is none'
)
AS SELECT
    kafka_cluster, kafka_topic, kafka_epoch, kafka_partition,
    max(p.next_offset) AS next_offset, sum(p.rows) AS rows,
    -- as many rows as numbers, and none missing before the first: the newest floor, or 0, says where they begin
    rows = 0 OR max(p.high) - min(p.low) + 1 = rows AND min(p.low) <= argMax(p.begin, p.floor) AS whole,
    sum(p.lost) AS lost, max(p.last) AS last_recorded_at
FROM
(
    SELECT
        kafka_cluster, kafka_topic, kafka_epoch, kafka_partition,
        max(kafka_offset) + 1 AS next_offset, count() AS rows, min(seq) AS low, max(seq) AS high,
        toInt64(-1) AS floor, toUInt64(0) AS begin, toInt64(0) AS lost, max(recorded_at) AS last
    FROM custody.log
    GROUP BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition
    UNION ALL
    SELECT
        kafka_cluster, kafka_topic, kafka_epoch, kafka_partition,
        kafka_offset, 0, toUInt64(-1), 0, kafka_offset, seq, 0, fromUnixTimestamp64Micro(0, 'UTC')
    FROM custody.floors
    UNION ALL
    -- what was lost has no subject: it lies at the start of the primary key
    SELECT
        kafka_cluster, kafka_topic, kafka_epoch, kafka_partition,
        0, 0, toUInt64(-1), 0, -1, 0, sum(kafka_offset - lost_from + 1), fromUnixTimestamp64Micro(0, 'UTC')
    FROM custody.log
    WHERE subject_namespace = '' AND subject = toUUID('00000000-0000-0000-0000-000000000000') AND outcome = 'lost'
    GROUP BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition
) AS p
GROUP BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition
COMMENT 'How far each partition is logged, and whether all of it: what an answer from the log can know. What Kafka holds beyond it only Kafka can tell';

CREATE VIEW IF NOT EXISTS custody.sources
(
    source            LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the events',
    events            UInt64                 COMMENT 'How many were accepted',
    first_recorded_at DateTime64(6, 'UTC')   COMMENT 'When the first was recorded: what the service did before is not known',
    last_recorded_at  DateTime64(6, 'UTC')   COMMENT 'When the latest was recorded',
    first_time        DateTime64(9, 'UTC')   COMMENT 'When the earliest happened, as the service says',
    last_time         DateTime64(9, 'UTC')   COMMENT 'When the latest happened, as the service says',
    numbered          UInt64                 COMMENT 'How many bear a sequence of digits',
    sequence_min      Nullable(UInt64)       COMMENT 'Lowest sequence; null where none is numbered',
    sequence_max      Nullable(UInt64)       COMMENT 'Highest sequence; null where none is numbered',
    missing           UInt64                 COMMENT 'Numbers between the two that no event bears; 0 for a source whose latest number is below its earliest: it began anew'
)
AS SELECT
    source,
    count()          AS events,
    min(recorded_at) AS first_recorded_at,
    max(recorded_at) AS last_recorded_at,
    min(time)        AS first_time,
    max(time)        AS last_time,
    count(toUInt64OrNull(extensions['sequence'])) AS numbered,
    min(toUInt64OrNull(extensions['sequence']))   AS sequence_min,
    max(toUInt64OrNull(extensions['sequence']))   AS sequence_max,
    if(numbered = 0 OR argMax(toUInt64OrNull(extensions['sequence']), time) < argMin(toUInt64OrNull(extensions['sequence']), time), 0,
        toUInt64(greatest(toInt128(0), toInt128(assumeNotNull(sequence_max)) - toInt128(assumeNotNull(sequence_min)) + 1 - toInt128(numbered)))) AS missing
FROM custody.log
WHERE outcome = 'accepted'
GROUP BY source
SETTINGS optimize_functions_to_subcolumns = 0 -- or the projection would not be known again
COMMENT 'Since when each source reports, and how many of its numbered events never came';

CREATE VIEW IF NOT EXISTS custody.repeats
(
    source            LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the event',
    id                String                 COMMENT 'CloudEvents id, unique in its source',
    accepted          UInt64                 COMMENT 'How many rows were accepted; all but the first recorded one should not have been',
    contents          UInt64                 COMMENT 'How many different things they say; 1: the same event was sent to several partitions',
    places            Array(String)          COMMENT 'Where they stand: cluster/topic/epoch/partition/offset, the first recorded one first',
    first_recorded_at DateTime64(6, 'UTC')   COMMENT 'When the first was recorded',
    last_recorded_at  DateTime64(6, 'UTC')   COMMENT 'When the latest was recorded'
)
AS SELECT
    source,
    id,
    count()                    AS accepted,
    uniqExact(content_hash)    AS contents,
    arrayMap(r -> r.2, arraySort(groupArray((recorded_at,
        concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)))))) AS places,
    min(recorded_at)           AS first_recorded_at,
    max(recorded_at)           AS last_recorded_at
FROM custody.log
WHERE outcome = 'accepted' AND event_hash IN (SELECT event_hash FROM custody.log WHERE outcome = 'accepted' GROUP BY event_hash HAVING count() > 1)
GROUP BY source, id
COMMENT 'Events that were accepted more than once: repeats in another partition, and contradictions of another hour that outlived the writer''s memory'
