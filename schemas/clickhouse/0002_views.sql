CREATE VIEW IF NOT EXISTS custody.events AS
SELECT
    source, id, type, kind, subject_namespace, subject, time, extensions, parent_sources, parent_ids,
    controller, holder, recipient, relationship, country, categories, purpose, legal_basis, consent_form,
    consent_id, protection, necessity, channel, sdk_name, sdk_version, contract_ref, retention_until, origin,
    `from`, recipient_ref, mechanism, approval_ref, audience, disclosure_ground, purposes, recipients, countries,
    notice, expires, request_id, ground, scope, deadline, notice_channel, attempt, delivery, evidence_uri,
    evidence_sha256, method, exemption, until, refusal, linked_subject_namespace, linked_subject, finding, state,
    action, detail, minor, actor, record_ref, note,
    findings, misplaced, kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, seq, kafka_time,
    recorded_at
FROM custody.log
WHERE outcome = 'accepted'
COMMENT 'What happened: the accepted rows of the log';

CREATE VIEW IF NOT EXISTS custody.recipients AS
SELECT
    subject_namespace,
    subject,
    if(type = 'org.datacustody.data.disclosed.v1', '*public', l.recipient) AS recipient,
    arraySort(groupUniqArrayIf(relationship, relationship != ''))        AS relationships,
    arraySort(groupUniqArrayArray(categories))                           AS categories,
    arraySort(groupUniqArray(purpose))                                   AS purposes,
    arraySort(groupUniqArrayIf(legal_basis, legal_basis != ''))          AS grounds,
    arraySort(groupUniqArrayIf(country, country != ''))                  AS countries,
    min(time)                                                            AS first_time,
    max(time)                                                            AS last_time,
    count()                                                              AS events
FROM custody.log AS l
WHERE outcome = 'accepted'
  AND type IN ('org.datacustody.data.shared.v1', 'org.datacustody.data.transferred-abroad.v1', 'org.datacustody.data.disclosed.v1')
GROUP BY subject_namespace, subject, recipient
COMMENT 'Who got what of each subject, by the events that name it; links between pseudonyms are not followed';
