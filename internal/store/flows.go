package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// maxFlows is how many flows one answer may hold.
const maxFlows = 1_000_000

var flowKinds = []event.Kind{
	event.KindCollected, event.KindUsed, event.KindShared, event.KindTransferredAbroad, event.KindDisclosed,
}

// A person's rows lie together by the table's own key: nothing else is looked into, which
// spares a tenth of the answer (docs/decisions/0901).
const flowsQuery = `SELECT source, id, type, concat(subject_namespace, ':', toString(subject)), time, recorded_at,
	parent_sources, parent_ids, controller, holder, recipient, ` + "`from`" + `, recipient_ref,
	categories, purpose, legal_basis, consent_form, relationship, country, mechanism,
	audience, disclosure_ground, origin, sdk_name, protection, contract_ref,
	ifNull(toString(retention_until), ''), findings, misplaced
FROM custody.log
WHERE outcome = 'accepted' AND type IN ? AND %s AND %s
ORDER BY time, kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset
LIMIT ?
SETTINGS optimize_use_projections = 0, use_skip_indexes = 0`

// Flows returns every flow of data of the subjects that is in the part of the log
// that k is, by time. It does not follow links: see Aliases.
func (db *DB) Flows(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Flow, error) {
	flows, err := db.flows(ctx, k, subjects)
	if err != nil {
		return nil, fmt.Errorf("read the flows of %d subjects: %w", len(subjects), err)
	}
	return flows, nil
}

func (db *DB) flows(ctx context.Context, k ledger.Known, subjects []string) (flows []lineage.Flow, err error) {
	where, who := isOneOf("subject", subjects)
	known, bounds := isKnown(k)
	args := slices.Concat([]any{types(flowKinds)}, who, bounds, []any{maxFlows + 1})
	rows, err := db.conn.Query(ctx, fmt.Sprintf(flowsQuery, where, known), args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f lineage.Flow
		var kind string
		var parentSources, parentIDs []string
		if err := rows.Scan(&f.Event.Source, &f.Event.ID, &kind, &f.Subject, &f.Time, &f.RecordedAt,
			&parentSources, &parentIDs, &f.Controller, &f.Holder, &f.Recipient, &f.From, &f.RecipientRef,
			&f.Categories, &f.Purpose, &f.LegalBasis, &f.ConsentForm, &f.Relationship, &f.Country, &f.Mechanism,
			&f.Audience, &f.DisclosureGround, &f.Origin, &f.SDKName, &f.Protection, &f.ContractRef,
			&f.RetentionUntil, &f.Findings, &f.Misplaced); err != nil {
			return nil, err
		}
		f.Kind, f.Parents = kindOf(kind), refs(parentSources, parentIDs)
		flows = append(flows, f)
	}
	if len(flows) > maxFlows {
		return nil, ErrTooMany
	}
	return flows, rows.Err()
}

func types(kinds []event.Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.Type()
	}
	return out
}

// kindOf is the kind of a CloudEvents type; NoKind where it is unknown.
func kindOf(typ string) event.Kind {
	for k := event.NoKind + 1; k < event.KindCount; k++ {
		if k.Type() == typ {
			return k
		}
	}
	return event.NoKind
}

func refs(sources, ids []string) (out []lineage.Ref) {
	for i := range ids {
		out = append(out, lineage.Ref{Source: sources[i], ID: ids[i]})
	}
	return out
}
