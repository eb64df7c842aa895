package testkit_test

import (
	"net"
	"os"
	"testing"

	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

func TestClickHouseIsMigratedAndComesBack(t *testing.T) {
	s := testkit.ClickHouse(t)
	db, err := store.Open(s.Config("auditor"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Counts(t.Context()); err != nil {
		t.Errorf("Counts of a fresh log = %v, want no error", err)
	}
	if os.Getenv("CUSTODY_TEST_CLICKHOUSE") != "" {
		return // a real server is not ours to kill
	}
	s.Kill(t)
	s.Back(t)
	for range 3 { // connections of before may be in the pool
		if _, err = db.Counts(t.Context()); err == nil {
			return
		}
	}
	t.Errorf("Counts after kill -9 and back = %v, want no error", err)
}

func TestKafkaListens(t *testing.T) {
	for _, broker := range testkit.Kafka(t) {
		conn, err := net.Dial("tcp", broker)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
}
