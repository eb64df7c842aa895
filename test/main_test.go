// Package e2e_test holds the whole path to its promises: producers and the
// gateway, Kafka, the writer of the log, ClickHouse. Its law: what is asserted is
// read from Kafka and from ClickHouse, never from the code under test.
package e2e_test

import (
	"os"
	"testing"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/testkit"
)

// This binary is also the consumer that the tests kill.
func TestMain(m *testing.M) {
	embedded.ChildMain()
	if orders := os.Getenv(ordersName); orders != "" {
		consumeAsOrdered(orders)
		return
	}
	os.Exit(testkit.Main(m))
}
