package testkit_test

import (
	"os"
	"testing"

	"github.com/datacustody/custody/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

func TestMigrates(t *testing.T) {
	s := testkit.ClickHouse(t)
	t.Log(s.Addr, testkit.Kafka(t))
}
