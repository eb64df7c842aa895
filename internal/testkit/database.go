//go:build outbox

package testkit

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A Database is a real PostgreSQL or MariaDB on loopback, one of each for a test
// binary. It writes through to disk, ends with its parent, and can be killed.
type Database struct {
	dir  string
	port int
	// Of what is run: who, how it is started, asked whether it answers, and ended at once.
	user          string
	server, ready []string
	end           syscall.Signal
	cmd           *exec.Cmd
}

var postgres, mariaDB *Database

// Postgres returns a PostgreSQL. Its superuser is postgres, without a password.
func Postgres(t testing.TB) *Database {
	t.Helper()
	if postgres != nil {
		return postgres
	}
	bin := newest(t, "/usr/lib/postgresql/*/bin", "postgresql")
	d := &Database{user: "postgres", end: syscall.SIGQUIT}
	d.prepare(t)
	d.run(t, filepath.Join(bin, "initdb"), "-D", d.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	d.server = []string{filepath.Join(bin, "postgres"), "-D", d.data(), "-k", d.dir, "-p", strconv.Itoa(d.port), "-c", "listen_addresses=127.0.0.1"}
	d.ready = []string{filepath.Join(bin, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(d.port)}
	d.Start(t)
	postgres = d
	return d
}

// MariaDB returns a MariaDB. Its superuser is root, without a password.
func MariaDB(t testing.TB) *Database {
	t.Helper()
	if mariaDB != nil {
		return mariaDB
	}
	server := newest(t, "/usr/sbin/mariadbd", "mariadb-server")
	d := &Database{user: "mysql", end: syscall.SIGKILL}
	d.prepare(t)
	d.run(t, "mariadb-install-db", "--no-defaults", "--datadir="+d.data(), "--auth-root-authentication-method=normal", "--skip-test-db")
	d.server = []string{
		server, "--no-defaults", "--datadir=" + d.data(), "--socket=" + filepath.Join(d.dir, "socket"),
		"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(d.port),
	}
	d.ready = []string{"mariadb-admin", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", "--port=" + strconv.Itoa(d.port), "--user=root", "ping"}
	d.Start(t)
	mariaDB = d
	return d
}

// Addr is the server's address.
func (d *Database) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(d.port)) }

func (d *Database) data() string { return filepath.Join(d.dir, "data") }

func newest(t testing.TB, pattern, debian string) string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("%s is not there: install Debian's %s", pattern, debian)
	}
	return found[len(found)-1]
}

// prepare makes a folder of the user who runs the server, for neither server
// runs as root, and picks a port.
func (d *Database) prepare(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if d.dir, err = os.MkdirTemp("", "custody-database-"); err != nil {
		t.Fatal(err)
	}
	shared.mu.Lock()
	shared.others = append(shared.others, d.close)
	shared.mu.Unlock()
	if c := d.credential(t); c != nil {
		if err := os.Chown(d.dir, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

func (d *Database) credential(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup(d.user)
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (d *Database) command(t testing.TB, args []string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+d.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: d.credential(t), Pdeathsig: d.end, Setpgid: true}
	return cmd
}

func (d *Database) run(t testing.TB, args ...string) {
	t.Helper()
	if out, err := d.command(t, args).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
}

// Start starts the server, also after Kill, and waits until it answers.
func (d *Database) Start(t testing.TB) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(d.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // the child has its own
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		// A killed server's children may still hold its memory: then it ends, and is started again.
		d.cmd = d.command(t, d.server)
		d.cmd.Stdout, d.cmd.Stderr = log, log
		if err := d.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan struct{})
		go func() { _ = d.cmd.Wait(); close(over) }()
		if d.answers(t, over, deadline) {
			return
		}
	}
	text, _ := os.ReadFile(log.Name())
	t.Fatalf("%s does not answer:\n%s", d.server[0], text)
}

func (d *Database) answers(t testing.TB, over <-chan struct{}, deadline time.Time) bool {
	t.Helper()
	for time.Now().Before(deadline) {
		select {
		case <-over:
			return false
		case <-time.After(50 * time.Millisecond):
		}
		if d.command(t, d.ready).Run() == nil {
			return true
		}
	}
	return false
}

// Kill is kill -9.
func (d *Database) Kill(t testing.TB) {
	t.Helper()
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}

func (d *Database) close() {
	if d.cmd != nil && d.cmd.Process != nil {
		_ = d.cmd.Process.Signal(d.end)
		for range 100 { // until its port is free, its data are its own
			if c, err := net.Dial("tcp", d.Addr()); err != nil {
				break
			} else {
				_ = c.Close()
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	_ = os.RemoveAll(d.dir)
}

// PostgresURL is how a driver reaches a database of the server.
func (d *Database) PostgresURL(name string) string {
	return fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable", d.Addr(), name)
}

// MySQLDSN is how a driver reaches a database of the server.
func (d *Database) MySQLDSN(name string) string {
	return fmt.Sprintf("root@tcp(%s)/%s", d.Addr(), name)
}
