"""A contestant of bench/pipe: the consumer that a team would write in an afternoon in Python.

It is no example of how to keep evidence: what is sent twice is stored twice, and a
crash between the insert and the commit stores a batch again.
"""

import base64
import json
import os
import signal
import time
from datetime import date, datetime

import clickhouse_connect
from confluent_kafka import Consumer, TopicPartition

BATCH_ROWS = 50_000
BATCH_AGE = 1.0  # seconds

ENVELOPE = ("source", "id", "type", "subject")
EXTENSIONS = ("traceparent", "correlationid")
TEXTS = (
    "controller", "holder", "recipient", "relationship", "country", "purpose", "legal_basis", "consent_form", "consent_id",
    "protection", "necessity", "channel", "contract_ref", "origin", "from", "recipient_ref", "mechanism", "approval_ref",
    "audience", "disclosure_ground", "notice", "request_id", "ground", "scope", "notice_channel", "delivery", "method",
    "exemption", "refusal", "linked_subject", "finding", "state", "action", "detail", "actor", "record_ref", "note",
)
LISTS = ("categories", "purposes", "recipients", "countries")
DAYS = ("retention_until", "expires", "until")
COLUMNS = (
    ("kafka_partition", "kafka_offset") + ENVELOPE + ("time",) + EXTENSIONS + TEXTS + LISTS + DAYS
    + ("parent_sources", "parent_ids", "sdk_name", "sdk_version", "deadline", "attempt", "evidence_uri", "evidence_sha256", "minor")
)


def row(message):
    """One event as a row, in the order of COLUMNS."""
    event = json.loads(message.value())
    data = event.get("data")
    if data is None:
        data = json.loads(base64.b64decode(event["data_base64"]))
    parents, sdk, evidence = data.get("parents", ()), data.get("sdk", {}), data.get("evidence", {})
    deadline = data.get("deadline")
    values = [message.partition(), message.offset()]
    values += [event.get(name, "") for name in ENVELOPE]
    values.append(datetime.fromisoformat(event["time"]))
    values += [event.get(name, "") for name in EXTENSIONS]
    values += [data.get(name, "") for name in TEXTS]
    values += [data.get(name, []) for name in LISTS]
    values += [date.fromisoformat(data[name]) if name in data else None for name in DAYS]
    values += [
        [p["source"] for p in parents],
        [p["id"] for p in parents],
        sdk.get("name", ""),
        sdk.get("version", ""),
        datetime.fromisoformat(deadline) if deadline else None,
        data.get("attempt", 0),
        evidence.get("uri", ""),
        evidence.get("sha256", ""),
        data.get("minor", False),
    ]
    return values


def main():
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    host, port = os.environ["CLICKHOUSE_HTTP_ADDR"].rsplit(":", 1)
    db = clickhouse_connect.get_client(
        host=host, port=int(port), username=os.environ["CLICKHOUSE_USER"], password=os.environ["CLICKHOUSE_PASSWORD"],
        compress="lz4", settings={"async_insert": 0},
    )
    database, table = os.environ["CLICKHOUSE_TABLE"].split(".")
    insert = db.create_insert_context(table=table, database=database, column_names=COLUMNS)
    consumer = Consumer({
        "bootstrap.servers": os.environ["KAFKA_BROKERS"], "group.id": os.environ["KAFKA_GROUP"],
        "auto.offset.reset": "earliest", "enable.auto.commit": False,
    })
    consumer.subscribe([os.environ["KAFKA_TOPIC"]])
    rows, ends, begun = [], {}, time.monotonic()
    while running:
        for message in consumer.consume(num_messages=1000, timeout=0.1):
            if message.error():
                raise RuntimeError(message.error())
            if not rows:
                begun = time.monotonic()
            rows.append(row(message))
            ends[message.partition()] = TopicPartition(message.topic(), message.partition(), message.offset() + 1)
        if len(rows) >= BATCH_ROWS or rows and time.monotonic() - begun >= BATCH_AGE:
            insert.data = rows
            db.insert(context=insert)
            consumer.commit(offsets=list(ends.values()), asynchronous=False)
            rows, ends = [], {}
    consumer.close()


if __name__ == "__main__":
    main()
