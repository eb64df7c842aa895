package producer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

var (
	// ErrUnacknowledged says that no broker has acknowledged the event in time.
	// It may have arrived none the less: send it again with the same id, as
	// [BatchError.Retry] does, and the log will hold it once.
	ErrUnacknowledged = errors.New("not acknowledged; emit it again with the same id")
	// ErrRefused says that the event is not stored, and that trying again as it
	// is would not help: Kafka refuses it, or us.
	ErrRefused = errors.New("refused")
	// ErrClosed says that the producer was closed before.
	ErrClosed = errors.New("the producer is closed")

	errHeldBack = fmt.Errorf("%w: held back behind an earlier event of its subject", ErrUnacknowledged)
)

// A BatchError says which events of an Emit failed; the rest is acknowledged.
// A failure is an event.Invalid or an *event.Rejection (the event breaks the
// contract: mend it), or wraps ErrUnacknowledged or ErrRefused.
type BatchError struct {
	Failed   map[int]error         // by the event's place in the call
	Messages map[int]event.Message // those of Failed that could be encoded, with their ids
}

// Error names the first failures. It holds no value of an event.
func (e *BatchError) Error() string {
	const shown = 3
	var b strings.Builder
	fmt.Fprintf(&b, "%d events were not emitted", len(e.Failed))
	for n, i := range slices.Sorted(maps.Keys(e.Failed)) {
		if n == shown {
			fmt.Fprintf(&b, "; and %d more", len(e.Failed)-shown)
			break
		}
		fmt.Fprintf(&b, "; event %d: %v", i, e.Failed[i])
	}
	return b.String()
}

// Unwrap returns the failures in the order of the events.
func (e *BatchError) Unwrap() []error {
	var errs []error
	for _, i := range slices.Sorted(maps.Keys(e.Failed)) {
		errs = append(errs, e.Failed[i])
	}
	return errs
}

// Failures is Failed, for those who know this error by its methods.
func (e *BatchError) Failures() map[int]error { return e.Failed }

// Retry returns the events that were not acknowledged, with the ids that they
// had, in their order, ready for EmitMessages. Invalid and refused ones are left out.
func (e *BatchError) Retry() []event.Message {
	var again []event.Message
	for _, i := range slices.Sorted(maps.Keys(e.Failed)) {
		if m, ok := e.Messages[i]; ok && errors.Is(e.Failed[i], ErrUnacknowledged) {
			again = append(again, m)
		}
	}
	return again
}

// final says whether another attempt cannot do better. What is not known to be
// final is tried again until the call's time is over.
func final(err error) bool {
	var k kafka.Error
	if errors.As(err, &k) {
		return !k.Temporary() && !k.Timeout() && k != kafka.Unknown
	}
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

func tooLarge(err error) bool {
	return errors.Is(err, kafka.MessageSizeTooLarge) || errors.Is(err, kafka.RecordListTooLarge)
}

// refusal says how to mend what the broker refused.
func refusal(topic string, err error) error {
	switch {
	case tooLarge(err):
		return fmt.Errorf("%w: larger than max.message.bytes of topic %s: %w", ErrRefused, topic, err)
	case errors.Is(err, kafka.SASLAuthenticationFailed):
		return fmt.Errorf("%w: Kafka does not take this user and password: %w", ErrRefused, err)
	case errors.Is(err, kafka.TopicAuthorizationFailed):
		return fmt.Errorf("%w: allow this user to write and describe topic %s: %w", ErrRefused, topic, err)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}

// unacknowledged says why an event's time was over: who ended it, and what went
// wrong last.
func unacknowledged(topic string, ended, last error) error {
	switch {
	case errors.Is(last, kafka.UnknownTopicOrPartition):
		return fmt.Errorf("%w: topic %s is not there, create it with `custody topic create`: %w", ErrUnacknowledged, topic, last)
	case errors.Is(last, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the broker hung up; if it always does, check TLS, user and password: %w", ErrUnacknowledged, last)
	case last != nil && errors.Is(ended, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrUnacknowledged, last)
	}
	return fmt.Errorf("%w: %w", ErrUnacknowledged, ended)
}
