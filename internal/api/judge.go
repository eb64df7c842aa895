package api

import (
	"bytes"
	"encoding/hex"
	"errors"
	"time"

	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
)

// judge keys the message by its subject and says what the consumer would say of
// it. The message's key is set where the event is good. The record is the decoder's.
func judge(d *event.Decoder, m *event.Message, now time.Time) (result, *event.Record) {
	m.Key = guess(m)
	rec, rejection := d.Decode(m, now)
	if rejection != nil && rejection.Reason == event.ReasonKeyMismatch {
		m.Key = keyOf(rec)
		rec, rejection = d.Decode(m, now)
	}
	res := result{ID: string(rec.ID), Outcome: accepted}
	if rejection != nil {
		res.reject(rejection)
		res.Also = also(d.Problems(m, now))
	}
	return res, rec
}

// maxAlso bounds what is said of one event.
const maxAlso = 20

// also is what is wrong beside the gravest. The key is not the client's, but the gateway's to set.
func also(all event.Invalid) (rest []fault) {
	for i := 1; i < len(all) && i <= maxAlso; i++ {
		if all[i].Reason == event.ReasonKeyMismatch {
			continue
		}
		rest = append(rest, fault{all[i].Reason.String(), all[i].Field, all[i].Rule, all[i].Remedy})
	}
	return rest
}

func (r *result) reject(why *event.Rejection) {
	r.Outcome, r.Reason = rejected, why.Reason.String()
	r.Field, r.Rule, r.Remedy = why.Field, why.Rule, why.Remedy
}

// guess finds what is most probably the event's subject, so that one decoding
// does in nearly every case. The decoder knows whether it is right.
func guess(m *event.Message) []byte {
	subject := subjectIn(m)
	if _, err := event.ParseSubject(string(subject)); err != nil {
		return nil
	}
	return subject
}

func subjectIn(m *event.Message) []byte {
	for _, h := range m.Headers {
		if h.Name == "ce_subject" {
			return h.Value
		}
	}
	_, after, _ := bytes.Cut(m.Value, []byte(`"subject"`))
	after = bytes.TrimLeft(after, ": \t\r\n")
	end := bytes.IndexByte(after[min(len(after), 1):min(len(after), maxSubject+2)], '"')
	if end < 0 || after[0] != '"' {
		return nil
	}
	return after[1 : 1+end]
}

// maxSubject is the length of the longest subject: 31 letters, a colon, a UUID.
const maxSubject = 31 + 1 + 36

// keyOf is the event's subject, or its source where it has none.
func keyOf(r *event.Record) []byte {
	if len(r.Namespace) == 0 {
		return append([]byte(nil), r.Source...)
	}
	h := hex.EncodeToString(r.Subject[:])
	return []byte(string(r.Namespace) + ":" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// judgeAll judges every message at one moment.
func (s *server) judgeAll(ms []event.Message) []result {
	d := s.judges.Get().(*event.Decoder)
	defer s.judges.Put(d)
	now, results := s.Now(), make([]result, len(ms))
	for i := range ms {
		results[i], _ = judge(d, &ms[i], now)
		results[i].Index = i
	}
	return results
}

// checkAll judges every message, and holds each that is good against the rules.
func (s *server) checkAll(ms []event.Message, language string) []result {
	d := s.judges.Get().(*event.Decoder)
	defer s.judges.Put(d)
	var v rules.Verdict
	now, results := s.Now(), make([]result, len(ms))
	for i := range ms {
		res, rec := judge(d, &ms[i], now)
		res.Index, res.Findings = i, []rules.Explanation{}
		if res.Outcome == accepted && s.Rules != nil {
			s.Rules.Judge(rec, &v)
			res.Findings = v.Explain(language)
			if v.Policy != nil {
				res.Policy = v.Policy.ID
			}
		}
		results[i] = res
	}
	return results
}

// failures are the messages that the publisher has not stored, and why.
func failures(err error, n int) map[int]error {
	var partial interface{ Failures() map[int]error }
	if errors.As(err, &partial) {
		return partial.Failures()
	}
	failed := make(map[int]error, n)
	for i := range n {
		failed[i] = err
	}
	return failed
}
