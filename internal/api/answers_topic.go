package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/internal/stream"
)

// AnswersFrom takes the answers in a partition of a topic, one after the other,
// until ctx ends: as those over HTTP, but that a signature is held against the
// moment that Kafka has for the record, for it may have waited long. What is no
// answer is recorded and passed by; only what is ours holds up those behind it. The
// commit comes last: what is judged again after a crash was taken before.
func (a *API) AnswersFrom(ctx context.Context, p *stream.Partition) error {
	at, _, err := p.Committed(ctx)
	if err != nil {
		return err
	}
	var b stream.Batch
	for at = max(at, 0); ctx.Err() == nil; at = max(at, b.Next) {
		var gone *stream.OffsetError
		if err := p.Fetch(ctx, at, &b); errors.As(err, &gone) {
			a.server.Log.Error("answers have expired in Kafka, or their topic was made anew", zap.Error(err))
			at, b.Next = gone.First, gone.First
			continue
		} else if err != nil {
			return err
		}
		for i := range b.Records {
			if !a.server.heed(ctx, p, &b.Records[i]) {
				return nil
			}
			if err := p.Commit(ctx, b.Records[i].Offset+1, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// heed judges an answer until that is done; false: ctx ended before.
func (s *server) heed(ctx context.Context, p *stream.Partition, r *stream.Record) bool {
	for pause := s.RetryAfter; ; pause = min(2*pause, time.Minute) {
		party, no := s.read(ctx, r)
		if no != nil && ctx.Err() != nil {
			return false
		}
		s.heard(party, no, zap.Dict("record", zap.String("topic", p.Topic), zap.Int32("partition", p.ID), zap.Int64("offset", r.Offset)))
		if no == nil || no.outcome != answerFailed {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
	}
}

// read takes the answer of a record.
func (s *server) read(ctx context.Context, r *stream.Record) (party string, no *unheard) {
	if len(r.Value) > maxAnswer {
		return "", &unheard{answerMalformed, problem{Status: http.StatusRequestEntityTooLarge}}
	}
	l := letter{body: r.Value, at: time.UnixMilli(r.Timestamp)}
	for _, h := range r.Headers {
		switch h.Name {
		case notice.HeaderID:
			l.id = string(h.Value)
		case notice.HeaderTimestamp:
			l.timestamp = string(h.Value)
		case notice.HeaderSignature:
			l.signature = string(h.Value)
		}
	}
	reply, no := s.signed(l)
	if no == nil {
		_, no = s.take(ctx, reply)
	}
	return reply.Recipient, no
}
