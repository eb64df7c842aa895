package lineage

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// republish publishes the dead letters of the newest batch again: its writer
// may have died before it did. What the rows say goes, not what judging the
// records once more would.
func (l *loop) republish(ctx context.Context) error {
	if l.extent.Rows == 0 {
		return nil
	}
	refused, err := l.w.Store.Newest(ctx, l.id)
	if err != nil {
		return fmt.Errorf("read the newest batch: %w", err)
	}
	b := &l.buffers[0]
	var letters []stream.Letter
	weight := 0
	for at := (passage{}); len(refused) > 0; refused = refused[1:] {
		r := refused[0]
		var record *stream.Record
		if r.Offset < l.foreign {
			if record, err = at.find(ctx, l.source, b, r.Offset); err != nil {
				return fmt.Errorf("read refused record %d again: %w", r.Offset, err)
			}
		}
		letters = append(letters, l.again(r, record))
		if weight += letters[len(letters)-1].Size(); weight > 1<<20 || len(refused) == 1 {
			if err := l.w.Letters.Publish(ctx, letters); err != nil {
				return fmt.Errorf("publish dead letters again: %w", err)
			}
			letters, weight = letters[:0], 0
		}
	}
	return nil
}

// again makes a stored row's dead letter; without its record, only a pointer.
func (l *loop) again(r ledger.Refusal, record *stream.Record) stream.Letter {
	reason := r.Reason
	if r.Outcome == ledger.Conflict {
		reason = conflictReason
	}
	if record == nil {
		id := ledger.Identity{Partition: l.id, Offset: r.Offset}
		return stream.NewPointer(id, nil, true, reason, r.ReasonField)
	}
	return l.letter(record, reason, r.ReasonField)
}

// A passage reads records by rising offset.
type passage struct {
	next int64 // what the batch in hand ends before
	at   int
	read bool
}

// find gives the record at an offset; nil if Kafka has it no longer. One that
// Kafka does not have yet is an *stream.OffsetError.
func (s *passage) find(ctx context.Context, from Source, b *stream.Batch, offset int64) (*stream.Record, error) {
	for !s.read || offset >= s.next {
		err := from.Fetch(ctx, offset, b)
		var gone *stream.OffsetError
		if errors.As(err, &gone) && gone.Gone() {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if s.read, s.at, s.next = true, 0, b.Next; b.Next <= offset {
			return nil, fmt.Errorf("nothing came at offset %d", offset)
		}
	}
	for ; s.at < len(b.Records) && b.Records[s.at].Offset < offset; s.at++ {
		continue
	}
	if s.at < len(b.Records) && b.Records[s.at].Offset == offset {
		return &b.Records[s.at], nil
	}
	return nil, nil
}

// alarmLost says that Kafka dropped [from, to) before it was read.
func (l *loop) alarmLost(from, to int64) {
	l.w.Metrics.lost.WithLabelValues(l.id.Topic).Add(float64(to - from))
	l.w.Log.Error("kafka dropped records before they were read; a lost row says so",
		zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID), zap.Int64("from", from), zap.Int64("to", to))
}
