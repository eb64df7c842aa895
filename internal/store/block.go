package store

import (
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// The types of the log's moments.
const (
	nanoseconds  = "DateTime64(9, 'UTC')"
	microseconds = "DateTime64(6, 'UTC')"
	milliseconds = "DateTime64(3, 'UTC')"
)

// A block is a batch of rows of one partition. It keeps its columns' memory
// from one batch to the next.
type block struct {
	partition  ledger.Partition
	recordedAt time.Time
	rows, size int

	columns []named     // every one, in the order of the table
	input   proto.Input // those that hold anything
	sent    bool        // whether the rows began to be encoded

	cluster, topic                  sameWord
	epoch                           same[uint32]
	id                              same[int32]
	recorded, lease                 same[int64]
	offset, lostFrom, kafkaTime     fixed[int64]
	seq                             fixed[uint64]
	outcome, reason, reasonField    *words
	misplaced                       fixed[uint8]
	findings                        list[*words]
	policy, policyText, catalogText *words
	eventHash, contentHash, subject fixed[[16]byte]
	source, kind, namespace         *words
	eventID                         text
	time                            fixed[int64]
	extensions                      pairs
	parentSources                   list[*words]
	parentIDs                       list[*text]
	fields                          []field
}

// fixedRow is about what a row takes in the columns that hold nothing.
const fixedRow = 200

// newBlock returns an empty block whose terms are v's.
func newBlock(v *event.Vocabulary) *block {
	b := &block{
		epoch:         same[uint32]{typ: "UInt32"},
		id:            same[int32]{typ: "Int32"},
		recorded:      same[int64]{typ: microseconds},
		lease:         same[int64]{typ: microseconds},
		offset:        fixed[int64]{typ: "Int64"},
		lostFrom:      fixed[int64]{typ: "Int64"},
		kafkaTime:     fixed[int64]{typ: milliseconds},
		seq:           fixed[uint64]{typ: "UInt64"},
		outcome:       newWords(),
		reason:        newWords(),
		reasonField:   newWords(),
		misplaced:     fixed[uint8]{typ: "Bool"},
		findings:      list[*words]{items: newWords()},
		policy:        newWords(),
		policyText:    newWords(),
		catalogText:   newWords(),
		eventHash:     fixed[[16]byte]{typ: "FixedString(16)"},
		contentHash:   fixed[[16]byte]{typ: "FixedString(16)"},
		source:        newWords(),
		kind:          newWords(),
		namespace:     newWords(),
		subject:       fixed[[16]byte]{typ: "UUID"},
		time:          fixed[int64]{typ: nanoseconds},
		extensions:    pairs{names: newWords()},
		parentSources: list[*words]{items: newWords()},
		parentIDs:     list[*text]{items: new(text)},
		fields:        fields(newTexts(v)),
	}
	b.name()
	return b
}

// name lays the columns out in the table's order.
func (b *block) name() {
	add := func(name string, c column) {
		b.columns = append(b.columns, named{name, c})
	}
	add("kafka_cluster", &first{column: &b.cluster, sent: &b.sent})
	add("kafka_topic", &b.topic)
	add("kafka_epoch", &b.epoch)
	add("kafka_partition", &b.id)
	add("kafka_offset", &b.offset)
	add("lost_from", &b.lostFrom)
	add("seq", &b.seq)
	add("outcome", b.outcome)
	add("reason", b.reason)
	add("reason_field", b.reasonField)
	add("misplaced", &b.misplaced)
	add("findings", &b.findings)
	add("policy", b.policy)
	add("policy_digest", b.policyText)
	add("catalog_digest", b.catalogText)
	add("kafka_time", &b.kafkaTime)
	add("recorded_at", &b.recorded)
	add("lease_until", &b.lease)
	add("event_hash", &b.eventHash)
	add("content_hash", &b.contentHash)
	add("source", b.source)
	add("id", &b.eventID)
	add("type", b.kind)
	add("subject_namespace", b.namespace)
	add("subject", &b.subject)
	add("time", &b.time)
	add("extensions", &b.extensions)
	add("parent_sources", &b.parentSources)
	add("parent_ids", &b.parentIDs)
	for _, f := range b.fields {
		for _, c := range f.columns {
			add(c.name, c.column)
		}
	}
}

// Reset empties the block for a batch of p.
func (b *block) Reset(p ledger.Partition, recordedAt time.Time) {
	for _, c := range b.columns {
		c.reset()
	}
	b.partition, b.recordedAt, b.rows, b.size, b.sent = p, recordedAt, 0, 0, false
	b.cluster.v, b.topic.v, b.epoch.v, b.id.v = p.Cluster, p.Topic, p.Epoch, p.ID
	b.recorded.v = recordedAt.UnixMicro()
}

// Rows is the number of rows appended.
func (b *block) Rows() int { return b.rows }

// Bytes is about what the block holds.
func (b *block) Bytes() int { return b.size }

// uses marks the columns that any row has.
func (b *block) uses(used []bool) {
	for n, c := range b.columns {
		used[n] = used[n] || c.used()
	}
}

// seal makes the block ready to be sent under a lease, with the columns that are used.
func (b *block) seal(leaseUntil time.Time, used []bool) {
	b.lease.v = leaseUntil.UnixMicro()
	b.sent = false
	b.input = b.input[:0]
	for n, c := range b.columns {
		if used[n] {
			c.pad(b.rows)
			b.input = append(b.input, proto.InputColumn{Name: c.name, Data: c.column})
		}
	}
}
