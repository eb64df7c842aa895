package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/datacustody/custody/internal/stream"
)

// buckets of ids are counted one after the other: the embedded server is small.
const buckets = 16

// judge compares the log with Kafka and with what was sent.
func judge(ctx context.Context, s *site, l *life) (duplicates int, err error) {
	all, ranges, err := s.records(ctx)
	if err != nil {
		return 0, err
	}
	if sent := l.distinct + l.again; all < sent {
		return 0, fmt.Errorf("%d records of %d sent are in Kafka", all, sent)
	}
	duplicates = all - l.distinct
	return duplicates, errors.Join(outcomes(ctx, s, l.distinct, duplicates), ids(ctx, s, l), offsets(ctx, s, ranges))
}

// outcomes wants accepted and duplicate rows, so many, and no others.
func outcomes(ctx context.Context, s *site, accepted, duplicates int) error {
	var a, d, rows int
	err := s.scan(ctx, "SELECT countIf(outcome = 'accepted'), countIf(outcome = 'duplicate'), count() FROM custody.log", &a, &d, &rows)
	if err == nil && (a != accepted || d != duplicates || rows != accepted+duplicates) {
		err = fmt.Errorf("%d rows, %d accepted and %d duplicates, want %d accepted and %d duplicates", rows, a, d, accepted, duplicates)
	}
	return err
}

// ids wants each id accepted once, and those that were sent: they add up.
func ids(ctx context.Context, s *site, l *life) error {
	var accepted, distinct int
	var sum uint64
	for k := range buckets {
		var a, d int
		var m uint64
		err := s.scan(ctx, fmt.Sprintf(`SELECT count(), uniqExact(id), sum(reinterpretAsUInt64(reverse(unhex(replaceAll(substring(id, 20), '-', '')))))
			FROM custody.log WHERE outcome = 'accepted' AND cityHash64(id) %% %d = %d`, buckets, k), &a, &d, &m)
		if err != nil {
			return err
		}
		accepted, distinct, sum = accepted+a, distinct+d, sum+m
	}
	if accepted != l.distinct || distinct != l.distinct || sum != l.sum {
		return fmt.Errorf("%d ids accepted, %d of them different, which add up to %d; want %d that add up to %d", accepted, distinct, sum, l.distinct, l.sum)
	}
	return nil
}

// offsets wants one row for each of Kafka's, and seq without a gap.
func offsets(ctx context.Context, s *site, ranges []stream.Range) error {
	for _, r := range ranges {
		var rows, distinct, first, end, seqs int64
		err := s.scan(ctx, fmt.Sprintf(`SELECT count(), uniqExact(kafka_offset), min(kafka_offset), max(kafka_offset) + 1, toInt64(max(seq) - min(seq) + 1)
			FROM custody.log WHERE kafka_partition = %d`, r.Partition), &rows, &distinct, &first, &end, &seqs)
		if err != nil {
			return err
		}
		if n := r.End - r.First; rows != n || distinct != n || n > 0 && (first != r.First || end != r.End || seqs != n) {
			return fmt.Errorf("partition %d: %d rows of %d offsets in [%d, %d), seq over %d; want %d in [%d, %d)", r.Partition, rows, distinct, first, end, seqs, n, r.First, r.End)
		}
	}
	return nil
}

// scan reads an answer of one row.
func (s *site) scan(ctx context.Context, question string, values ...any) error {
	rows, err := s.ask(ctx, question)
	if err == nil {
		_, err = fmt.Sscan(rows[0], values...)
	}
	return err
}
