CREATE VIEW IF NOT EXISTS custody.dead_letters
(
    letter            String                 COMMENT 'Key of the dead letter: cluster/topic/epoch/partition/offset of the record',
    reason            LowCardinality(String) COMMENT 'Why it was rejected; conflict where an event with its source and id says otherwise',
    reason_field      LowCardinality(String) COMMENT 'Field that it was rejected for: envelope attributes bare, data as data.purpose',
    source            LowCardinality(String) COMMENT 'CloudEvents source: the service that sent the record; empty where unknown',
    id                String                 COMMENT 'CloudEvents id; empty where unknown',
    type              LowCardinality(String) COMMENT 'CloudEvents type; empty where unknown',
    subject_namespace LowCardinality(String) COMMENT 'Namespace of the pseudonym; empty where unknown, and in events without a subject',
    subject           UUID                   COMMENT 'Pseudonym of the person; zero where unknown, and in events without a subject',
    time              DateTime64(9, 'UTC')   COMMENT 'When it happened, as the sender says; 1970-01-01 where unknown',
    kafka_cluster     LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    kafka_topic       LowCardinality(String) COMMENT 'Topic that the record was read from',
    kafka_epoch       UInt32                 COMMENT 'Raised when the topic was made anew or its partitions changed; 0 at first',
    kafka_partition   Int32                  COMMENT 'Partition that the record was read from',
    kafka_offset      Int64                  COMMENT 'Offset of the record',
    recorded_at       DateTime64(6, 'UTC')   COMMENT 'When its batch was begun, by the clock of ClickHouse; the moment at which it was refused',
    resolved_by       LowCardinality(String) COMMENT 'Empty while unresolved; replayed or resolved by an operator, or accepted: the log has an event with its source and id. Of a conflict only an operator can say so'
)
AS SELECT
    concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset)) AS letter,
    if(outcome = 'conflict', 'conflict', l.reason) AS reason,
    reason_field, source, id, type, subject_namespace, subject, time,
    kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, recorded_at,
    multiIf(
        -- what operators did has no subject: it lies together, at the start of the primary key
        letter IN (
            SELECT record_ref FROM custody.log
            WHERE subject_namespace = '' AND subject = toUUID('00000000-0000-0000-0000-000000000000')
              AND type = 'org.datacustody.operation.logged.v1' AND outcome = 'accepted' AND action = 'replay'
        ), 'replayed',
        letter IN (
            SELECT record_ref FROM custody.log
            WHERE subject_namespace = '' AND subject = toUUID('00000000-0000-0000-0000-000000000000')
              AND type = 'org.datacustody.operation.logged.v1' AND outcome = 'accepted' AND action = 'heal'
        ), 'resolved',
        -- index by_id keeps this to where ids of rejected records are, not all that was accepted
        outcome = 'rejected' AND id != '' AND (source, id) IN (
            SELECT source, id FROM custody.log
            WHERE outcome = 'accepted' AND id IN (SELECT id FROM custody.log WHERE outcome = 'rejected' AND id != '')
        ), 'accepted',
        '') AS resolved_by
FROM custody.log AS l
WHERE outcome IN ('rejected', 'conflict')
COMMENT 'Records that were refused, each with whether that is settled; their values are in Kafka, in custody.dead-letter';
