//go:build outbox

package e2e_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
)

// An orderService is the example of producer/outbox in a process of its own,
// with a real PostgreSQL.
type orderService struct {
	program string
	args    []string
	address string
	db      *sql.DB
	cmd     *exec.Cmd
}

func newOrderService(t *testing.T, w *world) *orderService {
	t.Helper()
	dir, server := t.TempDir(), testkit.Postgres(t)
	s := &orderService{program: filepath.Join(dir, "example")}
	build := exec.Command("go", "build", "-o", s.program, "../producer/outbox/example")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	keys := filepath.Join(dir, "pseudonyms.keys")
	if err := os.WriteFile(keys, []byte("1 AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", server.PostgresURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.db = db
	s.args = []string{"--database", server.PostgresURL("postgres"), "--kafka", strings.Join(w.Brokers, ","),
		"--topic", w.Topic, "--key-file", keys, "--listen", "127.0.0.1:0"}
	return s
}

// start returns when the service takes orders.
func (s *orderService) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command(s.program, s.args...)
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	s.address = strings.TrimSpace(line[strings.Index(line, "http://"):])
}

// kill is kill -9.
func (s *orderService) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// order places one, and says whether the service took it.
func (s *orderService) order(n int) bool {
	body := fmt.Sprintf(`{"id": "%d", "account": "%d", "address": "1 West Lake Road"}`, n, n%50)
	r, err := http.Post(s.address, "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	defer r.Body.Close()
	return r.StatusCode == http.StatusCreated
}

// A service with an outbox is killed again and again while it takes orders.
// Afterwards the log has accepted both events of every committed order, once,
// in their order, and no others.
func TestG3OutboxServiceIsKilled(t *testing.T) {
	w := newWorld(t, "outbox", 4)
	w.consume(t)
	s := newOrderService(t, w)
	taken := 0
	for life := range 5 {
		s.start(t)
		taken += s.rush(t, life)
	}
	s.start(t)
	defer s.kill()
	eventually(t, "an empty box", func() bool { return s.count(t, "custody_outbox") == 0 })
	orders := s.count(t, "orders")
	if orders < taken || taken == 0 {
		t.Fatalf("%d orders are stored, %d were taken", orders, taken)
	}
	records := 0
	w.each(t, w.Topic, func(int32, *stream.Record) { records++ })
	w.await(t, records)
	w.intact(t)
	w.rowsFit(t)
	want := map[string]int{"accepted": 2 * orders}
	if again := records - 2*orders; again > 0 {
		want["duplicate"] = again
	}
	if got := w.counts(t); !maps.Equal(got, want) {
		t.Errorf("the log holds %v, want %v", got, want)
	}
	w.wantEachOrder(t, s)
	t.Logf("%d orders, %d events came again", orders, want["duplicate"])
}

// rush places orders until the service is killed, and says how many it took.
func (s *orderService) rush(t *testing.T, life int) int {
	t.Helper()
	var taken atomic.Int64
	var customers sync.WaitGroup
	for c := range 8 {
		customers.Go(func() {
			for n := 100_000*life + 10_000*c; s.order(n); n++ {
				taken.Add(1)
			}
		})
	}
	eventually(t, "some orders", func() bool { return taken.Load() > 50 })
	time.Sleep(rand.N(200 * time.Millisecond))
	s.kill()
	customers.Wait()
	return int(taken.Load())
}

func (s *orderService) count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := s.db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// wantEachOrder holds the log's accepted events against the table of orders.
func (w *world) wantEachOrder(t *testing.T, s *orderService) {
	t.Helper()
	rows, err := s.db.Query("SELECT id FROM orders ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want strings.Builder
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "%s\tcollected,shared\n", id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	got, err := w.answer(`SELECT splitByChar('-', id)[2] AS number,
		arrayStringConcat(arrayMap(e -> e.2, arraySort(groupArray((seq, splitByChar('-', id)[3])))), ',')
		FROM custody.log WHERE kafka_topic = {topic} AND outcome = 'accepted' GROUP BY number ORDER BY number FORMAT TSV`)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("the log's orders are not the service's: %s", difference(want.String(), string(got)))
	}
}
