//go:build kafka

package main

import (
	"os"
	"testing"

	"github.com/datacustody/custody/internal/testkit/apache"
)

// A command is told where Kafka is, and its exit code is ours.
func TestACommandOnKafka(t *testing.T) {
	args := []string{"-version", apache.Newest, "--", "sh", "-c", `test -n "$CUSTODY_TEST_KAFKA" && test "$CUSTODY_TEST_KAFKA_REPLICATION" = 1 && exit 42`}
	if v := os.Getenv(apache.Version); v != "" {
		args[1] = v
	}
	if code, err := run(t.Context(), args); code != 42 || err != nil {
		t.Errorf("run = %d, %v, want 42, nil", code, err)
	}
	if _, err := run(t.Context(), []string{"--brokers", "none"}); err == nil {
		t.Error("run with a flag that is wrong = nil, want an error")
	}
}
