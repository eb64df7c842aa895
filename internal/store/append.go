package store

import (
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// Append adds a row. It copies what it keeps of r.
func (b *block) Append(r *ledger.Row) {
	row := b.rows
	b.rows++
	b.size += fixedRow
	b.appendIdentity(row, r)
	b.outcome.putTerm(row, 0, int(r.Outcome), outcomeText)
	if r.Event == nil {
		return
	}
	b.appendVerdict(row, r)
	b.appendEnvelope(row, r.Event)
	if r.Outcome == ledger.Accepted {
		b.appendData(row, r.Event)
	}
}

func (b *block) appendIdentity(row int, r *ledger.Row) {
	b.offset.put(row, r.Offset)
	lost := int64(-1)
	if r.Outcome == ledger.Lost {
		lost = r.LostFrom
	}
	b.lostFrom.put(row, lost)
	b.seq.put(row, r.Seq)
	if !r.KafkaTime.IsZero() {
		b.kafkaTime.put(row, r.KafkaTime.UnixMilli())
	}
}

func (b *block) appendVerdict(row int, r *ledger.Row) {
	if r.Misplaced {
		b.misplaced.put(row, 1)
	}
	if r.Outcome == ledger.Rejected {
		b.reason.putTerm(row, 0, int(r.Reason), reasonText)
		b.reasonField.put(row, []byte(r.ReasonField))
		return
	}
	b.eventHash.put(row, r.EventHash)
	b.contentHash.put(row, r.ContentHash)
	if r.Outcome == ledger.Accepted {
		b.appendJudgement(row, r)
	}
}

// appendJudgement adds what was found, and by what.
func (b *block) appendJudgement(row int, r *ledger.Row) {
	if r.Judged.CatalogDigest != "" {
		b.policy.putString(row, r.Judged.Policy)
		b.policyText.putString(row, r.Judged.PolicyDigest)
		b.catalogText.putString(row, r.Judged.CatalogDigest)
	}
	if len(r.Findings) == 0 {
		return
	}
	b.findings.begin(row)
	for _, f := range r.Findings {
		b.findings.items.putString(b.findings.items.Rows(), f)
	}
	b.findings.end()
}

func (b *block) appendEnvelope(row int, e *event.Record) {
	b.source.put(row, e.Source)
	b.eventID.put(row, e.ID)
	b.size += len(e.ID)
	b.kind.putTerm(row, 0, int(e.Kind), kindText)
	if len(e.Namespace) > 0 {
		b.namespace.put(row, e.Namespace)
		b.subject.put(row, uuid(e.Subject))
	}
	if e.HasTime && e.Time/int64(time.Second) <= ledger.Latest {
		b.time.put(row, e.Time)
	}
}

func (b *block) appendData(row int, e *event.Record) {
	b.appendExtensions(row, e)
	b.appendParents(row, e)
	for i := range b.fields {
		f := &b.fields[i]
		if e.Has(f.Field) {
			f.put(row, e)
			b.size += len(e.Text(f.Field))
		}
	}
}

func (b *block) appendExtensions(row int, e *event.Record) {
	if len(e.Extensions) == 0 {
		return
	}
	b.extensions.begin(row)
	for _, x := range e.Extensions {
		b.extensions.put(x.Name, x.Value)
		b.size += len(x.Name) + len(x.Value)
	}
}

func (b *block) appendParents(row int, e *event.Record) {
	if len(e.Parents) == 0 {
		return
	}
	b.parentSources.begin(row)
	b.parentIDs.begin(row)
	for _, p := range e.Parents {
		b.parentSources.items.put(b.parentSources.items.Rows(), p.Source)
		b.parentIDs.items.put(b.parentIDs.items.Rows(), p.ID)
		b.size += len(p.Source) + len(p.ID)
	}
	b.parentSources.end()
	b.parentIDs.end()
}

func outcomeText(n int) string { return ledger.Outcome(n).String() }
func reasonText(n int) string  { return event.Reason(n).String() }
func kindText(n int) string    { return event.Kind(n).Type() }
