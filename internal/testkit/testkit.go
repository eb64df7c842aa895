// Package testkit gives tests a Kafka and a ClickHouse: embedded ones, started
// once for each test binary, or real ones that the environment names
// (CUSTODY_TEST_KAFKA, CUSTODY_TEST_CLICKHOUSE). Its law: only tests import it,
// and it leaves nothing behind.
package testkit

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit/apache"
	"github.com/datacustody/custody/schemas/clickhouse"
)

// Main runs a package's tests, and then takes down what they started:
//
//	func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }
func Main(m *testing.M) int {
	embedded.ChildMain()
	defer shared.close()
	return m.Run()
}

// Servers of one test binary.
type servers struct {
	mu         sync.Mutex
	dir        string
	kafka      *embedded.Kafka
	clickhouse *embedded.ClickHouse
	migrated   bool
	others     []func() // close what else was started
}

var shared servers

func (s *servers) close() {
	for _, end := range s.others {
		end()
	}
	if s.clickhouse != nil {
		_ = s.clickhouse.Close()
	}
	if s.kafka != nil {
		_ = s.kafka.Close()
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

func (s *servers) folder(t testing.TB, name string) string {
	t.Helper()
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "custody-test-")
		if err != nil {
			t.Fatal(err)
		}
		s.dir = dir
	}
	return filepath.Join(s.dir, name)
}

// Kafka returns the brokers' addresses.
func Kafka(t testing.TB) []string {
	t.Helper()
	if real := os.Getenv(apache.Brokers); real != "" {
		return strings.Split(real, ",")
	}
	s := &shared
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kafka == nil {
		k, err := embedded.StartKafka(t.Context(), s.folder(t, "kafka"), 0)
		if err != nil {
			t.Fatal(err)
		}
		s.kafka = k
	}
	return []string{s.kafka.Addr()}
}

// Replication is how many replicas a topic on that Kafka is to have.
func Replication() int {
	if n, err := strconv.Atoi(os.Getenv(apache.Replication)); err == nil {
		return n
	}
	return 1
}

// SecureKafka is how to reach the same Kafka with SASL over TLS. Only a real one
// has that: `make test-kafka`.
func SecureKafka(t testing.TB) apache.Access {
	t.Helper()
	a := apache.Access{
		Addrs: strings.Split(os.Getenv(apache.SecureBrokers), ","), CA: os.Getenv(apache.CA),
		User: os.Getenv(apache.User), Password: os.Getenv(apache.Password),
	}
	if a.CA == "" {
		t.Fatalf("%s and %s are not set: run make test-kafka", apache.SecureBrokers, apache.CA)
	}
	return a
}

// A Server is a ClickHouse with Custody's tables.
type Server struct {
	Addr      string            // native protocol
	HTTP      string            // HTTP interface
	Passwords map[string]string // by user: admin, writer, auditor, eraser
	embedded  *embedded.ClickHouse
	killed    int // process id
}

// ClickHouse returns the server, its tables made.
func ClickHouse(t testing.TB) *Server {
	t.Helper()
	s := &shared
	s.mu.Lock()
	defer s.mu.Unlock()
	server := s.server(t)
	if !s.migrated {
		migrate(t, server)
		s.migrated = true
	}
	return server
}

// OwnClickHouse starts a server for one test alone, its tables made and empty.
func OwnClickHouse(t testing.TB) *Server {
	t.Helper()
	c, err := embedded.StartClickHouse(t.Context(), embedded.Options{
		Dir: filepath.Join(t.TempDir(), "clickhouse"), Progress: func(what string) { fmt.Fprintln(os.Stderr, what) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	s := serverOf(c)
	migrate(t, s)
	return s
}

// BareClickHouse returns the server that all share; its tables may not have been made.
func BareClickHouse(t testing.TB) *Server {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	return shared.server(t)
}

func (s *servers) server(t testing.TB) *Server {
	t.Helper()
	if real := os.Getenv("CUSTODY_TEST_CLICKHOUSE"); real != "" {
		passwords := map[string]string{}
		for _, user := range []string{"admin", "writer", "auditor", "eraser"} {
			passwords[user] = os.Getenv("CUSTODY_" + strings.ToUpper(user) + "_PASSWORD")
		}
		return &Server{Addr: real, HTTP: os.Getenv("CUSTODY_TEST_CLICKHOUSE_HTTP"), Passwords: passwords}
	}
	if s.clickhouse == nil {
		c, err := embedded.StartClickHouse(t.Context(), embedded.Options{
			Dir: s.folder(t, "clickhouse"), Progress: func(what string) { fmt.Fprintln(os.Stderr, what) },
		})
		if err != nil {
			t.Fatal(err)
		}
		s.clickhouse = c
	}
	return serverOf(s.clickhouse)
}

func serverOf(c *embedded.ClickHouse) *Server {
	return &Server{Addr: c.Addr(), HTTP: c.HTTPAddr(), Passwords: c.Passwords(), embedded: c}
}

func migrate(t testing.TB, s *Server) {
	t.Helper()
	db, err := store.Open(s.Config("admin"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := db.Migrate(ctx, clickhouse.Migrations, nil); err != nil {
		t.Fatal(err)
	}
}

// Config is how the store reaches the server as a user.
func (s *Server) Config(user string) store.Config {
	return store.Config{Addr: []string{s.Addr}, User: user, Password: s.Passwords[user]}
}

// Kill kills the embedded server with SIGKILL; it comes back by itself.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if s.embedded == nil {
		t.Fatal("only the embedded ClickHouse can be killed")
	}
	s.killed = s.embedded.PID()
	process, err := os.FindProcess(s.killed)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
}

// Back waits until a killed server answers again.
func (s *Server) Back(t testing.TB) {
	t.Helper()
	for s.embedded.PID() == s.killed {
		select {
		case <-t.Context().Done():
			t.Fatal("ClickHouse did not come back")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Unique is a name for a topic or a group that no other test has.
func Unique(name string) string { return name + "-" + strings.ToLower(rand.Text()[:8]) }
