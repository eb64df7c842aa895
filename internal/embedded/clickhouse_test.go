package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// parentVariable makes the test binary a program with an embedded ClickHouse in
// the folder it names, which waits to be killed.
const (
	parentVariable = "CUSTODY_TEST_PARENT"
	kafkaVariable  = "CUSTODY_TEST_KAFKA_PARENT" // as above, with a Kafka
)

func TestMain(m *testing.M) {
	embedded.ChildMain()
	if dir := os.Getenv(parentVariable); dir != "" {
		parent(dir)
	}
	if dir := os.Getenv(kafkaVariable); dir != "" {
		kafkaParent(dir)
	}
	os.Exit(m.Run())
}

func parent(dir string) {
	c, err := embedded.StartClickHouse(context.Background(), embedded.Options{Dir: dir})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(c.PID(), c.HTTPAddr())
	select {}
}

func start(t *testing.T, o embedded.Options) *embedded.ClickHouse {
	t.Helper()
	o.Progress = func(what string) { fmt.Fprintln(os.Stderr, what) }
	c, err := embedded.StartClickHouse(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// query runs SQL as a user; the error is ClickHouse's text.
func query(c *embedded.ClickHouse, user, sql string) (string, error) {
	return queryAt(c.HTTPAddr(), user, c.Passwords()[user], sql)
}

func queryAt(addr, user, password, sql string) (string, error) {
	answer, err := http.Post("http://"+addr+"/?"+url.Values{"user": {user}, "password": {password}}.Encode(), "text/plain", strings.NewReader(sql))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", text)
	}
	return strings.TrimSpace(string(text)), err
}

func must(t *testing.T, c *embedded.ClickHouse, user, sql string) string {
	t.Helper()
	text, err := query(c, user, sql)
	if err != nil {
		t.Fatalf("%s as %s: %v", sql, user, err)
	}
	return text
}

func TestClickHouseKeepsItsData(t *testing.T) {
	dir := t.TempDir()
	c := start(t, embedded.Options{Dir: dir})
	must(t, c, "admin", "CREATE DATABASE custody")
	must(t, c, "admin", "CREATE TABLE custody.log (x UInt8) ENGINE = MergeTree ORDER BY x")
	must(t, c, "writer", "INSERT INTO custody.log VALUES (7)")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = start(t, embedded.Options{Dir: dir})
	if got := must(t, c, "auditor", "SELECT x FROM custody.log"); got != "7" {
		t.Errorf("after a restart x = %s, want 7", got)
	}

	pid := c.PID()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the child is back", func() bool {
		got, err := query(c, "auditor", "SELECT x FROM custody.log")
		return err == nil && got == "7" && c.PID() != pid
	})
}

// The server has heard what real servers are told in config.d.
func TestClickHouseSettings(t *testing.T) {
	dir := t.TempDir()
	tester := `<clickhouse><users><tester>
		<password/><networks><ip>::/0</ip></networks><grants><query>GRANT SELECT ON system.*</query></grants>
	</tester></users></clickhouse>`
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "conf.d"), 0o700), os.WriteFile(filepath.Join(dir, "conf.d", "tester.xml"), []byte(tester), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, direct := start(t, embedded.Options{Dir: dir}).Direct() // the gate lets none but our own users pass
	got, err := queryAt(direct, "tester", "", "SELECT value FROM system.server_settings WHERE name = 'os_threads_nice_value_merge_mutate'")
	if got != "19" || err != nil {
		t.Errorf("merges have nice value %q, %v, want 19", got, err)
	}
}

func TestClickHouseUsers(t *testing.T) {
	c := start(t, embedded.Options{Dir: t.TempDir()})
	must(t, c, "admin", "CREATE DATABASE custody")
	must(t, c, "admin", "CREATE TABLE custody.log (x UInt8) ENGINE = MergeTree ORDER BY x")
	must(t, c, "writer", "INSERT INTO custody.log VALUES (7)")
	for user := range c.Passwords() {
		must(t, c, user, "SELECT count() FROM custody.log")
		for _, sql := range []string{
			"ALTER TABLE custody.log DELETE WHERE x = 7", "ALTER TABLE custody.log UPDATE x = 8 WHERE x = 7",
			"DELETE FROM custody.log WHERE x = 7", "TRUNCATE TABLE custody.log", "DROP TABLE custody.log", "DROP DATABASE custody",
			"ALTER TABLE custody.log MODIFY COLUMN x UInt8 TTL toDateTime(x)", "ALTER TABLE custody.log MODIFY TTL toDateTime(x)",
			"ALTER TABLE custody.log MODIFY COLUMN x UInt16", "ALTER TABLE custody.log RENAME COLUMN x TO y",
			"ALTER TABLE custody.log DROP COLUMN x", "ALTER TABLE custody.log DROP PARTITION tuple()", "RENAME TABLE custody.log TO custody.gone",
		} {
			denied(t, c, user, sql)
		}
	}
	for _, user := range []string{"auditor", "eraser", "admin"} {
		denied(t, c, user, "INSERT INTO custody.log VALUES (8)")
	}
	for _, user := range []string{"auditor", "eraser", "writer"} {
		denied(t, c, user, "CREATE TABLE custody.mine (x UInt8) ENGINE = MergeTree ORDER BY x")
		denied(t, c, user, "SELECT * FROM system.parts")
		denied(t, c, user, "SYSTEM STOP MERGES custody.log")
		denied(t, c, user, "CREATE USER another")
	}
	for _, user := range []string{"admin", "auditor", "eraser", "writer"} {
		denied(t, c, user, "INSERT INTO FUNCTION file('out.csv') SELECT * FROM custody.log") // the log stays in the house
		denied(t, c, user, "SELECT * FROM url('http://127.0.0.1:1/')")
		denied(t, c, user, "SELECT * FROM file('/etc/passwd', LineAsString)")
		denied(t, c, user, "GRANT SELECT ON custody.* TO default")
		must(t, c, user, "DESCRIBE custody.log")
	}
	must(t, c, "writer", "SELECT count() FROM system.processes")
	if got := must(t, c, "auditor", "SELECT count() FROM custody.log"); got != "1" {
		t.Errorf("rows = %s, want 1", got)
	}
}

func denied(t *testing.T, c *embedded.ClickHouse, user, sql string) {
	t.Helper()
	if _, err := query(c, user, sql); err == nil || !strings.Contains(err.Error(), "ACCESS_DENIED") {
		t.Errorf("%s as %s = %v, want ACCESS_DENIED", sql, user, err)
	}
}

func TestClickHouseEndsWithItsParent(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	dir := t.TempDir()
	cmd.Env = append(os.Environ(), parentVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	var addr string
	if _, err := fmt.Fscan(out, &pid, &addr); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	start(t, embedded.Options{Dir: dir}) // the child may still be ending: no reason to fail
	eventually(t, "the child is gone", func() bool {
		_, err := net.DialTimeout("tcp", addr, time.Second)
		return err != nil && syscall.Kill(pid, 0) != nil
	})
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = embedded.StartClickHouse(t.Context(), embedded.Options{Dir: t.TempDir(), TCPPort: port})
	wantText(t, err, strconv.Itoa(port), "in use", "choose another port")
	_, err = embedded.StartKafka(t.Context(), t.TempDir(), port)
	wantText(t, err, strconv.Itoa(port), "in use", "choose another port")
}

func TestDirInUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kafka")
	k, err := embedded.StartKafka(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	_, err = embedded.StartKafka(t.Context(), dir, 0)
	wantText(t, err, dir, "in use by another process")
}

func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("err = %v, want one that says %q", err, p)
		}
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 600 {
		if holds() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s: not within 30 s", what)
}
