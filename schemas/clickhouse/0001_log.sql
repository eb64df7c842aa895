CREATE TABLE IF NOT EXISTS custody.log
(
    -- where the record stood in Kafka: the identity of a row
    kafka_cluster      LowCardinality(String)     COMMENT 'Name of the Kafka cluster, as configured',
    kafka_topic        LowCardinality(String)     COMMENT 'Topic that the record was read from',
    kafka_epoch        UInt32                     COMMENT 'Raised when the topic was made anew or its partitions changed; 0 at first',
    kafka_partition    Int32                      COMMENT 'Partition that the record was read from',
    kafka_offset       Int64                      COMMENT 'Offset of the record; of a lost range its last' CODEC(T64, ZSTD(1)),
    lost_from          Int64                      COMMENT 'First offset of a lost range; -1 in all other rows',
    seq                UInt64                     COMMENT 'Number of the row in its partition and epoch, dense' CODEC(T64, ZSTD(1)),

    -- what became of it
    outcome            LowCardinality(String)     COMMENT 'accepted, duplicate, conflict, rejected or lost',
    reason             LowCardinality(String)     COMMENT 'Why it was rejected; empty in all other rows',
    reason_field       LowCardinality(String)     COMMENT 'Field that it was rejected for: envelope attributes bare, data as data.purpose',
    misplaced          Bool                       COMMENT 'It stood in another partition than its key gives',
    findings           Array(LowCardinality(String)) COMMENT 'Rules that the event breaks',
    kafka_time         DateTime64(3, 'UTC')       COMMENT 'Timestamp of the Kafka record' CODEC(T64, ZSTD(1)),
    recorded_at        DateTime64(6, 'UTC')       COMMENT 'When its batch was begun, by the clock of ClickHouse; the moment at which the event was judged' CODEC(ZSTD(1)),
    lease_until        DateTime64(6, 'UTC')       COMMENT 'Until when the server was to take its batch' CODEC(ZSTD(1)),
    event_hash         FixedString(16)            COMMENT 'First half of the SHA-256 of source and id; zero in rejected and lost rows' CODEC(NONE),
    content_hash       FixedString(16)            COMMENT 'First half of the SHA-256 of what makes two events the same; zero in rejected and lost rows' CODEC(NONE),

    -- the envelope
    source             LowCardinality(String)     COMMENT 'CloudEvents source: the service that sent the event',
    id                 String                     COMMENT 'CloudEvents id, unique in its source' CODEC(ZSTD(1)),
    type               LowCardinality(String)     COMMENT 'CloudEvents type: org.datacustody.<kind>.v1',
    kind               LowCardinality(String)     ALIAS replaceRegexpOne(type, '^org\\.datacustody\\.(.+)\\.v[0-9]+$', '\\1') COMMENT 'Kind of the event: data.shared',
    subject_namespace  LowCardinality(String)     COMMENT 'Namespace of the pseudonym; empty in events without a subject',
    subject            UUID                       COMMENT 'Pseudonym of the person; zero in events without a subject',
    time               DateTime64(9, 'UTC')       COMMENT 'When it happened, as the sender says; 1970-01-01 where unknown' CODEC(Delta, ZSTD(1)),
    extensions         Map(LowCardinality(String), String) COMMENT 'CloudEvents extension attributes, in their canonical string form' CODEC(ZSTD(1)),
    parent_sources     Array(LowCardinality(String)) COMMENT 'Sources of the events that this one derives from',
    parent_ids         Array(String)              COMMENT 'Ids of the events that this one derives from' CODEC(ZSTD(1)),

    -- the data, in the order of the contract
    controller         LowCardinality(String)     COMMENT 'Party that decides purpose and means',
    holder             LowCardinality(String)     COMMENT 'Party that performed the act; the controller where the event names none',
    recipient          LowCardinality(String)     COMMENT 'Party that got the data, or that the notice went to',
    relationship       LowCardinality(String)     COMMENT 'Provision, entrustment … (PIPL 20-23)',
    country            LowCardinality(String)     COMMENT 'Where the recipient is, ISO 3166-1 alpha-2; empty: not stated',
    categories         Array(LowCardinality(String)) COMMENT 'Kinds of personal data',
    purpose            LowCardinality(String)     COMMENT 'What for',
    legal_basis        LowCardinality(String)     COMMENT 'Legal basis (PIPL 13, GDPR 6)',
    consent_form       LowCardinality(String)     COMMENT 'Form of the consent relied on or given',
    consent_id         String                     COMMENT 'Consent relied on, given or withdrawn' CODEC(ZSTD(1)),
    protection         LowCardinality(String)     COMMENT 'How the data was protected: plain, masked, deidentified …',
    necessity          LowCardinality(String)     COMMENT 'Necessary or optional for the service',
    channel            LowCardinality(String)     COMMENT 'How the data went: api, sdk, file …',
    sdk_name           String                     COMMENT 'SDK that took the data',
    sdk_version        String                     COMMENT 'Version of that SDK',
    contract_ref       String                     COMMENT 'Reference of the contract with the recipient' CODEC(ZSTD(1)),
    retention_until    Nullable(Date32)           COMMENT 'Last day of keeping, in the time zone of the policy',
    origin             LowCardinality(String)     COMMENT 'Where the data was collected: person, observed, third-party, public-source',
    `from`             LowCardinality(String)     COMMENT 'Third party that the data was obtained from',
    recipient_ref      String                     COMMENT 'Opaque reference under which the recipient knows the person' CODEC(ZSTD(1)),
    mechanism          LowCardinality(String)     COMMENT 'What allowed the data to leave the country (PIPL 38)',
    approval_ref       String                     COMMENT 'Reference of the assessment, certificate or filing' CODEC(ZSTD(1)),
    audience           LowCardinality(String)     COMMENT 'To whom it was made public',
    disclosure_ground  LowCardinality(String)     COMMENT 'Why it may be made public (PIPL 25, 27)',
    purposes           Array(LowCardinality(String)) COMMENT 'Purposes of a consent',
    recipients         Array(LowCardinality(String)) COMMENT 'Recipients of a consent, or in the scope of an erasure',
    countries          Array(LowCardinality(String)) COMMENT 'Countries of a consent',
    notice             String                     COMMENT 'Policy that the person was shown',
    expires            Nullable(Date32)           COMMENT 'Last day of the consent',
    request_id         String                     COMMENT 'Erasure case' CODEC(ZSTD(1)),
    ground             LowCardinality(String)     COMMENT 'Why it is to be erased (PIPL 47)',
    scope              LowCardinality(String)     COMMENT 'What is to be erased: all, categories, recipients, controller',
    deadline           Nullable(DateTime64(9, 'UTC')) COMMENT 'When the case must be answered',
    notice_channel     LowCardinality(String)     COMMENT 'How the recipient was told to erase',
    attempt            UInt16                     COMMENT 'Number of the notice to this recipient, from 1; 0 where there is none',
    delivery           LowCardinality(String)     COMMENT 'Whether the notice was sent or failed',
    evidence_uri       String                     COMMENT 'Where the evidence is' CODEC(ZSTD(1)),
    evidence_sha256    String                     COMMENT 'SHA-256 of the evidence, hexadecimal, lower case' CODEC(ZSTD(1)),
    method             LowCardinality(String)     COMMENT 'How it was erased',
    exemption          LowCardinality(String)     COMMENT 'Why it is kept, for storage only',
    until              Nullable(Date32)           COMMENT 'Last day of the restriction',
    refusal            LowCardinality(String)     COMMENT 'Why the erasure was refused',
    linked_subject_namespace LowCardinality(String) COMMENT 'Namespace of the other pseudonym of the same person',
    linked_subject     UUID                       COMMENT 'The other pseudonym of the same person; zero where there is none',
    finding            String                     COMMENT 'Finding that a person judged',
    state              LowCardinality(String)     COMMENT 'What the person judged the finding to be',
    action             LowCardinality(String)     COMMENT 'What an operator did, or a person looked up',
    detail             String                     COMMENT 'More on the operation' CODEC(ZSTD(1)),
    minor              Bool                       COMMENT 'The person is under 14',
    actor              String                     COMMENT 'Who did it: a role or a pseudonym' CODEC(ZSTD(1)),
    record_ref         String                     COMMENT 'Reference of the record in the sending system' CODEC(ZSTD(1)),
    note               String                     COMMENT 'Free text, without personal values' CODEC(ZSTD(1)),

    INDEX by_id       id             TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_link     linked_subject TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_outcome  outcome        TYPE set(8)             GRANULARITY 1,

    -- how far each partition is logged, and whether rows are missing
    PROJECTION ingest
    (
        SELECT
            kafka_cluster, kafka_topic, kafka_epoch, kafka_partition,
            max(kafka_offset), min(seq), max(seq), count(), maxIf(time, outcome = 'accepted'), max(recorded_at)
        GROUP BY kafka_cluster, kafka_topic, kafka_epoch, kafka_partition
    ),
    -- who was exposed to a recipient; registers of recipients and countries
    PROJECTION by_recipient
    (
        SELECT
            recipient, time, subject_namespace, subject, outcome, type, controller, holder, relationship, country,
            categories, purpose, legal_basis, mechanism
        ORDER BY recipient, time
    ),
    -- whether an event is logged already
    PROJECTION by_event
    (
        SELECT
            toStartOfHour(time), event_hash, content_hash, time, outcome,
            kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset
        ORDER BY toStartOfHour(time), event_hash
    ),

    -- the server itself refuses the block of a writer that came too late
    CONSTRAINT lease CHECK lease_until > nowInBlock64(6)
)
ENGINE = MergeTree
PARTITION BY toYear(recorded_at)
ORDER BY (subject_namespace, subject, time, event_hash)
SETTINGS
    index_granularity = 1024,
    min_bytes_for_wide_part = 134217728,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    non_replicated_deduplication_window = 0
COMMENT 'The lineage log: one row for every Kafka record consumed, append-only';

CREATE TABLE IF NOT EXISTS custody.floors
(
    kafka_cluster   LowCardinality(String) COMMENT 'Name of the Kafka cluster, as configured',
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_epoch     UInt32                 COMMENT 'Epoch of the topic',
    kafka_partition Int32                  COMMENT 'Partition',
    kafka_offset    Int64                  COMMENT 'First offset that the log may hold',
    seq             UInt64                 COMMENT 'Number of the row that stands there, or would',
    why             LowCardinality(String) COMMENT 'epoch: the topic began anew here; retention: what is below was dropped',
    actor           String                 COMMENT 'Who recorded it: a role or a pseudonym',
    recorded_at     DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') COMMENT 'When, by the clock of ClickHouse'
)
ENGINE = MergeTree
ORDER BY (kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Where epochs begin and what retention dropped: written before it is done, never changed';
