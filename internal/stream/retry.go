package stream

import (
	"context"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/segmentio/kafka-go"
)

// patience is how long an operation is tried again before its caller hears of it.
const patience = 30 * time.Second

// retry runs f until it succeeds, fails for good, ctx ends or patience does.
// Each attempt has answerIn to end.
func retry(ctx context.Context, f func(context.Context) error) error {
	giveUp := time.Now().Add(patience)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, answerIn)
		err := f(attempt)
		cancel()
		if err == nil || ctx.Err() != nil || !Retriable(err) || time.Now().After(giveUp) {
			return err
		}
		if !pause(ctx, wait) {
			return err
		}
	}
}

// pause sleeps for wait with jitter, between half and all of it; false if ctx ended.
func pause(ctx context.Context, wait time.Duration) bool {
	t := time.NewTimer(wait/2 + rand.N(wait/2+1))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Retriable says whether the same request may succeed later: leader elections,
// coordinators that move, brokers that restart, networks. Only what the broker
// refuses for good is not.
func Retriable(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		switch code {
		case kafka.BrokerNotAvailable, kafka.ReplicaNotAvailable, kafka.Unknown, kafka.NotController:
			return true
		}
		return code.Temporary()
	}
	var offset *OffsetError
	var format *FormatError
	var cert x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case err == nil, errors.As(err, &offset), errors.As(err, &format), errors.As(err, &cert), errors.As(err, &host),
		errors.Is(err, ErrFenced), errors.Is(err, ErrNoAnswer), errors.Is(err, context.Canceled):
		return false
	}
	return true
}
