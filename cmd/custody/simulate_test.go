package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/datacustody/custody/producer"
)

// What was cut off on the way is not told as sent.
func TestAcknowledged(t *testing.T) {
	partly := &producer.BatchError{Failed: map[int]error{1: context.Canceled, 4: context.Canceled}}
	for _, c := range []struct {
		err  error
		want int
	}{{nil, 5}, {fmt.Errorf("send: %w", partly), 3}, {context.Canceled, 0}} {
		if got := acknowledged(c.err, 5); got != c.want {
			t.Errorf("acknowledged after %v = %d, want %d", c.err, got, c.want)
		}
	}
}
