package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

const insertFindings = `INSERT INTO custody.findings (finding, rule, stands, severity, article, field, because, policy, source, id, type, time,
	subject_namespace, subject, controller, holder, recipient, kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset,
	step, recorded_at, lease_until)`

// nobody is the subject of what has none.
const nobody = "00000000-0000-0000-0000-000000000000"

// Store stores changes of findings as one block, unless the lease is over when the
// server has it: then it is ErrLease, and nothing is stored. Any other error leaves that open.
func (l *Lead) Store(ctx context.Context, step uint64, changes []ledger.Finding, at, until time.Time) error {
	err := l.store(ctx, step, changes, at, until)
	if refusedLease(err) {
		err = fmt.Errorf("%w: %w", ErrLease, err)
	}
	if err != nil {
		return fmt.Errorf("store %d changes of findings: %w", len(changes), err)
	}
	return nil
}

func (l *Lead) store(ctx context.Context, step uint64, changes []ledger.Finding, at, until time.Time) error {
	if len(changes) == 0 {
		return nil
	}
	batch, err := l.db.conn.PrepareBatch(storing(ctx), insertFindings)
	if err != nil {
		return err
	}
	for _, f := range changes {
		namespace, subject, ok := strings.Cut(f.Subject, ":")
		if !ok {
			subject = nobody
		}
		if err := batch.Append(f.ID, f.Rule, f.Stands, f.Severity, f.Article, f.Field, f.Because, f.Policy, f.Source, f.EventID, f.Type, f.Time,
			namespace, subject, f.Controller, f.Holder, f.Recipient, f.Place.Cluster, f.Place.Topic, f.Place.Epoch, f.Place.ID, f.Place.Offset,
			step, at, until); err != nil {
			return err
		}
	}
	return batch.Send()
}

const findingColumns = `finding, rule, stands, severity, article, field, because, policy, source, id, type, time,
	if(subject_namespace = '', '', concat(subject_namespace, ':', toString(subject))), controller, holder, recipient,
	kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, step, recorded_at`

// OfStep gives every change that was stored under a step, whoever stored it.
func (db *DB) OfStep(ctx context.Context, step uint64) ([]ledger.Finding, error) {
	return db.stored(ctx, "step = ? ORDER BY recorded_at, finding", step)
}

// History gives all that was ever stored of a finding, in its order.
func (db *DB) History(ctx context.Context, finding string) ([]ledger.Finding, error) {
	return db.stored(ctx, "finding = ? ORDER BY recorded_at", finding)
}

func (db *DB) stored(ctx context.Context, where string, args ...any) (found []ledger.Finding, err error) {
	rows, err := db.conn.Query(ctx, "SELECT "+findingColumns+" FROM custody.findings WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read stored findings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f ledger.Finding
		p := &f.Place
		if err := rows.Scan(&f.ID, &f.Rule, &f.Stands, &f.Severity, &f.Article, &f.Field, &f.Because, &f.Policy, &f.Source, &f.EventID, &f.Type, &f.Time,
			&f.Subject, &f.Controller, &f.Holder, &f.Recipient, &p.Cluster, &p.Topic, &p.Epoch, &p.ID, &p.Offset, &f.Step, &f.RecordedAt); err != nil {
			return nil, fmt.Errorf("read stored findings: %w", err)
		}
		found = append(found, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read stored findings: %w", err)
	}
	return found, nil
}
