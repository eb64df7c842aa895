package store

import (
	"context"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

const lastStepQuery = `SELECT step, what, catalogue, kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, next_offset
FROM custody.finding_steps %s ORDER BY recorded_at DESC, step DESC LIMIT 1`

// LastStep is how far the findings are. Clean says that whoever wrote them last
// ended in order, or that nobody ever did: nothing can be under way.
func (db *DB) LastStep(ctx context.Context) (last ledger.FindingStep, clean bool, err error) {
	last, _, err = db.step(ctx, "WHERE what = '"+ledger.StepDone+"'")
	if err != nil {
		return last, false, err
	}
	_, what, err := db.step(ctx, "")
	return last, what == "" || what == ledger.StepReleased, err
}

func (db *DB) step(ctx context.Context, where string) (s ledger.FindingStep, what string, err error) {
	s.Below = map[ledger.Partition]int64{}
	rows, err := db.conn.Query(ctx, fmt.Sprintf(lastStepQuery, where))
	if err != nil {
		return s, "", fmt.Errorf("ask how far the findings are: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var clusters, topics []string
		var epochs []uint32
		var ids []int32
		var next []int64
		if err := rows.Scan(&s.Step, &what, &s.Catalogue, &clusters, &topics, &epochs, &ids, &next); err != nil {
			return s, "", fmt.Errorf("ask how far the findings are: %w", err)
		}
		for i := range ids {
			s.Below[ledger.Partition{Cluster: clusters[i], Topic: topics[i], Epoch: epochs[i], ID: ids[i]}] = next[i]
		}
	}
	return s, what, rows.Err()
}

// Note writes a row of finding_steps under a lease.
func (l *Lead) Note(ctx context.Context, what string, s ledger.FindingStep, at, until time.Time) error {
	var clusters, topics []string
	var epochs []uint32
	var ids []int32
	var next []int64
	for p, below := range s.Below {
		clusters, topics = append(clusters, p.Cluster), append(topics, p.Topic)
		epochs, ids, next = append(epochs, p.Epoch), append(ids, p.ID), append(next, below)
	}
	batch, err := l.db.conn.PrepareBatch(storing(ctx), `INSERT INTO custody.finding_steps (step, what, runner, catalogue,
		kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, next_offset, recorded_at, lease_until)`)
	if err == nil {
		err = batch.Append(s.Step, what, l.runner, s.Catalogue, clusters, topics, epochs, ids, next, at, until)
	}
	if err == nil {
		err = batch.Send()
	}
	if refusedLease(err) {
		err = fmt.Errorf("%w: %w", ErrLease, err)
	}
	if err != nil {
		return fmt.Errorf("note that step %d is %s: %w", s.Step, what, err)
	}
	return nil
}
